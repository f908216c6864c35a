import { minimum } from '../piece/arithmetic.ts';
import { norm } from '../piece/axes.ts';
import { add, divide, multiply } from '../primitive/elementwise.ts';
import type { Vector } from '../tensor.ts';

/** What a norm of 0 is divided by, as PyTorch has it. */
const NORM_LEAST = 1e-6;

/** g min(1, limit / (‖g‖ + 10⁻⁶)): a gradient whose norm stays within a limit. Source: Pascanu et al., ICML 2013. */
export const clipNorm =
  (limit: number) =>
  (g: Vector): Vector =>
    multiply(g, minimum(1, divide(limit, add(norm(g), NORM_LEAST))));
