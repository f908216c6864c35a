/** Group-relative REINFORCE: masks, weights and regularisers are parts; a member of the family is a choice of three. */
import {
  add,
  exp,
  less,
  type Matrix,
  maskedMean,
  multiply,
  type Scalar,
  square,
  stop,
  subtract,
} from '../../../src/graph/index.ts';

/** ℓ, ℓ^old, A (of its sequence, repeated) and the action mask, [sequences, tokens]. */
export interface Tokens {
  readonly l: Matrix;
  readonly old: Matrix;
  readonly advantage: Matrix;
  readonly mask: Matrix;
}
type Part = (tokens: Tokens, ratio: Matrix) => Matrix | number;

const atMost = (a: Matrix, b: number): Matrix => subtract(1, less(b, a));
const atLeast = (a: Matrix, b: number): Matrix => subtract(1, less(a, b));
const either = (a: Matrix, b: Matrix): Matrix => subtract(add(a, b), multiply(a, b));
const sign = ({ advantage }: Tokens) => ({ up: atLeast(advantage, 0), down: atMost(advantage, 0) });

export const oneSide =
  (low = 0.2, high = 0.2): Part =>
  (t, ratio) =>
    either(multiply(sign(t).up, atMost(ratio, 1 + high)), multiply(sign(t).down, atLeast(ratio, 1 - low)));
export const twoSide =
  (low = 0.2, high = 0.2): Part =>
  (_, ratio) =>
    multiply(atLeast(ratio, 1 - low), atMost(ratio, 1 + high));
export const ring =
  (low = 0.6, high = 2): Part =>
  (t, ratio) => {
    const back = either(multiply(sign(t).up, atMost(ratio, 1 - low)), multiply(sign(t).down, atLeast(ratio, 1 + high)));
    return either(twoSide()(t, ratio) as Matrix, back);
  };
export const importance: Part = (_, ratio) => ratio;
export const byAdvantage =
  (temperature = 1): Part =>
  ({ advantage }) =>
    exp(multiply(1 / temperature, advantage));
export const forwardKl =
  (beta = 0.1): Part =>
  ({ l }) =>
    multiply(-beta, l);
export const k2 =
  (tau = 0.1): Part =>
  ({ l, old }) =>
    multiply(tau, square(subtract(l, old)));

/** Token mean of −A w M ℓ, and the regulariser, which no mask touches. */
export const rec =
  ({
    keep = () => 1,
    weight = () => 1,
    regulariser = () => 0,
  }: {
    keep?: Part;
    weight?: Part;
    regulariser?: Part;
  } = {}) =>
  (tokens: Tokens): Scalar => {
    const ratio = stop(exp(subtract(tokens.l, tokens.old)));
    const charged = multiply(-1, tokens.advantage, weight(tokens, ratio), keep(tokens, ratio), tokens.l);
    return maskedMean(add(charged, regulariser(tokens, ratio)), tokens.mask);
  };

export const recOneSideIs = rec({ keep: oneSide(), weight: importance });
export const recRingNoIs = rec({ keep: ring() });
export const opmd = rec({ regulariser: k2() });
export const redWeight = rec({ weight: byAdvantage() });
