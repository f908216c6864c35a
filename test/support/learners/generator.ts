/** A conditional generator: noise and class to 3 × 32 × 32 images, by two transposed convolutions; trained against a frozen teacher. */
import {
  add,
  affine,
  concatenate,
  convTranspose2d,
  crossEntropy,
  dense,
  draw,
  type Floats,
  type Integers,
  integers,
  layerNorm,
  type Matrix,
  mean,
  mlp,
  multiply,
  type Network,
  normal,
  oneHot,
  relu,
  reshape,
  type Scalar,
  sgd,
  sigmoid,
  square,
  stop,
  subtract,
  training,
  upFilters,
} from '../../../src/graph/index.ts';

const blocks = {
  hidden: dense(110, 512),
  wide: dense(512, 1600),
  norm: normal(1600),
  up: upFilters(5, 5, 25, 16),
  out: upFilters(5, 5, 16, 3),
};

export const generator: Network<typeof blocks, [noise: Matrix, classes: Integers<1>], Floats<4>> = {
  parameters: blocks,
  apply: (p, noise, classes) => {
    const batch = noise.shape[0]!;
    const seed = concatenate([noise, oneHot(classes, 10)], 1);
    const wide = relu(layerNorm(affine(relu(affine(seed, p.hidden)), p.wide), p.norm));
    const small = reshape(wide, [batch, 8, 8, 25]);
    const middle = relu(convTranspose2d(small, p.up, { height: 16, width: 16, stride: 2, padding: 2 }));
    return sigmoid(convTranspose2d(middle, p.out, { height: 32, width: 32, stride: 2, padding: 2 }));
  },
};

const teacher = mlp([3072, 64, 10]);

/** Images that the teacher takes for what was asked, and that differ for different noise. */
export const generatorSteps = (batch: number, steps: number) =>
  training({
    name: 'generator',
    parameters: { generator: generator.parameters },
    optimiser: sgd({ rate: 0.1 }),
    inputs: { teacher: teacher.parameters, classes: integers(batch) },
    draws: ['noise'],
    steps,
    loss: (p, { inputs, draws, step }) => {
      const noise = multiply(2, subtract(draw(draws.noise, [batch, 100], step), 0.5)) as Matrix;
      const images = generator.apply(p.generator, noise, inputs.classes);
      const believed = crossEntropy(teacher.apply(inputs.teacher, reshape(images, [batch, 3072])), inputs.classes);
      const spread: Scalar = mean(square(subtract(images, stop(mean(images, 0)))));
      return add(believed, multiply(-0.1, spread));
    },
  });
