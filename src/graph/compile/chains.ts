import { sizeOf } from '../../math/shape.ts';
import type { Operation, Tensor } from '../tensor.ts';
import { alike, type Groups } from './groups.ts';
import { KIND, walk, written } from './instructions.ts';
import { isConversion, viewOf } from './layout.ts';
import { emit, freshPlace, type Lowering, ordered } from './lowering.ts';
import { type Axes, joined, type Place, shifted } from './view.ts';

/** As in ../../learning/backend/kernels/graph/chain.h. */
export const CODE = {
  ...{ add: 1, multiply: 2, divide: 3, maximum: 4, less: 5, select: 6 },
  ...{ exp: 7, log: 8, tanh: 9, sigmoid: 10, sqrt: 11, erf: 12, toFloat: 13, toInteger: 14 },
} as const;
export const LIES = { along: 0, one: 1, apart: 2 };
/** Axes of a walk at most. */
const RANK_MOST = 8;

const codeOf = (of: Operation): number =>
  CODE[isConversion(of) ? (of.kinds[0] === 'float' ? 'toFloat' : 'toInteger') : (of.name as keyof typeof CODE)];

/** What a step reads: an operand, or an earlier step. */
interface Step {
  readonly code: number;
  readonly reads: readonly (Operation | Tensor | Step)[];
  /** The last step of a member says whose it is. */
  readonly of?: Operation;
}

const isStep = (each: object): each is Step => 'code' in each;
const isOperation = (each: object): each is Operation => 'attributes' in each;

/** Steps of a chain: of more than two operands one after the other. */
function stepsOf(members: readonly Operation[]): readonly Step[] {
  const inside = new Set(members);
  return members.flatMap((of) => {
    const inputs = of.inputs.map((x) => (inside.has(alike(x)) ? alike(x) : x));
    const code = codeOf(of);
    if (inputs.length <= 2 || of.name === 'select') return [{ code, reads: inputs, of }];
    const steps: Step[] = [];
    for (const [k, input] of inputs.slice(1).entries()) {
      const before = steps.at(-1) ?? inputs[0]!;
      steps.push({ code, reads: [before, input], ...(k === inputs.length - 2 && { of }) });
    }
    return steps;
  });
}

/** A slot for each operand, which stays, and one for each step, until its last reader. */
function slotsOf(members: readonly Operation[]) {
  const steps = stepsOf(members);
  const own = new Map<Operation, Step>();
  for (const each of steps) if (each.of !== undefined) own.set(each.of, each);
  const operands = new Map<string, Tensor>();
  const keyOf = ({ operation, output, shape }: Tensor) => `${operation.id}.${output}:${shape.join()}`;
  const last = new Map<Step, number>();
  const read = steps.map(({ reads }, index) =>
    reads.map((each) => {
      const step = isStep(each) ? each : isOperation(each) ? own.get(each)! : undefined;
      if (step === undefined) operands.set(keyOf(each as Tensor), each as Tensor);
      else last.set(step, index);
      return step ?? keyOf(each as Tensor);
    }),
  );
  const keys = [...operands.keys()];
  const slots = new Map<Step, number>();
  const free: number[] = [];
  let used = keys.length;
  steps.forEach((step, index) => {
    slots.set(step, free.pop() ?? used++);
    for (const [each, at] of last) if (at === index) free.push(slots.get(each)!);
    if (!last.has(step)) free.push(slots.get(step)!);
  });
  const slotOf = (each: Step | string): number => (typeof each === 'string' ? keys.indexOf(each) : slots.get(each)!);
  return {
    used,
    operands: [...operands.values()],
    steps: steps.map((step, k) => ({ step, slot: slots.get(step)!, reads: read[k]!.map(slotOf) })),
  };
}

/** Whether a chain has slots for so many. */
export const fitsIn =
  (slots: number) =>
  (members: readonly Operation[]): boolean =>
    slotsOf(members).used <= slots;

/** An operand as a chain reads it, from some number on. */
export interface Operand {
  readonly lies: number;
  readonly place: Place;
  readonly axes: Axes;
}

function operandOf(lowering: Lowering, x: Tensor): Operand {
  const view = viewOf(lowering, x);
  const axes = joined(x.shape, view.strides);
  const { place } = view;
  if (axes.strides.every((each) => each === 0)) return { lies: LIES.one, place, axes: { sizes: [], strides: [] } };
  if (axes.strides.length === 1 && axes.strides[0] === 1) return { lies: LIES.along, place, axes };
  if (axes.sizes.length <= RANK_MOST) return { lies: LIES.apart, place, axes };
  return { lies: LIES.along, place: ordered(lowering, x, view), axes: { sizes: [sizeOf(x.shape)], strides: [1] } };
}

/** A chain as whoever looks for patterns reads it. */
export interface ChainForm {
  readonly operands: readonly Operand[];
  readonly steps: readonly {
    readonly code: number;
    readonly reads: readonly number[];
    readonly slot: number;
    readonly place?: Place | undefined;
  }[];
  /** Where it writes. */
  readonly places: readonly Place[];
}

/** A part of what a chain makes, and what its operands are there. */
interface Part {
  readonly from: number;
  readonly count: number;
  readonly operands: readonly Operand[];
}

/**
 * Parts of a chain over numbers that lie one behind the other in several places: it reads them where they are, and nobody
 * puts them together first.
 */
function partsOf(lowering: Lowering, operands: readonly Tensor[], groups: Groups, count: number): readonly Part[] {
  const put = operands.findIndex((each) => groups.isApart(each));
  const whole = operands.map((each, k) => (k === put ? undefined : operandOf(lowering, each)));
  if (put < 0) return [{ from: 0, count, operands: whole as Operand[] }];
  let next = 0;
  return operands[put]!.operation.inputs.map((x) => {
    const from = next;
    next += sizeOf(x.shape);
    const own = operandOf(lowering, x);
    const moved = (each: Operand): Operand =>
      each.lies === LIES.one ? each : { ...each, place: shifted(each.place, from) };
    return { from, count: next - from, operands: whole.map((each) => (each === undefined ? own : moved(each))) };
  });
}

/** Writes a group as one chain. */
export function lowerChain(lowering: Lowering, members: readonly Operation[], groups: Groups): void {
  const last = members.at(-1)!;
  const { operands, steps } = slotsOf(members);
  const parts = partsOf(lowering, operands, groups, sizeOf(last.shapes[0]!));
  const places = new Map<Operation, Place>();
  for (const each of members) if (groups.isRead(each)) places.set(each, freshPlace(lowering, each));
  for (const { from, count, operands: own } of parts) {
    const form = steps.map(({ step: { code, of }, slot, reads }) => {
      const place = of && places.get(of);
      return { code, reads, slot, place: place && shifted(place, from) };
    });
    const words = form.flatMap(({ code, slot, reads: [a = 0, b = a, c = a], place }) => {
      return [code, a, b, c, slot, place === undefined ? -1 : written(place)];
    });
    const given = own.flatMap(({ lies, place, axes }) => [lies, ...walk(place, axes)]);
    const goes = form.flatMap(({ place }) => (place === undefined ? [] : [place]));
    const chain = { operands: own, steps: form, places: goes };
    emit(lowering, KIND.chain, [count, own.length, form.length, ...given, ...words], last, chain);
  }
}
