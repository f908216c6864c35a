import { assert } from '../../assert.ts';
import { sizeOf } from '../../math/shape.ts';
import type { Operation, Shape, Tensor } from '../tensor.ts';
import type { ChainForm } from './chains.ts';
import type { Demand } from './demand.ts';
import { KIND, type Line, type Word, walk, written } from './instructions.ts';
import { buffer, inOrder, isInOrder, joined, type Place, startOf, type View, wordsOf } from './view.ts';

/** What the planner must know of the kernels. */
export interface Widths {
  /** Floats in a vector. */
  readonly lanes: number;
  /** Operands and steps of a chain at most. */
  readonly slots: number;
}

/** A program while it is written. */
export interface Lowering {
  readonly widths: Widths;
  readonly demand: Demand;
  readonly lines: Line[];
  /** How outputs of operations lie. */
  readonly views: Map<Operation, (View | undefined)[]>;
  /** The same in order, where that had to be made. */
  readonly ordered: Map<Operation, (View | undefined)[]>;
  /** Numbers of tables among those given. */
  readonly tables: ReadonlyMap<Operation, number>;
}

/** Writes an instruction. */
export function emit(lowering: Lowering, kind: number, words: readonly Word[], of: Operation, chain?: ChainForm): void {
  lowering.lines.push({ kind, words, of, ...(chain && { chain }) });
}

export function setView({ views }: Lowering, of: Operation, view: View, output = 0): void {
  const own = views.get(of) ?? [];
  own[output] = view;
  views.set(of, own);
}

/** A fresh place for an output of an operation, in order. */
export function freshPlace(lowering: Lowering, of: Operation, output = 0): Place {
  const shape = of.shapes[output] as Shape;
  const place = startOf(buffer(wordsOf(shape)));
  setView(lowering, of, inOrder(place, shape), output);
  return place;
}

/** Copies numbers, however they lie, to a place in order. */
export function copyTo(lowering: Lowering, to: Place, view: View, shape: Shape, of: Operation): void {
  const count = sizeOf(shape);
  const axes = joined(shape, view.strides);
  emit(lowering, KIND.copy, [written(to), 1, count, count, ...walk(view.place, axes)], of);
}

/** Numbers in order in a buffer of their own. */
export function copied(lowering: Lowering, view: View, shape: Shape, of: Operation): View {
  const place = startOf(buffer(wordsOf(shape)));
  copyTo(lowering, place, view, shape, of);
  return inOrder(place, shape);
}

/** A tensor's numbers in order: where they lie so, or else made so, once. */
export function ordered(lowering: Lowering, x: Tensor, view: View): Place {
  if (isInOrder(view, x.shape)) return view.place;
  const own = lowering.ordered.get(x.operation) ?? [];
  const made = own[x.output] ?? copied(lowering, view, x.shape, x.operation);
  own[x.output] = made;
  lowering.ordered.set(x.operation, own);
  return made.place;
}

/** Room that one instruction alone uses. */
export const room = (words: number): Place => startOf(buffer(words));

export function knownView({ views }: Lowering, { operation, output }: Tensor): View {
  const view = views.get(operation)?.[output];
  assert(view !== undefined, `a place for ${operation.name}`);
  return view;
}
