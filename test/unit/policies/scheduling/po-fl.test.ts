import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { arrive } from '../../../../channels/access/over-the-air.ts';
import { inversion } from '../../../../channels/power-control/inversion.ts';
import { streams } from '../../../../src/math/streams.ts';
import { type Part, realise } from '../../../../src/part.ts';
import * as policies from '../../../../src/policies/index.ts';
import type { Candidate, RoundView, SchedulingPolicy } from '../../../../src/policies/policy.ts';
import { agreedScale } from '../../../../src/runtime/grants.ts';

/** The golden instance of the PO-FL dossier. */
const NOISE = 0.05;
const magnitudes = [0.2, 0.5, 1, 1.5];
const gradients = [
  [1, 2, 2],
  [0, 1, 0],
  [2, -1, 2],
  [0.5, 0.5, -0.5],
];
const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

interface Sent {
  readonly samples: number;
  readonly magnitude: number;
  readonly gradient: readonly number[];
}
const golden: Sent[] = gradients.map((gradient, i) => ({ samples: 10 * (i + 1), magnitude: magnitudes[i]!, gradient }));

const view = (clients: readonly Sent[], { noise = NOISE, power = 1, round = 1 } = {}): RoundView => ({
  ...{ server: 'edge-0', round, now: 0, inFlight: 0, members: clients.length, symbols: 3 },
  draw: streams(3)('edge-0/schedule').at(round),
  idle: clients.map(({ samples, magnitude, gradient }, index): Candidate => {
    const average = mean(gradient);
    return {
      ...{ id: `client-${index}`, index, samples, staleness: 1, participations: 0, loss: undefined, snrDb: 0 },
      ...{ computeSeconds: 1, secondsPerStep: 1, uploadSeconds: 1 },
      gradientNorm: Math.hypot(...gradient),
      gradientMean: average,
      gradientVariance: mean(gradient.map((each) => (each - average) ** 2)),
      symbolSnr: (power * magnitude ** 2) / noise,
    };
  }),
});

const probabilities = (policy: Part<SchedulingPolicy>, seen = view(golden)) =>
  realise(policy)(seen).probabilities ?? [];
const poFl = (alpha: number) => policies.poFlScheduling({ cohort: 2, alpha });
const close = (found: readonly number[], expected: readonly number[], digits = 9) => {
  expect(found).toHaveLength(expected.length);
  found.forEach((each, i) => expect(each).toBeCloseTo(expected[i]!, digits));
};

describe('the probabilities of PO-FL', () => {
  it.each([
    [0.1, [0.1733821618, 0.1163616408, 0.5124697361, 0.1977864613]],
    [1, [0.186083937, 0.1304271336, 0.489908776, 0.1935801533]],
    [0, [0.1717809519, 0.1145206346, 0.5153428558, 0.1983555577]],
    [1e12, [0.3409090909, 0.2727272727, 0.2045454545, 0.1818181818]],
  ])('are those of the golden instance at α = %d', (alpha, expected) => close(probabilities(poFl(alpha)), expected));

  it('become those of the importance-aware and of the channel-aware policy at the ends, and without noise', () => {
    close(probabilities(poFl(0)), probabilities(policies.importanceAware({ cohort: 2 })), 12);
    close(probabilities(poFl(1e15)), probabilities(policies.channelAware({ cohort: 2 })), 12);
    close(
      probabilities(poFl(7), view(golden, { noise: 0 })),
      probabilities(policies.importanceAware({ cohort: 2 })),
      12,
    );
  });

  it('minimise Σ ρ² Q² / p: no other probabilities do better', () => {
    const quality = [10.1052791484, 3.3909683966, 9.9561371358, 2.8819103746];
    const cost = (p: readonly number[]) =>
      p.reduce((sum, each, i) => sum + (0.1 * (i + 1) * quality[i]!) ** 2 / each, 0);
    const best = cost(probabilities(poFl(0.1)));
    expect(best).toBeCloseTo(quality.reduce((sum, q, i) => sum + 0.1 * (i + 1) * q, 0) ** 2, 6);
    const other = fc.array(fc.double({ min: 1e-3, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(other, (raw) => {
        const total = raw.reduce((sum, each) => sum + each, 0);
        expect(cost(raw.map((each) => each / total))).toBeGreaterThanOrEqual(best * (1 - 1e-12));
      }),
    );
  });

  const clients = fc.array(
    fc.record({
      samples: fc.integer({ min: 1, max: 100 }),
      magnitude: fc.double({ min: 0.01, max: 3, noNaN: true }),
      gradient: fc.array(fc.double({ min: 0.1, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 2, maxLength: 8 },
  );

  it('don’t change where all gradients are scaled, or noise and power together', () => {
    fc.assert(
      fc.property(clients, fc.double({ min: 0.1, max: 10, noNaN: true }), (all, c) => {
        const before = probabilities(poFl(0.5), view(all));
        const scaled = all.map((each) => ({ ...each, gradient: each.gradient.map((entry) => c * entry) }));
        close(probabilities(poFl(0.5), view(scaled)), before, 10);
        close(probabilities(poFl(0.5), view(all, { noise: NOISE * c, power: c })), before, 10);
      }),
    );
  });

  it('never fall where a channel gets weaker', () => {
    fc.assert(
      fc.property(clients, fc.double({ min: 0.1, max: 1, noNaN: true }), (all, share) => {
        const before = probabilities(poFl(0.5), view(all))[0]!;
        const weaker = all.map((each, i) => (i === 0 ? { ...each, magnitude: share * each.magnitude } : each));
        expect(probabilities(poFl(0.5), view(weaker))[0]).toBeGreaterThanOrEqual(before * (1 - 1e-12));
      }),
    );
  });

  it('are equal for equal clients', () => {
    const equal = golden.map(() => golden[0]!);
    close(probabilities(poFl(0.3), view(equal)), [0.25, 0.25, 0.25, 0.25], 12);
  });

  it('stay numbers where nothing is known yet, nothing is heard and nothing is learnt', () => {
    const blank = view(golden);
    const unknown = blank.idle.map((each) => ({ ...each, gradientNorm: undefined, gradientVariance: undefined }));
    const zero = view(
      golden.map((each) => ({ ...each, gradient: [0, 0, 0] })),
      { noise: 0 },
    );
    for (const policy of [poFl(0.1), policies.importanceAware({ cohort: 2 }), policies.channelAware({ cohort: 2 })]) {
      for (const seen of [{ ...blank, idle: unknown }, zero]) {
        const found = probabilities(policy, seen);
        expect(found.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
        expect(found.every((each) => each > 0)).toBe(true);
      }
    }
  });
});

describe('the golden sum of the first and third client', () => {
  const p = probabilities(poFl(0.1));
  const weights = [0.1 / (2 * p[0]!), 0.3 / (2 * p[2]!)];
  const reports = new Map(
    gradients.map((gradient, i) => {
      const average = mean(gradient);
      return [`${i}`, { mean: average, variance: mean(gradient.map((each) => (each - average) ** 2)) }];
    }),
  );
  const candidates = gradients.map((_, i) => ({ id: `${i}` }));
  const shares = [0.1, 0.2, 0.3, 0.4];
  const perfect = { believed: 1, phase: 0, delay: 0 };
  const senders = [0, 2].map((i, k) => ({ gain: magnitudes[i]! ** 2, power: 1, weight: weights[k]! }));
  const block = arrive(senders, [perfect, perfect], { powerControl: realise(inversion()), noiseW: NOISE });

  it('has the printed weights, denoising factor, amplitudes and error', () => {
    close(weights, [0.288380301, 0.2927002112]);
    expect(Math.sqrt(block.control.denoisingFactor)).toBeCloseTo(0.6935286472, 9);
    close(block.control.amplitudes, [1, 0.2029959815]);
    const { mean: common, deviation } = agreedScale('average', candidates, shares, reports, ['0', '2']);
    expect(common).toBeCloseTo(0.6, 12);
    expect(deviation ** 2).toBeCloseTo(0.7555555556, 9);
    expect((deviation * block.noiseDeviation) ** 2).toBeCloseTo(0.0785430203, 9);
    expect(3 * (deviation * block.noiseDeviation) ** 2).toBeCloseTo(0.235629061, 9);
  });

  it('has symbols of the printed powers on average, and of at most 1 where it is strict', () => {
    const power = (i: number, scale: { mean: number; deviation: number }) => {
      const { mean: own, variance } = reports.get(`${i}`)!;
      return (variance + (own - scale.mean) ** 2) / scale.deviation ** 2;
    };
    const average = agreedScale('average', candidates, shares, reports, ['0', '2']);
    close(
      [0, 1, 2, 3].map((i) => power(i, average)),
      [1.8, 0.39, 2.86, 0.54],
      2,
    );
    const strict = agreedScale('strict', candidates, shares, reports, ['0', '2']);
    expect(Math.max(power(0, strict), power(2, strict))).toBeCloseTo(1, 12);
  });

  it('has an error that scales with σ², and doubles where power is halved', () => {
    const errorOf = (noiseW: number, power: number) =>
      arrive(
        senders.map((each) => ({ ...each, power })),
        [perfect, perfect],
        { powerControl: realise(inversion()), noiseW },
      ).noiseDeviation ** 2;
    expect(errorOf(4 * NOISE, 1) / errorOf(NOISE, 1)).toBeCloseTo(4, 12);
    expect(errorOf(NOISE, 0.5) / errorOf(NOISE, 1)).toBeCloseTo(2, 12);
  });
});

test('the largest updates are those of largest ρ ‖g‖, and the greedy sum stops where it only gets worse', () => {
  const invited = (policy: Part<SchedulingPolicy>, seen = view(golden)) =>
    realise(policy)(seen).invite.map(({ index }) => index);
  expect(invited(policies.largestUpdate({ cohort: 2 }))).toEqual([2, 3]);
  expect(invited(policies.greedyError(), view(golden, { noise: 1e-9 })).toSorted()).toEqual([0, 1, 2, 3]);
  expect(invited(policies.greedyError(), view(golden, { noise: 5 })).length).toBeLessThan(4);
});
