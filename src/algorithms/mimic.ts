import { z } from 'zod';
import { CONTROL } from '../learning/server/rules.ts';
import { module, type ServerStepName } from '../learning/server/steps.ts';
import { part, realise, slot } from '../part.ts';
import { uniform } from '../policies/aggregation/uniform.ts';
import type { Algorithm } from '../policies/algorithm.ts';
import type { Aggregation, Pacing } from '../policies/policy.ts';
import { isFunction, late, localEpochs, localSteps, localWork, pacing } from './options.ts';

/** Clients count alike, as in the papers' code. */
const aggregation = slot<Aggregation>('aggregation', isFunction)
  .default(() => uniform())
  .describe('weights of updates');

const scale = z
  .enum(['raw', 'per-rate'])
  .default('raw')
  .describe('how the server keeps vectors: as they came, or divided by the learning rate of their round');

const weights = z
  .enum(['uniform', 'samples'])
  .default('uniform')
  .describe('share of a client among all: alike, or by samples');

interface Composed {
  readonly localSteps: number;
  readonly localEpochs?: number | undefined;
  readonly pacing: Parameters<typeof realise<Pacing>>[0];
  readonly late?: Algorithm['late'];
  readonly aggregation?: Parameters<typeof realise<Aggregation>>[0];
}

/** FedAvg over a central server, whose updates are taken in by a rule instead of a mean. */
const ruled = (
  name: string,
  step: ServerStepName,
  options: Composed,
  settings: object,
  control?: string,
): Algorithm => ({
  name,
  architecture: 'central',
  ...localWork(options),
  edgeRounds: 1,
  exchanges: 0,
  pacing: realise(options.pacing),
  aggregation: realise(options.aggregation ?? uniform()),
  mixing: undefined,
  late: options.late ?? 'finish',
  server: { module, name: step, options: settings, ...(control === undefined ? {} : { control }) },
});

/**
 * MimiC: the server adds to each update what it lacked to the applied one when its client last took part, so that clients
 * that drop out pull the model nowhere. Clients run plain local SGD; the server keeps a vector for each.
 *
 *   v = Σ_A ρ_i (g_i + c_i),   w ← w − v,   c_i ← v − g_i for the active i ∈ A
 *
 * Limits: `raw` corrections are in units of the learning rate of an old round, so with a falling rate they are too large by
 * η_τ/η_t, and disjoint groups that take turns never damp them; `per-rate` ones are not.
 * Source: Sun, Mao, Zhang, MimiC: combating client dropouts in federated learning by mimicking central updates, IEEE
 * Trans. Mobile Comput. 23 (7), 2024; rule and `raw` from the authors' code, `per-rate` ours.
 */
export const mimic = part(
  'algorithm',
  'mimic',
  z.strictObject({ localSteps, localEpochs, pacing, aggregation, scale }),
  (options): Algorithm => ruled('mimic', 'mimic', options, { scale: options.scale }),
);

/**
 * MIFA: w ← w − (1/N) Σ_i G_i over the latest update G_i of every client, however old.
 *
 * Source: Gu et al., NeurIPS 2021, as in the code of MimiC.
 */
export const mifa = part(
  'algorithm',
  'mifa',
  z.strictObject({ localSteps, localEpochs, pacing, scale }),
  (options): Algorithm => ruled('mifa', 'mifa', options, { scale: options.scale }),
);

/**
 * FedVARP: latest updates y_i as control variates, w ← w − Σ_A ρ_i (g_i − y_i) − (1/N) Σ_i y_i.
 *
 * Source: Jhunjhunwala et al., UAI 2022 (recalled).
 */
export const fedVarp = part(
  'algorithm',
  'fed-varp',
  z.strictObject({ localSteps, localEpochs, pacing, aggregation, scale }),
  (options): Algorithm => ruled('fed-varp', 'fedVarp', options, { scale: options.scale }),
);

/**
 * FedAvg that counts missing updates as zeros: w ← w − Σ_A m_i g_i, m_i shares among all clients, absent ones included.
 */
export const fedAvgNaive = part(
  'algorithm',
  'fed-avg-naive',
  z.strictObject({ localSteps, localEpochs, pacing, late, weights }),
  (options): Algorithm => ruled('fed-avg-naive', 'naive', options, { weights: options.weights }),
);

/**
 * FedAvg with importance sampling: w ← w − Σ_A m_i g_i / p_i, p_i the probability by which a client's availability lets
 * it take part, known to the server; 1 where the process doesn't say.
 */
export const fedAvgImportance = part(
  'algorithm',
  'fed-avg-importance',
  z.strictObject({ localSteps, localEpochs, pacing, late, weights }),
  (options): Algorithm => ruled('fed-avg-importance', 'importance', options, { weights: options.weights }),
);

/**
 * SCAFFOLD: local steps w ← w − η (∇f_i − c_i + c), so that clients with other data don't drift apart;
 *
 *   w ← w − Σ_A ρ_i g_i,   c_i ← c_i − c + g_i / (K η),   c ← c + (1/N) Σ_A (c_i′ − c_i)
 *
 * The server keeps each client's c_i and sends it along; models and updates are charged twice their size, c going down and
 * its change up. For plain local SGD.
 *
 * Source: Karimireddy et al., SCAFFOLD, ICML 2020, option II, server rate 1 (recalled).
 */
export const scaffold = part(
  'algorithm',
  'scaffold',
  z.strictObject({ localSteps, pacing, aggregation }),
  (options): Algorithm => ruled('scaffold', 'scaffold', options, {}, CONTROL),
);
