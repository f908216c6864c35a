import { add, divide, less, log, multiply } from '../primitive/elementwise.ts';
import { reshape } from '../primitive/layout.ts';
import { draw } from '../primitive/leaf.ts';
import { top } from '../primitive/reduce.ts';
import type { Floats, Integers, Matrix, Stream, Tensor } from '../tensor.ts';
import { negate } from './arithmetic.ts';

/** Each number is 0 with probability `rate`, else 1 / (1 − rate) times as large. Source: Srivastava et al., JMLR 2014. */
export const dropout = <T extends Floats>(x: T, rate: number, stream: Stream, at?: Tensor<0>): T =>
  multiply(x as Floats, divide(less(rate, draw(stream, x.shape, at) as Floats), 1 - rate)) as T;

/** A symbol of each row, drawn by its logits: argmax (zᵢ + Gᵢ), Gᵢ Gumbel numbers; one draw a row, symbol and `at`. */
export const sample = (logits: Matrix, stream: Stream, at?: Tensor<0>): Integers<1> => {
  const [rows = 0, symbols = 0] = logits.shape;
  const gumbel = negate(log(negate(log(draw(stream, [rows, symbols], at)))));
  return reshape(top(add(logits, gumbel), 1), [rows]);
};
