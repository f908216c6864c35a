import type { Operation, Shape, Tensor } from '../tensor.ts';
import { sourceOf, viewOf } from './layout.ts';
import { copied, copyTo, type Lowering, setView } from './lowering.ts';
import { buffer, inOrder, type LoopMark, type Place, startOf, type View, wordsOf } from './view.ts';

/**
 * Writes a loop: its carries have places of their own, what it reads and gives slice by slice moves with the turns. At the
 * end of a turn all that is carried on is read before any of it is written.
 */
export function lowerLoop(lowering: Lowering, of: Operation, body: () => void): void {
  const { body: own, times = 0, isReversed = false } = of.attributes;
  const { placeholders, outputs, carried, sliced } = own!;
  const loop: LoopMark = { times };
  const { demand } = lowering;
  const isRead = (x: Tensor) => demand.outputs.get(x.operation)?.has(x.output) ?? false;
  const isMade = (output: number) => demand.outputs.get(of)!.has(output);
  const given = outputs.length - carried;

  const turning = (place: Place, words: number): Place => ({
    ...place,
    turns: [...place.turns, { loop, stride: words }],
  });
  const carries = placeholders.slice(0, carried).flatMap((held, index) => {
    if (!isMade(index)) return [];
    if (outputs[index]!.operation === held.operation) return stays(lowering, of, index);
    const place = startOf(buffer(wordsOf(held.shape)));
    const initial = of.inputs[index]!;
    copyTo(lowering, place, viewOf(lowering, initial), initial.shape, of);
    for (const [operation, output] of [
      [held.operation, 0],
      [of, index],
    ] as const) {
      setView(lowering, operation, inOrder(place, held.shape), output);
    }
    return [{ index, place, shape: held.shape }];
  });
  placeholders.slice(carried, carried + sliced).forEach((held, k) => {
    const x = of.inputs[carried + k]!;
    if (!isRead(held)) return;
    const { place, strides } = viewOf(lowering, x);
    setView(lowering, held.operation, { place: turning(place, strides[0]!), strides: strides.slice(1) });
  });
  const at = startOf(buffer(1));
  setView(lowering, placeholders[carried + sliced]!.operation, { place: at, strides: [] });
  const stacks = Array.from({ length: given + carried }, (_, k) => carried + k).filter(isMade);
  const stackOf = (output: number): { readonly place: Place; readonly shape: Shape } => {
    const shape = of.shapes[output]!;
    const { place } = lowering.views.get(of)![output]!;
    return { place: turning(place, wordsOf(shape.slice(1))), shape: shape.slice(1) };
  };
  for (const output of stacks) {
    const shape = of.shapes[output]!;
    setView(lowering, of, inOrder(startOf(buffer(wordsOf(shape))), shape), output);
  }

  lowering.lines.push({ loop, at, isReversed, of });
  for (const output of stacks.filter((each) => each >= carried + given)) {
    const { place, shape } = stackOf(output);
    const held = placeholders[output - carried - given]!;
    copyTo(lowering, place, viewOf(lowering, held), shape, of);
  }
  body();
  for (const output of stacks.filter((each) => each < carried + given)) {
    const { place, shape } = stackOf(output);
    copyTo(lowering, place, viewOf(lowering, outputs[output]!), shape, of);
  }
  const next = carries.map(({ index, shape }): View => {
    const x = outputs[index]!;
    const view = viewOf(lowering, x);
    // What was made in this turn stays until the next; anything else may be a carry, which is about to change.
    const source = sourceOf(x);
    const isFresh = demand.loopOf(source) === of && source.name !== 'input';
    return isFresh ? view : copied(lowering, view, shape, of);
  });
  carries.forEach(({ place, shape }, k) => copyTo(lowering, place, next[k]!, shape, of));
  lowering.lines.push({ end: loop });
}

/** A carry that no turn changes lies where it came from. */
function stays(lowering: Lowering, of: Operation, index: number): [] {
  const view = viewOf(lowering, of.inputs[index]!);
  setView(lowering, of.attributes.body!.placeholders[index]!.operation, view);
  setView(lowering, of, view, index);
  return [];
}
