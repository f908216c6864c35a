import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchIndices } from '../../src/learning/batches.ts';
import type { Samples, Split } from '../../src/learning/contract.ts';
import { classesPerClient } from '../../src/learning/partition/classes-per-client.ts';
import { dirichlet } from '../../src/learning/partition/dirichlet.ts';
import { iid } from '../../src/learning/partition/iid.ts';
import { shards } from '../../src/learning/partition/shards.ts';
import { streams } from '../../src/math/streams.ts';
import { type Part, realise } from '../../src/part.ts';

const labelled = (labels: number[], classes: number): Samples => ({
  count: labels.length,
  shape: [1, 1, 1],
  classes,
  features: new Float32Array(labels.length),
  labels: Uint8Array.from(labels),
});

const splitOf = (part: Part<Split>, samples: Samples, clients: number, seed: number) =>
  realise<Split>(part)(samples, clients, streams(seed)('split').at(0));

/** Samples of random classes, at least `each` of every class, in random order. */
const anySamples = fc
  .record({ classes: fc.integer({ min: 2, max: 8 }), each: fc.integer({ min: 25, max: 60 }) })
  .chain(({ classes, each }) =>
    fc
      .shuffledSubarray(
        Array.from({ length: classes * each }, (_, i) => i % classes),
        { minLength: classes * each },
      )
      .map((labels) => labelled(labels, classes)),
  );

const anySplit = fc.oneof(
  fc.constant(iid()),
  fc.integer({ min: 1, max: 3 }).map((shardsPerClient) => shards({ shardsPerClient })),
  fc.integer({ min: 1, max: 2 }).map((classes) => classesPerClient({ classes })),
  fc.integer({ min: 1, max: 5 }).map((samplesPerClass) => classesPerClient({ samplesPerClass })),
  fc.double({ min: 0.3, max: 5, noNaN: true }).map((alpha) => dirichlet({ alpha, minimum: 1 })),
);

const anyRequest = fc.record({
  samples: anySamples,
  split: anySplit,
  clients: fc.integer({ min: 1, max: 12 }),
  seed: fc.nat(),
});

describe('every split', () => {
  test('gives each client an ascending, non-empty list of samples that nobody else has', () => {
    fc.assert(
      fc.property(anyRequest, ({ samples, split, clients, seed }) => {
        const parts = splitOf(split, samples, clients, seed);
        expect(parts).toHaveLength(clients);
        const owner = new Set<number>();
        for (const part of parts) {
          expect(part.length).toBeGreaterThan(0);
          expect(part.buffer).toBeInstanceOf(SharedArrayBuffer);
          part.forEach((sample, j) => {
            expect(sample).toBeLessThan(samples.count);
            if (j > 0) expect(sample).toBeGreaterThan(part[j - 1]!);
            expect(owner.has(sample)).toBe(false);
            owner.add(sample);
          });
        }
        if (['iid', 'shards', 'dirichlet'].includes(split.name)) expect(owner.size).toBe(samples.count);
        expect(splitOf(split, samples, clients, seed)).toEqual(parts);
      }),
      { numRuns: 100 },
    );
  });
});

describe('each split', () => {
  test('classes-per-client holds its classes, the primary one first, evenly', () => {
    fc.assert(
      fc.property(anySamples, fc.integer({ min: 2, max: 12 }), fc.nat(), (samples, clients, seed) => {
        const parts = splitOf(classesPerClient({ classes: 2 }), samples, clients, seed);
        const counts = parts.map((part) => {
          const count = new Map<number, number>();
          for (const sample of part) count.set(samples.labels[sample]!, (count.get(samples.labels[sample]!) ?? 0) + 1);
          return count;
        });
        counts.forEach((count, client) => {
          expect(count.size).toBe(2);
          expect(count.has(client % samples.classes)).toBe(true);
        });
        for (let label = 0; label < samples.classes; label += 1) {
          const held = counts.flatMap((count) => count.get(label) ?? []);
          if (held.length > 0) expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('shards are of even size and hold no more classes than a stretch of sorted labels can', () => {
    fc.assert(
      fc.property(anySamples, fc.integer({ min: 1, max: 10 }), fc.nat(), (samples, clients, seed) => {
        const parts = splitOf(shards({ shardsPerClient: 2 }), samples, clients, seed);
        const sizes = parts.map((part) => part.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(2);
        // A stretch of L sorted samples touches at most ⌈(L − 1) / (samples of a class)⌉ + 1 classes.
        const longest = Math.ceil(samples.count / (2 * clients));
        const smallest = samples.count / samples.classes;
        const most = 2 * (Math.ceil((longest - 1) / smallest) + 1);
        for (const part of parts) {
          expect(new Set(Array.from(part, (sample) => samples.labels[sample]!)).size).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('dirichlet leaves nobody below its minimum, and skews more with a smaller alpha', () => {
    const samples = labelled(
      Array.from({ length: 2000 }, (_, i) => i % 10),
      10,
    );
    /** Mean over clients of the share of their largest class: 0.1 if iid, 1 if one class each. */
    const skew = (alpha: number) => {
      const parts = splitOf(dirichlet({ alpha, minimum: 10 }), samples, 10, 5);
      const shares = parts.map((part) => {
        expect(part.length).toBeGreaterThanOrEqual(10);
        const counts = new Uint32Array(10);
        for (const sample of part) counts[samples.labels[sample]!]! += 1;
        return Math.max(...counts) / part.length;
      });
      return shares.reduce((sum, each) => sum + each, 0) / 10;
    };
    expect(skew(0.1)).toBeGreaterThan(skew(1) + 0.1);
    expect(skew(1)).toBeGreaterThan(skew(1000) + 0.1);
    expect(skew(1000)).toBeLessThan(0.15);
  });

  test.each([
    ['fewer samples than clients', iid(), 20],
    ['fewer samples than shards', shards({ shardsPerClient: 4 }), 3],
    ['more classes than there are', classesPerClient({ classes: 3 }), 2],
    ['more holders than samples of a class', classesPerClient({ classes: 2 }), 8],
    ['a minimum out of reach', dirichlet({ minimum: 6 }), 2],
    ['an alpha out of reach', dirichlet({ alpha: 0.001, minimum: 3 }), 3],
    ['no clients', iid(), 0],
  ])('refuses %s and says what to do', (_, split, clients) => {
    const samples = labelled([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], 2);
    expect(() => splitOf(split, samples, clients, 1)).toThrow(/invalid split: .*; .*\[OPTION_INVALID\]/);
  });
});

describe('mini-batches', () => {
  const anyBatch = fc.record({
    mode: fc.constantFrom('with-replacement' as const, 'epoch' as const),
    own: fc.uniqueArray(fc.nat(1000), { minLength: 1, maxLength: 30 }).map((each) => Uint32Array.from(each)),
    batch: fc.integer({ min: 1, max: 40 }),
    firstStep: fc.nat(100),
    steps: fc.integer({ min: 1, max: 10 }),
    seed: fc.nat(),
  });

  test('of a step are the same whether it is asked for alone or among others', () => {
    fc.assert(
      fc.property(anyBatch, ({ seed, ...request }) => {
        const stream = streams(seed)('client-0/batches');
        const whole = batchIndices({ ...request, stream });
        const { batch, firstStep, steps } = request;
        for (let step = steps - 1; step >= 0; step -= 1) {
          const alone = batchIndices({ ...request, stream, firstStep: firstStep + step, steps: 1 });
          expect(alone).toEqual(whole.slice(step * batch, (step + 1) * batch));
        }
        expect(whole.every((index) => request.own.includes(index))).toBe(true);
      }),
    );
  });

  test('of an epoch hold each own sample once, in an order of their own', () => {
    const own = Uint32Array.from({ length: 60 }, (_, i) => 5 * i);
    const stream = streams(3)('client-0/batches');
    const epochs = batchIndices({ mode: 'epoch', stream, own, firstStep: 0, steps: 12, batch: 10 });
    expect(epochs.slice(0, 60).sort()).toEqual(own);
    expect(epochs.slice(60).sort()).toEqual(own);
    expect(epochs.slice(60)).not.toEqual(epochs.slice(0, 60));
  });

  test('with replacement draw each own sample equally often', () => {
    const own = Uint32Array.of(2, 3, 5, 7);
    const stream = streams(4)('client-0/batches');
    const drawn = batchIndices({ mode: 'with-replacement', stream, own, firstStep: 0, steps: 1000, batch: 20 });
    for (const sample of own) {
      const share = drawn.filter((each) => each === sample).length / drawn.length;
      expect(Math.abs(share - 0.25)).toBeLessThan(5 * Math.sqrt(0.1875 / drawn.length));
    }
  });
});
