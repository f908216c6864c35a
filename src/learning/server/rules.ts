import type { MemberUpdate, ServerOutcome, ServerRound } from './contract.ts';
import { lookUp, stepBy, sumOf } from './vectors.ts';

/** In which unit a stored update is kept: as it came, η · gradient of its own round, or divided by that round's η. */
export type CorrectionScale = 'raw' | 'per-rate';

const scaleOf = (scale: CorrectionScale, learningRate: number): number => (scale === 'raw' ? 1 : learningRate);

/** g_i / s as terms of a sum: the update in the unit in which memories are kept. */
const updateTerms = (model: ServerRound['model'], { parameters }: MemberUpdate, scale: number) =>
  [
    [1 / scale, model],
    [-1 / scale, parameters],
  ] as const;

/**
 * MimiC: the server corrects each received update so that it mimics what the central update was when the client last
 * took part.
 *
 *   v_i = g_i + c_i,   v = Σ_A ρ_i v_i,   w ← w − v,   c_i ← v − g_i for i ∈ A
 *
 * With `per-rate` corrections c_i is kept in units of the gradient, (v − g_i)/η, and weighed by the present η. Where
 * everyone takes part in the first round, the mean over all clients is mimicked from then on. Clients that have dropped
 * out keep their c_i; a client without one has c_i = 0.
 *
 * Source: Sun, Mao, Zhang, MimiC, IEEE Trans. Mobile Comput. 23 (7), 2024, and the authors' code (`raw`).
 */
export function mimic({ updates, memory, learningRate, options }: ServerRound<{ scale: CorrectionScale }>) {
  const correctionOf = lookUp(memory);
  const scale = scaleOf(options.scale, learningRate);
  const parameters = sumOf([
    ...updates.map(({ weight, parameters }) => [weight, parameters] as const),
    ...updates.map(({ weight, member }) => [-weight * scale, correctionOf(member)] as const),
  ]);
  // c_i s = v − g_i = (w − w′) − (w − w_i) = w_i − w′
  const corrections = updates.map((update) => ({
    slot: update.member,
    parameters: sumOf([
      [1 / scale, update.parameters],
      [-1 / scale, parameters],
    ]),
  }));
  return { parameters, memory: corrections } satisfies ServerOutcome;
}

/**
 * MIFA: the server steps by the mean of every client's latest update, however old.
 *
 *   G_i ← g_i for i ∈ A,   w ← w − (1/N) Σ_i G_i
 *
 * Source: Gu et al., Fast federated learning in the presence of arbitrary device unavailability, NeurIPS 2021, as in the
 * code of MimiC, whose rounding of 1/N to four decimals is left out.
 */
export function mifa(round: ServerRound<{ scale: CorrectionScale }>): ServerOutcome {
  const { model, updates, members, options } = round;
  const scale = scaleOf(options.scale, round.learningRate);
  const fresh = updates.map((update) => ({
    slot: update.member,
    parameters: sumOf(updateTerms(model, update, scale)),
  }));
  const isFresh = new Set(fresh.map(({ slot }) => slot));
  const latest = [...round.memory.filter(({ slot }) => !isFresh.has(slot)), ...fresh];
  const parameters = sumOf([[1, model], ...latest.map((slot) => [-scale / members, slot.parameters] as const)]);
  return { parameters, memory: fresh };
}

/**
 * FedVARP: latest updates as control variates, so that only what is new about a client is averaged over the active ones.
 *
 *   v = Σ_A ρ_i (g_i − y_i) + (1/N) Σ_i y_i,   w ← w − v,   y_i ← g_i for i ∈ A
 *
 * Source: Jhunjhunwala et al., FedVARP, UAI 2022 (recalled).
 */
export function fedVarp(round: ServerRound<{ scale: CorrectionScale }>): ServerOutcome {
  const { model, updates, memory, members, options } = round;
  const latestOf = lookUp(memory);
  const scale = scaleOf(options.scale, round.learningRate);
  const parameters = sumOf([
    ...updates.map(({ weight, parameters }) => [weight, parameters] as const),
    ...updates.map(({ weight, member }) => [weight * scale, latestOf(member)] as const),
    ...memory.map((slot) => [-scale / members, slot.parameters] as const),
  ]);
  const fresh = updates.map((update) => ({
    slot: update.member,
    parameters: sumOf(updateTerms(model, update, scale)),
  }));
  return { parameters, memory: fresh };
}

/** Slot of SCAFFOLD's own control variate c. */
export const CONTROL = 'control';

/**
 * SCAFFOLD: clients step by η(∇f_i − c_i + c); what their steps came to tells their gradients.
 *
 *   c_i′ = c_i − c + (w − w_i)/(K η),   w ← w − Σ_A ρ_i g_i,   c ← c + (1/N) Σ_A (c_i′ − c_i)
 *
 * The server keeps c_i on behalf of its clients. That changes nothing where a lost update is lost as a whole.
 *
 * Source: Karimireddy et al., SCAFFOLD, ICML 2020, option II, server rate 1 (recalled).
 */
export function scaffold({ model, updates, memory, members, learningRate }: ServerRound): ServerOutcome {
  const latestOf = lookUp(memory);
  const control = latestOf(CONTROL);
  const moved = updates.map((update) => {
    const scale = update.localSteps * learningRate;
    const own = latestOf(update.member);
    const parameters = sumOf([[1, own], [-1, control], ...updateTerms(model, update, scale)]);
    return { slot: update.member, parameters, own };
  });
  const parameters = sumOf(updates.map(({ weight, parameters }) => [weight, parameters] as const));
  const next = sumOf([
    [1, control],
    ...moved.flatMap((each) => [[1 / members, each.parameters] as const, [-1 / members, each.own] as const]),
  ]);
  return {
    parameters,
    memory: [
      { slot: CONTROL, parameters: next },
      ...moved.map(({ slot, parameters: at }) => ({ slot, parameters: at })),
    ],
  };
}

/**
 * FedAvg with the updates that didn't come counted as zero: w ← w − Σ_A m_i g_i, m_i the share of a client among all of
 * the server's clients, by samples or alike.
 */
export function naive({
  model,
  updates,
  members,
  totalSamples,
  options,
}: ServerRound<{ weights: 'samples' | 'uniform' }>) {
  const shares = updates.map(({ samples }) => (options.weights === 'samples' ? samples / totalSamples : 1 / members));
  return { parameters: stepBy(model, updates, shares), memory: [] } satisfies ServerOutcome;
}

/**
 * Importance sampling: each update that came counts 1/p_i times, p_i the probability that it comes, so that the step is
 * that of full participation in the mean.
 *
 *   w ← w − Σ_A m_i g_i / p_i
 */
export function importance(round: ServerRound<{ weights: 'samples' | 'uniform' }>): ServerOutcome {
  const { model, updates, members, totalSamples, options } = round;
  const shares = updates.map(
    ({ samples, probability }) => (options.weights === 'samples' ? samples / totalSamples : 1 / members) / probability,
  );
  return { parameters: stepBy(model, updates, shares), memory: [] };
}
