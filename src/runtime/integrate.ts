import { present } from '../assert.ts';
import type { MemorySlot } from '../event.ts';
import type { Effect } from '../kernel/effect.ts';
import type { Parameters } from '../learning/contract.ts';
import type { ServerRound } from '../learning/server/contract.ts';
import type { ServerUpdate } from '../learning/server/steps.ts';
import type { Step } from '../step.ts';
import type { WorldPlan } from './plan.ts';

type Request = Omit<Extract<Effect, { type: 'integrate' }>, 'type'>;

/**
 * The step of a server rule; undefined in a timing-only run.
 *
 * @param probability that a client takes part in a round to the end, as its availability says
 */
export function integrateStep(
  { algorithm, task, seed, clients }: WorldPlan,
  { round, model, updates, memory }: Request,
  probability: (client: string) => number,
): Step<ServerRound> | undefined {
  const { module, name, options } = present(algorithm.server, 'server rule');
  if (model.parameters === undefined) return undefined;
  const input: ServerRound = {
    model: model.parameters,
    updates: updates.map(({ from, model: trained, samples, localSteps, weight }) => ({
      ...{ member: from, samples, localSteps, weight, probability: probability(from) },
      index: present(clients.get(from), from).index,
      parameters: trained.parameters as Parameters,
    })),
    memory: memory.map(({ slot, model: kept }) => ({ slot, parameters: kept.parameters as Parameters })),
    members: clients.size,
    totalSamples: [...clients.values()].reduce((sum, { index }) => sum + (task.sampleCounts[index] ?? 0), 0),
    ...{ round, seed, options, learningRate: task.learningRate(round) },
  };
  return { module, name, input };
}

/** Changed slots as a server's machine keeps them. */
export const slotsOf = (memory: ServerUpdate['memory']): MemorySlot[] =>
  memory.map(({ slot, parameters, digest }) => ({ slot, model: { parameters, digest } }));
