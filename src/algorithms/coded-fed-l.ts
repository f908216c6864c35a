import { z } from 'zod';
import { earliestDeadline, type Load, loadsAt, type Pace } from '../coding/load-allocation.ts';
import { ScenarioError } from '../errors.ts';
import type { Task } from '../learning/contract.ts';
import { type FitFirstInput, module as fitting } from '../learning/least-squares-steps.ts';
import { module } from '../learning/server/steps.ts';
import { part, realise } from '../part.ts';
import { bySamples } from '../policies/aggregation/by-samples.ts';
import type { Algorithm, Fitting } from '../policies/algorithm.ts';
import { waitForAll } from '../policies/pacing/wait-for-all.ts';
import { outputsOf } from './regression.ts';

const BITS_PER_NUMBER = 32;

const options = z.strictObject({
  codedRows: z.int().min(1).max(1_000_000).default(1500).describe('c, rows of the code, all of which the server uses'),
  deadline: z
    .number()
    .positive()
    .optional()
    .describe('t of a round, s; by default the earliest by which clients return m − c of the m rows in the mean'),
});

type Options = z.output<typeof options>;

/**
 * CodedFedL: the server reckons out how many rows each client should work on, and when a round closes, so that as many rows
 * return as its code doesn't stand for. Codes stand in full for rows that nobody works on, and for the others by the
 * probability that they don't return, so the sum of what comes and of the coded gradient is unbiased.
 *
 *   t* = min { t : Σ_i max_ℓ E[R_i(t; ℓ)] ≥ m − c },   X̃_i = G_i Λ_i X_i,   λ_r = 1 − P(T_i ≤ t*) for r ≤ ℓ_i, else 1
 *   W ← W − (η/m) (Σ_A Σ_{r ≤ ℓ_i} x_r (x_rᵀ W − y_rᵀ) + (1/c) X̃ᵀ(X̃ W − Ỹ))
 *
 * Its deadline comes before the schedule's, clients that would be too slow with a single row have no part in rounds, and
 * those that are late are released.
 *
 * Limits: `least-squares` on links of fixed rate; one step a round, on the same rows in each; no noise on the code.
 * Source: Prakash et al., Coded computing for low-latency federated learning over wireless edge networks, IEEE J. Sel.
 * Areas Commun. 39 (1), 2021, recalled.
 */
export const codedFedL = part('algorithm', 'coded-fed-l', options, (checked): Algorithm => {
  return { ...frame, fit: (task, run) => fitted(checked, task, run) };
});

const frame: Algorithm = {
  ...{ name: 'coded-fed-l', architecture: 'central', localSteps: 1, localStepsMax: 1, edgeRounds: 1, exchanges: 0 },
  ...{ pacing: realise(waitForAll()), aggregation: realise(bySamples()), mixing: undefined, late: 'release' },
};

function fitted({ codedRows, deadline }: Options, task: Task, run: Fitting): Algorithm {
  const outputs = outputsOf(task, 'coded-fed-l');
  const paces = run.clients.map((_, client) => paceOf(task, run, client));
  const total = task.sampleCounts.reduce((sum, each) => sum + each, 0);
  if (deadline === undefined && codedRows >= total) {
    const remedy = `pass fewer than the ${total} rows of the data, or a deadline`;
    throw refused(`invalid codedRows: ${codedRows} leave clients nothing to return`, 'algorithm.codedRows', remedy);
  }
  const closeAfter = deadline ?? earliestDeadline(total - codedRows, task.sampleCounts, paces);
  const loads = loadsAt(closeAfter, task.sampleCounts, paces);
  if (loads.every(({ rows }) => rows === 0)) {
    throw refused(
      `invalid deadline: ${closeAfter} s is too early for anyone`,
      'algorithm.deadline',
      'pass a later one',
    );
  }
  return {
    ...frame,
    rounds: { closeAfter, absent: run.clients.filter((_, client) => loads[client]?.rows === 0) },
    local: localOf(task, loads),
    setUp: {
      ...{ module, step: 'encodeRows', name: 'code', options: { codedRows, loads } },
      bits: ({ features, labels }) => codedRows * (features + labels) * BITS_PER_NUMBER,
      macs: () => 0,
    },
    server: {
      ...{ module, name: 'coded' },
      options: {
        ...{ codedRows, codedBatch: codedRows, rule: 'allocated', makeUp: false, outputs },
        ...{ codeWeight: 1, leastProbability: 0 },
      },
    },
  };
}

/** One step on the first ℓ rows; the same at every round. */
const localOf = (task: Task, loads: readonly Load[]): NonNullable<Algorithm['local']> => ({
  bits: task.modelBits,
  work: (client) => (loads[client]?.rows ?? 0) / task.batchSize,
  step({ client, parameters, round }) {
    const rows = task.rows?.(client);
    if (rows === undefined) return undefined;
    const first = loads[client]?.rows ?? 0;
    const input: FitFirstInput = { rows, parameters, first, learningRate: task.learningRate(round) };
    return { module: fitting, name: 'fitFirst', input };
  },
});

function paceOf(task: Task, { pace }: Fitting, client: number): Pace {
  const known = pace(client, task.modelBits);
  if (known !== undefined) return known;
  throw refused(
    'unsupported channel or straggler for coded-fed-l: nobody can reckon out when updates return',
    'channel',
    'pass fixedRates() with a rate to the cloud, and no stragglers or shifted-exponential ones',
  );
}

const refused = (what: string, where: string, remedy: string): ScenarioError =>
  new ScenarioError({ what, where, remedy, code: 'OPTION_INVALID' });
