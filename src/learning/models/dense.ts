import { z } from 'zod';
import { part } from '../../part.ts';
import type { Activation, Architecture, Layer } from '../contract.ts';

/**
 * Softmax regression: one dense layer on the flat features, 7,850 parameters for MNIST. It is convex, so zeros are as
 * good a start as any, and they give all runs the same one.
 */
export const softmax = part(
  'model',
  'softmax',
  z.strictObject({
    initial: z.enum(['zeros', 'glorot']).default('zeros').describe('where training starts'),
  }),
  ({ initial }): Architecture =>
    ({ shape, classes }) => ({
      name: 'softmax',
      inputShape: shape,
      layers: [{ layer: 'flatten' }, { layer: 'dense', units: classes }],
      initial,
    }),
);

const activation = z.enum(['relu', 'tanh', 'sigmoid', 'square']) satisfies z.ZodType<Activation>;

/**
 * A multilayer perceptron; with the two hidden layers of 200 the "2NN" of McMahan et al., Communication-efficient
 * learning of deep networks from decentralized data, 2017: 199,210 parameters for MNIST.
 */
export const mlp = part(
  'model',
  'mlp',
  z.strictObject({
    hidden: z.array(z.int().positive()).max(16).default([200, 200]).describe('units of each hidden layer'),
    activation: activation.default('relu').describe('of the hidden layers'),
  }),
  (options): Architecture =>
    ({ shape, classes }) => ({
      name: 'mlp',
      inputShape: shape,
      layers: [
        { layer: 'flatten' },
        ...options.hidden.map((units): Layer => ({ layer: 'dense', units, activation: options.activation })),
        { layer: 'dense', units: classes },
      ],
    }),
);
