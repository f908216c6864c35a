import { present } from '../assert.ts';
import { arrivalProbability } from '../coding/arrival-probability.ts';
import type { MemorySlot } from '../event.ts';
import type { Effect } from '../kernel/effect.ts';
import type { Parameters } from '../learning/contract.ts';
import type { ServerRound } from '../learning/server/contract.ts';
import type { ServerUpdate } from '../learning/server/steps.ts';
import type { Network } from '../network/network.ts';
import { type Seconds, toDuration, toDurationUp, toSeconds } from '../units.ts';
import type { ComputeCost } from './compute-cost.ts';
import { awaitedBy, hasNumbers } from './later-model.ts';
import { updateBits } from './local-rule.ts';
import type { WorldPlan } from './plan.ts';
import type { Work } from './results.ts';
import { checkMemory, checkModel } from './step-output.ts';

type Request = Omit<Extract<Effect, { type: 'integrate' }>, 'type'>;

/**
 * What a server rule is to do; undefined in a timing-only run.
 *
 * @param probability that a client takes part in a round to the end, as its availability says
 */
export function integration(
  { algorithm, task, seed, clients, terms }: WorldPlan,
  { round, model, updates, memory }: Request,
  probability: (client: string) => number,
): Work | undefined {
  const { module, name, options, inRound } = present(algorithm.server, 'server rule');
  if (!hasNumbers(model)) return undefined;
  const samplesOf = (index: number): number => task.sampleCounts[index] ?? 0;
  const everyone = [...clients].map(([member, { index }]) => {
    const deviation = terms?.[index]?.deviation;
    const agreed = deviation === undefined ? {} : { deviation };
    return { member, samples: samplesOf(index), probability: probability(member), ...agreed };
  });
  const members = updates.map(({ from, samples, localSteps, weight }) => ({
    ...{ member: from, samples, localSteps, weight, probability: probability(from) },
    index: present(clients.get(from), from).index,
  }));
  const known: Omit<ServerRound, 'model' | 'updates' | 'memory' | 'options'> = {
    ...(algorithm.setUp === undefined ? {} : { everyone, localSteps: algorithm.localSteps }),
    members: clients.size,
    totalSamples: [...clients.values()].reduce((sum, { index }) => sum + samplesOf(index), 0),
    ...{ round, seed, learningRate: task.learningRate(round) },
  };
  const make = () => {
    const parameters = present(model.parameters, 'parameters');
    const own = inRound === undefined ? options : { ...(options as object), ...inRound({ round, parameters }) };
    const input: ServerRound = {
      model: parameters,
      updates: members.map((each, at) => ({ ...each, parameters: updates[at]?.model.parameters as Parameters })),
      memory: memory.map(({ slot, model: kept }) => ({ slot, parameters: kept.parameters as Parameters })),
      ...{ ...known, options: own },
    };
    return { module, name, input };
  };
  const models = [model, ...updates.map((each) => each.model), ...memory.map((each) => each.model)];
  const check = (output: unknown): void => {
    const source = { what: `server rule "${name}"`, where: `round ${round}`, base: model };
    checkModel(output, source);
    checkMemory(output, source);
  };
  return { needs: models.flatMap(awaitedBy), make, check };
}

/**
 * Probability that a client's update comes in time where the round has a deadline: T_dn = 0, κ of its local steps, and an
 * upload that is tried until it is received. 1 without a deadline.
 *
 * Limits: links of fixed rate, no stragglers but those with an exponential excess, and nobody else on the air.
 */
export function arrivalInTime(
  { plan, network, cost }: { readonly plan: WorldPlan; readonly network: Network; readonly cost: ComputeCost },
  {
    client,
    server,
    closeAfter,
  }: { readonly client: string; readonly server: string; readonly closeAfter: Seconds | null },
): number {
  if (closeAfter === null) return 1;
  const meanTries = plan.channel.erasure?.meanTries ?? 1;
  const before = cost.secondsPerStep(client) * plan.algorithm.localSteps;
  const excess = before * (plan.devices.straggler.excess ?? 0);
  // In whole nanoseconds, as the run will have them: whether a tie is in time is as certain here as there.
  return arrivalProbability(toSeconds(toDurationUp(closeAfter)), {
    before: toSeconds(toDuration(before)),
    ...(excess > 0 ? { excessRate: 1 / excess } : {}),
    attempt: toSeconds(toDurationUp(network.uploadSeconds(client, server, updateBits(plan)) / meanTries)),
    probability: 1 - 1 / meanTries,
  });
}

/** Changed slots as a server's machine keeps them. */
export const slotsOf = (memory: ServerUpdate['memory']): MemorySlot[] =>
  memory.map(({ slot, parameters, digest }) => ({ slot, model: { parameters, digest } }));
