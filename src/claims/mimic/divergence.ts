import { present } from '../../assert.ts';
import type { Availability } from '../../devices/contract.ts';
import { boundedGaps, randomShare, staticLevels } from '../../devices/index.ts';
import type { Parameters } from '../../learning/contract.ts';
import type { MemberUpdate, ServerOutcome, ServerRound, Slot } from '../../learning/server/contract.ts';
import { type CorrectionScale, mimic } from '../../learning/server/rules.ts';
import { sumOf } from '../../learning/server/vectors.ts';
import { normals } from '../../math/distributions.ts';
import { streams } from '../../math/streams.ts';
import { realise } from '../../part.ts';
import { type Claim, claim } from '../claim.ts';
import { mean } from '../curve.ts';

const CLIENTS = Array.from({ length: 30 }, (_, i) => i);
const [DIMENSIONS, ROUNDS] = [20, 2000];
const SEEDS = [1, 2, 3];
/** Rounds at whose means the divergence is looked at: early, and at the end. */
const [EARLY, LATE] = [
  [40, 60],
  [1950, 2000],
] as const;

const PATTERNS = {
  static: () => realise<Availability>(staticLevels({ least: 0.2 })),
  tau: () => realise<Availability>(boundedGaps()),
  random: () => realise<Availability>(randomShare({ share: 0.1 })),
};

type Scale = CorrectionScale | 'none';

const learningRate = (round: number): number => 0.1 / (1 + round / 20);

/** Thirty quadratics ½ Σ_k h_ik (w_k − a_ik)², whose minima go with the client's index as its availability does. */
function quadratics(seed: number) {
  const draw = normals(streams(seed)('quadratics').at(0));
  const perClient = (of: (i: number) => number) => CLIENTS.map((i) => Array.from({ length: DIMENSIONS }, () => of(i)));
  const curvatures = perClient(() => 0.5 + Math.abs(draw()));
  const minima = perClient((i) => draw() + (i % 5));
  const terms = CLIENTS.map((i) => ({ h: present(curvatures[i], 'curvature'), a: present(minima[i], 'minimum') }));
  return (w: Parameters): Float64Array[] =>
    terms.map(({ h, a }) => Float64Array.from(h, (each, k) => each * ((w[k] as number) - (a[k] as number))));
}

/** v of a round: the mean update of those that are there, or MimiC's. */
function stepped(scale: Scale, round: Omit<ServerRound, 'options'>): ServerOutcome {
  if (scale !== 'none') return mimic({ ...round, options: { scale } });
  return { parameters: sumOf(round.updates.map(({ weight, parameters }) => [weight, parameters])), memory: [] };
}

/** Means of ‖v_t − v̄_t‖ / η_t over the early and the late rounds, one full-batch step a round. */
export function divergence(
  pattern: keyof typeof PATTERNS,
  scale: Scale,
  seed: number,
): { early: number; late: number } {
  const gradients = quadratics(seed);
  const isActive = activity(pattern, seed);
  const memory = new Map<string, Slot>();
  const found: number[] = [];
  let model: Parameters = new Float64Array(DIMENSIONS).fill(1);
  for (let t = 0; t < ROUNDS; t += 1) {
    const rate = learningRate(t);
    const slopes = gradients(model);
    const active = CLIENTS.filter((i) => isActive(i, t + 1));
    const updates = active.map((index): MemberUpdate => {
      const parameters = sumOf([
        [1, model],
        [-rate, slopes[index]],
      ]);
      const known = { probability: 1, samples: 1, localSteps: 1 };
      return { member: `client-${index}`, index, weight: 1 / active.length, ...known, parameters };
    });
    const facts = { members: CLIENTS.length, totalSamples: CLIENTS.length, round: t + 1, learningRate: rate, seed };
    const outcome = stepped(scale, { ...facts, model, updates, memory: [...memory.values()] });
    for (const slot of outcome.memory) memory.set(slot.slot, slot);
    const step = sumOf([
      [1 / rate, model],
      [-1 / rate, outcome.parameters],
      ...slopes.map((slope) => [-1 / CLIENTS.length, slope] as const),
    ]);
    found.push(Math.hypot(...step));
    model = outcome.parameters;
  }
  return { early: mean(found.slice(...EARLY)), late: mean(found.slice(...LATE)) };
}

/** Whether a client takes part in a round to the end, as its availability draws it. */
function activity(pattern: keyof typeof PATTERNS, seed: number) {
  const availability = PATTERNS[pattern]();
  const draws = streams(seed)(`availability/${pattern}`);
  const population = { clients: CLIENTS.length, draws };
  return (client: number, round: number): boolean => availability.inRound(client, round, draws, population);
}

const patterns = Object.keys(PATTERNS) as (keyof typeof PATTERNS)[];

/** Goes by update vectors, which no run tells: the rules of the servers alone, on Reference A of the dossier. */
export const divergenceClaim = (): Claim =>
  claim({
    id: 'M1',
    claim:
      'The distance of the applied from the central update, over the rate, stays flat for FedAvg and falls for MimiC',
    criterion: '30 quadratics, static, tau and random: FedAvg within ±30 %, MimiC falls ≥ 20×, per rate ≥ 10⁴×',
    runs: {},
    judge() {
      const ratios = (scale: Scale) =>
        patterns.map((pattern) => {
          const ends = SEEDS.map((seed) => divergence(pattern, scale, seed));
          return { pattern, ratio: mean(ends.map(({ late }) => late)) / mean(ends.map(({ early }) => early)) };
        });
      const [flat, raw, perRate] = [ratios('none'), ratios('raw'), ratios('per-rate')];
      const values = Object.fromEntries([
        ...flat.map(({ pattern, ratio }) => [`FedAvg ${pattern}, late/early`, ratio]),
        ...raw.map(({ pattern, ratio }) => [`MimiC ${pattern} falls by`, 1 / ratio]),
        ...perRate.map(({ pattern, ratio }) => [`per rate ${pattern} by`, 1 / ratio]),
      ]) as Record<string, number>;
      const holds =
        flat.every(({ ratio }) => Math.abs(ratio - 1) <= 0.3) &&
        raw.every(({ ratio }) => ratio <= 1 / 20) &&
        perRate.every(({ ratio }) => ratio <= 1e-4);
      return { values, holds, note: 'seeds 1–3; no run' };
    },
  });
