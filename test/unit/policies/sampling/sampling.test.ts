import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { streams } from '../../../../src/math/streams.ts';
import { inclusions, poisson } from '../../../../src/policies/sampling/poisson.ts';
import { successive } from '../../../../src/policies/sampling/successive.ts';
import { withReplacement } from '../../../../src/policies/sampling/with-replacement.ts';

// The golden instance of the PO-FL dossier.
const shares = [0.1, 0.2, 0.3, 0.4];
const gradients = [
  [1, 2, 2],
  [0, 1, 0],
  [2, -1, 2],
  [0.5, 0.5, -0.5],
];
const norms = gradients.map((g) => Math.hypot(...g));
const p = [0.1733821618, 0.1163616408, 0.5124697361, 0.1977864613];
const DRAWS_MAX = 3;

const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);
const estimate = (weights: readonly number[]) =>
  [0, 1, 2].map((d) => sum(weights.map((w, i) => w * gradients[i]![d]!)));
const target = estimate(shares);
const distance = (a: readonly number[], b: readonly number[]) => sum(a.map((each, d) => (each - b[d]!) ** 2));

/** Uniform numbers that make a sampler draw by choice: the middle of each candidate's interval. */
const choosing = (chances: readonly number[], index: number) => {
  const total = sum(chances);
  return (sum(chances.slice(0, index)) + chances[index]! / 2) / total;
};

interface Outcome {
  readonly chance: number;
  readonly uniforms: readonly number[];
}

/** All sequences of K draws, each with its chance and the uniform numbers that lead to it. */
function sequences(count: number, withoutReplacement: boolean): Outcome[] {
  const grow = (chances: readonly number[], left: number): Outcome[] => {
    if (left === 0) return [{ chance: 1, uniforms: [] }];
    return chances.flatMap((chance, index) => {
      if (chance === 0) return [];
      const rest = withoutReplacement ? chances.map((each, i) => (i === index ? 0 : each)) : chances;
      return grow(rest, left - 1).map((after) => ({
        chance: (chance / sum(chances)) * after.chance,
        uniforms: [choosing(chances, index), ...after.uniforms],
      }));
    });
  };
  return grow(p, count);
}

/** Each client drawn or not. */
function subsets(inclusion: readonly number[]): Outcome[] {
  return Array.from({ length: 2 ** inclusion.length }, (_, bits) => {
    const drawn = inclusion.map((_, i) => ((bits >> i) & 1) === 1);
    return {
      chance: inclusion.reduce((product, pi, i) => product * (drawn[i] ? pi : 1 - pi), 1),
      uniforms: inclusion.map((pi, i) => (drawn[i] ? pi / 2 : (1 + pi) / 2)),
    };
  }).filter(({ chance }) => chance > 0);
}

const feed = (uniforms: readonly number[]) => {
  const left = [...uniforms];
  return () => left.shift()!;
};

const modes = {
  'with-replacement': [withReplacement, (count: number) => sequences(count, false)],
  successive: [successive, (count: number) => sequences(count, true)],
  poisson: [poisson, (count: number) => subsets(inclusions(p, count))],
} as const;

describe.each(Object.entries(modes))('the sampler %s', (name, [sampler, outcomes]) => {
  it.each([1, 2, DRAWS_MAX])('is unbiased for K = %i, by enumeration of all that can be drawn', (count) => {
    const all = outcomes(count).map(({ chance, uniforms }) => {
      const { weights } = sampler({ probabilities: p, shares, norms, count, draw: feed(uniforms) });
      return { chance, weights };
    });
    expect(sum(all.map(({ chance }) => chance))).toBeCloseTo(1, 12);
    const mean = [0, 1, 2].map((d) => sum(all.map(({ chance, weights }) => chance * estimate(weights)[d]!)));
    mean.forEach((entry, d) => expect(Math.abs(entry - target[d]!)).toBeLessThan(1e-12));
  });

  it('has the error of the golden instance', () => {
    const golden = {
      'with-replacement': [0.8950682563, 0.5967121708],
      successive: [0.6130449254, 0.289596933],
      poisson: [0.4664527183],
    };
    golden[name as keyof typeof golden].forEach((expected, at) => {
      const count = at + 2;
      let error = 0;
      for (const { chance, uniforms } of outcomes(count)) {
        const drawn = sampler({ probabilities: p, shares, norms, count, draw: feed(uniforms) });
        error += chance * distance(estimate(drawn.weights), target);
        if (drawn.samplingError === undefined) continue;
        const [a, b] = drawn.samplingError;
        expect(a - b * sum(target.map((each) => each ** 2))).toBeCloseTo(expected, 8);
      }
      expect(error).toBeCloseTo(expected, 8);
    });
  });
});

test('inclusion probabilities are those of the golden instance', () => {
  [0.35563364, 0.23867573, 1, 0.40569063].forEach((expected, i) =>
    expect(inclusions(p, 2)[i]).toBeCloseTo(expected, 8),
  );
});

test('inclusion probabilities sum to K and are in the order of scores, whatever the scores', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 }),
      fc.nat(),
      (scores, n) => {
        const count = 1 + (n % scores.length);
        const inclusion = inclusions(scores, count);
        expect(Math.abs(sum(inclusion) - count)).toBeLessThan(1e-9 * count);
        for (const [i, a] of inclusion.entries()) {
          expect(a).toBeLessThanOrEqual(1);
          for (const [j, b] of inclusion.entries()) if (scores[i]! > scores[j]!) expect(a).toBeGreaterThanOrEqual(b);
        }
      },
    ),
  );
});

test('draws are a function of their stream', () => {
  const stream = streams(5)('edge-0/schedule');
  for (const [sampler] of Object.values(modes)) {
    const drawn = () => sampler({ probabilities: p, shares, norms, count: 2, draw: stream.at(9) });
    expect(drawn()).toEqual(drawn());
  }
});
