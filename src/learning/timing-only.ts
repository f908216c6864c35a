import { z } from 'zod';
import { sharedFloats } from '../math/shared.ts';
import { part } from '../part.ts';
import type { TaskPlan } from './contract.ts';
import { digest } from './digest.ts';

/**
 * A task that trains nothing: sizes and costs only, for studies of latency and energy. The defaults are those of the
 * MNIST network of 21,840 parameters.
 */
export const timingOnly = part(
  'task',
  'timing-only',
  z.strictObject({
    modelBits: z.int().positive().default(698_880).describe('size of a model on the air, bit'),
    macsPerSample: z.number().positive().default(487_540).describe('multiply–accumulates of a forward pass'),
    batchSize: z.int().positive().default(10).describe('samples of a local step'),
    samplesPerClient: z.int().positive().default(600).describe('samples of each client'),
  }),
  ({ modelBits, macsPerSample, batchSize, samplesPerClient }): TaskPlan => ({
    prepare: async ({ clients }) => {
      const parameters = sharedFloats(0);
      const start = { parameters, digest: digest(parameters) };
      return {
        name: 'timing-only',
        parameterCount: 0,
        modelBits,
        macsPerSample,
        batchSize,
        sampleCounts: new Array<number>(clients).fill(samplesPerClient),
        primaryClasses: new Array<number>(clients).fill(0),
        facts: {},
        ...{ learningRate: () => 1, initial: () => start },
        train: () => undefined,
        evaluate: () => undefined,
      };
    },
  }),
);
