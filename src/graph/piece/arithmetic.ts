import { type Alike, add, erf, exp, type Joint, less, maximum, multiply, select } from '../primitive/elementwise.ts';
import type { Floats, Operand } from '../tensor.ts';

export const subtract = <T extends readonly [Operand, Operand]>(...[a, b]: T & Alike<T>): Floats<Joint<T>> =>
  add(a as Floats, multiply(-1, b as Floats)) as Floats<Joint<T>>;
export const negate = <T extends Floats>(x: T): T => multiply(-1, x as Floats) as T;
/** Of equals the first is taken. */
export const minimum = <T extends readonly [Operand, Operand]>(...[a, b]: T & Alike<T>): Floats<Joint<T>> =>
  negate(maximum(multiply(-1, a as Floats), multiply(-1, b as Floats))) as Floats<Joint<T>>;
/** Within bounds; the gradient passes at both, as PyTorch's does. */
export const clip = <T extends Floats>(x: T, low: number, high: number): T =>
  minimum(maximum(x as Floats, low), high) as T;
export const square = <T extends Floats>(x: T): T => multiply(x as Floats, x as Floats) as T;
/** |x|; the gradient at 0 is 0. */
export const abs = <T extends Floats>(x: T): T =>
  multiply(x as Floats, subtract(less(0, x as Floats), less(x as Floats, 0))) as T;
/** max(0, x); the gradient at 0 is 0. */
export const relu = <T extends Floats>(x: T): T => maximum(0, x as Floats) as T;
/** x where x > 0, else eˣ − 1. */
export const elu = <T extends Floats>(x: T): T =>
  select(less(0, x as Floats), x as Floats, add(exp(minimum(x as Floats, 0)), -1)) as T;
/** x Φ(x), Φ the normal distribution's: exactly, not by tanh. Source: Hendrycks and Gimpel, 2016. */
export const gelu = <T extends Floats>(x: T): T =>
  multiply(0.5, x as Floats, add(1, erf(multiply(Math.SQRT1_2, x as Floats)))) as T;
