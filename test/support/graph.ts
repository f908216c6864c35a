import {
  add,
  constant,
  type Floats,
  floats,
  gradient,
  type Integers,
  input,
  multiply,
  sizeOf,
  sum,
} from '../../src/graph/index.ts';
import { evaluate } from '../../src/graph/reference/evaluate.ts';
import { streams } from '../../src/math/streams.ts';

/** Uniform numbers in [low, high). */
export function numbers(name: string, count: number, [low, high]: readonly [number, number] = [-1, 1]): Float64Array {
  const draw = streams(1)(name).at(0);
  return Float64Array.from({ length: count }, () => low + (high - low) * draw());
}

const flatOf = (value: unknown): number[] =>
  typeof value === 'number' ? [value] : Object.values(value as object).flatMap(flatOf);

/** Largest difference of two trees of numbers, relative, or absolute where numbers are below 1. */
export function apart(made: unknown, wanted: unknown): number {
  const [a, b] = [flatOf(made), flatOf(wanted)];
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const away = (each: number, k: number) => Math.abs(each - b[k]!) / Math.max(1, Math.abs(b[k]!));
  return a.reduce((worst, each, k) => (Number.isNaN(each) ? Number.NaN : Math.max(worst, away(each, k))), 0);
}

export const whole = (values: readonly number[], ...shape: number[]): Integers =>
  constant(values, ...shape) as unknown as Integers;

const STEP = 1e-3;

/** The derivative of f at 0, by central differences of fourth order. */
const slope = (f: (h: number) => number): number =>
  (8 * (f(STEP) - f(-STEP)) - (f(2 * STEP) - f(-2 * STEP))) / (12 * STEP);

/** A random projection: what a loss makes of a tensor, so that each entry of its gradient counts. */
const projected = (name: string, x: Floats): Floats<0> =>
  sum(multiply(x, constant(numbers(name, sizeOf(x.shape)), ...x.shape)));

/**
 * How far gradients are from finite differences: of a projection of what is made, and of a projection of that one's
 * gradient.
 */
export function gradientErrors(
  shapes: readonly (readonly number[])[],
  make: (...x: Floats[]) => Floats,
  { range = [-1, 1] as readonly [number, number], luck = 'graph' } = {},
): { readonly first: number; readonly second: number } {
  const x = shapes.map((shape, k) => input(`x${k}`, floats(...shape)) as Floats);
  const values = shapes.map((shape, k) => numbers(`${luck}/${k}`, sizeOf(shape), range));
  const loss = projected(`${luck}/loss`, make(...x));
  const first = gradient(loss, x);
  const along = first.map((each, k) => projected(`${luck}/first/${k}`, each)).reduce((a, b) => add(a, b));
  const at = (of: readonly Floats[], moved: readonly Float64Array[]) =>
    evaluate(of, new Map(x.map((each, k) => [each.operation, [moved[k]!]])));
  const error = (of: Floats, made: readonly Floats[]) => {
    const wanted = values.map((each, k) =>
      each.map((own, j) => slope((h) => at([of], values.with(k, each.with(j, own + h)))[0]![0]!)),
    );
    return apart(at(made, values), wanted);
  };
  return { first: error(loss, first), second: error(along, gradient(along, x)) };
}
