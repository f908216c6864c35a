import { z } from 'zod';
import { slot } from '../part.ts';
import { bySamples } from '../policies/aggregation/by-samples.ts';
import type { Algorithm, Uplink } from '../policies/algorithm.ts';
import { optimalLaplacian } from '../policies/mixing/optimal-laplacian.ts';
import { waitForAll } from '../policies/pacing/wait-for-all.ts';
import type { Aggregation, Mixing, Pacing } from '../policies/policy.ts';
import { digital } from '../policies/uplink/digital.ts';
import { inEpochs } from '../policies/workload/by-epochs.ts';

export const isFunction = (value: unknown): boolean => typeof value === 'function';

const STEPS_MAX = 1_000_000;

export const localSteps = z
  .int()
  .min(1)
  .max(STEPS_MAX)
  .default(5)
  .describe('mini-batch steps of one local update (τ₁ in the SD-FEEL papers, κ₁ in HierFAVG)');

export const localEpochs = z
  .number()
  .positive()
  .max(STEPS_MAX)
  .optional()
  .describe('passes over its own samples in one local update, in fresh orders, instead of local steps');

/** How much each client does in a round: so many steps, or so many passes over its own samples. */
export const localWork = (options: {
  readonly localSteps: number;
  readonly localEpochs?: number | undefined;
}): Pick<Algorithm, 'localSteps' | 'localStepsMax' | 'inEpochs'> => ({
  localSteps: options.localSteps,
  localStepsMax: options.localSteps,
  ...(options.localEpochs === undefined ? {} : { inEpochs: inEpochs(options.localEpochs) }),
});

export const edgeRounds = z
  .int()
  .min(1)
  .max(STEPS_MAX)
  .default(1)
  .describe('edge rounds between two aggregations across edge servers (τ₂, κ₂)');

export const mixing = slot<Mixing>('mixing', isFunction)
  .default(() => optimalLaplacian())
  .describe('how neighbours weigh each other (P)');

export const consensus = z
  .number()
  .gt(0)
  .max(1)
  .default(1)
  .describe('ε: at the end edge servers go on exchanging until disagreement has shrunk by this; 1 leaves that out');

/** Far beyond what the exchanges of any network of the papers take on links that work. */
const CONSENSUS_SECONDS = 3600;

export const consensusWithin = z
  .number()
  .positive()
  .max(9e6)
  .default(CONSENSUS_SECONDS)
  .describe('virtual time that this may take at most, s; servers that aren’t through then keep what they have');

export const pacing = slot<Pacing>('pacing', isFunction)
  .default(() => waitForAll())
  .describe('when a round stops waiting');

export const late = z
  .enum(['finish', 'release'])
  .default('finish')
  .describe(
    'clients that miss a deadline: they finish, and are free again then, or begin the next round with all others',
  );

export const aggregation = slot<Aggregation>('aggregation', isFunction)
  .default(() => bySamples())
  .describe('weights of updates');

export const uplink = slot<Uplink>('uplink', (value) => typeof value === 'object' && value !== null)
  .default(() => digital())
  .describe('how updates reach their servers: as bits, or added up in the air');
