import { add } from '../primitive/elementwise.ts';
import { scan } from '../scan.ts';
import type { Body, Floats, Operation, Tensor } from '../tensor.ts';
import { isFloat } from '../tensor.ts';
import { leaves } from '../trees.ts';
import { tensor } from '../write.ts';
import { substitute } from './between.ts';
import type { Pullback } from './fused.ts';
import { type Gradients, zeros } from './rules.ts';

/** An alias, since an interface, to which others may add, is no tree. */
type Slices = {
  /** Carries before each time. */
  readonly before: readonly Tensor[];
  readonly x: readonly Tensor[];
  /** Gradients of what each time gives. */
  readonly g: readonly Floats[];
  /** Gradients of the carries before each time: a gradient of a gradient reaches them. */
  readonly b: readonly Floats[];
};

/** A loop's gradient is the loop the other way: it carries the gradients of the carries, and sums those of what is free. */
export function scanRule(of: Operation, gradients: Gradients, pullback: Pullback): Gradients {
  const { body, times = 0, isReversed = false } = of.attributes;
  const { placeholders, free, outputs, carried, sliced } = body as Body;
  const given = outputs.length - carried;
  const starts = of.inputs.slice(0, carried);
  const slices = of.inputs.slice(carried, carried + sliced);
  const kept = of.inputs.slice(carried + sliced);
  const gradientOf = (output: number): Floats => gradients[output] ?? zeros(of.shapes[output] ?? []);
  const ofFloats = (first: number): Floats[] =>
    starts.flatMap((each, index) => (isFloat(each) ? [gradientOf(first + index)] : []));
  const over: Slices = {
    before: starts.map((_, index) => tensor(of, carried + given + index)),
    x: slices,
    g: outputs.slice(carried).map((_, index) => gradientOf(carried + index)),
    b: ofFloats(carried + given),
  };
  const back = scan({
    times,
    isReversed: !isReversed,
    carry: { c: ofFloats(0), f: kept.filter(isFloat).map(({ shape }) => zeros(shape)) },
    over,
    each({ c, f }, now, at) {
      const { before, x, g, b } = now as unknown as Slices;
      const again = substitute(outputs, [...placeholders, ...free], [...before, ...x, at, ...kept]);
      const ofCarry = [...c];
      const seeds = [...starts.map((each) => (isFloat(each) ? ofCarry.shift() : undefined)), ...g];
      const ends = [before, x, kept].map((each) => each.filter(isFloat));
      const made = pullback(again, seeds, ends.flat(), { isCut: true });
      const [byCarry, bySlice] = [made.slice(0, c.length), made.slice(c.length, made.length - f.length)];
      return {
        carry: {
          c: byCarry.map((each, index) => add(each, b[index] as Floats)),
          f: f.map((each, index) => add(each, made[c.length + bySlice.length + index] as Floats)),
        },
        gives: { x: bySlice },
      };
    },
  });
  const made = [...back.carry.c, ...leaves(back.gives.x), ...back.carry.f] as Floats[];
  return of.inputs.map((each) => (isFloat(each) ? made.shift() : undefined));
}
