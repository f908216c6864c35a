/** FedMix: a loss at (1 − λ) x with the first-order term of mixing in, λ ∇ₓℓ · x̄, so that a step takes a gradient of a gradient. */
import {
  add,
  crossEntropy,
  floats,
  gradient,
  type Integers,
  integers,
  type Matrix,
  mlp,
  multiply,
  type Scalar,
  sgd,
  sum,
  training,
} from '../../../src/graph/index.ts';

const network = mlp([32, 24, 5]);

/** ℓ((1 − λ) x, y) (1 − λ) + λ ℓ((1 − λ) x, ȳ) + λ (1 − λ) ∇ₓℓ((1 − λ) x, y) · x̄ */
export function mixedLoss(
  f: (x: Matrix) => Matrix,
  x: Matrix,
  y: Integers<1>,
  mean: { readonly x: Matrix; readonly y: Integers<1> },
  lambda: number,
): Scalar {
  const shrunk = multiply(1 - lambda, x);
  const own = crossEntropy(f(shrunk), y);
  const slope = gradient(own, shrunk);
  const other = crossEntropy(f(shrunk), mean.y);
  return add(
    multiply(1 - lambda, own),
    multiply(lambda, other),
    multiply(lambda * (1 - lambda), sum(multiply(slope, mean.x))),
  );
}

export const mixedUpdate = training({
  name: 'fedmix',
  parameters: network.parameters,
  optimiser: sgd({ rate: 0.1 }),
  inputs: { x: floats(8, 32), y: integers(8), meanX: floats(8, 32), meanY: integers(8) },
  steps: 5,
  loss: (p, { inputs: { x, y, meanX, meanY } }) =>
    mixedLoss((x) => network.apply(p, x), x, y, { x: meanX, y: meanY }, 0.05),
});
