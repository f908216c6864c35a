import fc from 'fast-check';
import { mean, sampleVariance } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { noErasure } from '../../../../channels/erasure/none.ts';
import { drawTries, retransmission } from '../../../../channels/erasure/retransmission.ts';
import { arrivalProbability } from '../../../../src/coding/arrival-probability.ts';
import { exponential } from '../../../../src/math/distributions.ts';
import { streams } from '../../../../src/math/streams.ts';
import { realise } from '../../../../src/part.ts';

const TRANSFERS = 40_000;
const SIGMAS = 5;
const draws = streams(13)('client-0/erasure');
const transfers = Array.from({ length: TRANSFERS }, (_, index) => index);

describe('the tries of packets', () => {
  test('are geometric for one packet', () => {
    const e = 0.3;
    const tries = transfers.map((index) => drawTries(draws.at(index), 1, e));
    for (const k of [1, 2, 3, 5]) {
      const probability = (1 - e) * e ** (k - 1);
      const share = tries.filter((each) => each === k).length / TRANSFERS;
      expect(Math.abs(share - probability)).toBeLessThan(
        SIGMAS * Math.sqrt((probability * (1 - probability)) / TRANSFERS),
      );
    }
  });

  test.each([
    [1, 0.5],
    [20, 0.1],
    [500, 0.02],
  ])('of %d packets with e = %d have mean n / (1 − e) and variance n e / (1 − e)²', (packets, e) => {
    const tries = transfers.map((index) => drawTries(draws.at(index), packets, e));
    const variance = (packets * e) / (1 - e) ** 2;
    expect(Math.abs(mean(tries) - packets / (1 - e))).toBeLessThan(SIGMAS * Math.sqrt(variance / TRANSFERS));
    // The excess kurtosis of a negative binomial number is 6 / n + (1 − e)² / (n e).
    const kurtosis = 6 / packets + (1 - e) ** 2 / (packets * e);
    expect(Math.abs(sampleVariance(tries) / variance - 1)).toBeLessThan(SIGMAS * Math.sqrt((2 + kurtosis) / TRANSFERS));
    expect(Math.min(...tries)).toBeGreaterThanOrEqual(packets);
  });
});

describe('retransmission', () => {
  test('sends the whole message again unless packets are shorter', () => {
    const { bitsOnAir, meanTries } = realise(retransmission({ probability: 0.4 }));
    const sent = transfers.map((index) => bitsOnAir(1000, draws.at(index)) / 1000);
    expect(sent.every(Number.isInteger)).toBe(true);
    expect(meanTries).toBeCloseTo(1 / 0.6, 12);
    expect(Math.abs(mean(sent) - meanTries)).toBeLessThan(SIGMAS * Math.sqrt(0.4 / 0.36 / TRANSFERS));
  });

  test('counts a last, shorter packet by its length', () => {
    const { bitsOnAir } = realise(retransmission({ probability: 0.25, packetBits: 300 }));
    const sent = transfers.map((index) => bitsOnAir(1000, draws.at(index)));
    // 3 packets of 300 bit and one of 100 bit: the variance is (3 · 300² + 100²) e / (1 − e)².
    const variance = ((3 * 300 ** 2 + 100 ** 2) * 0.25) / 0.75 ** 2;
    expect(Math.abs(mean(sent) - 1000 / 0.75)).toBeLessThan(SIGMAS * Math.sqrt(variance / TRANSFERS));
    expect(Math.min(...sent)).toBe(1000);
    expect(bitsOnAir(0, draws.at(0))).toBe(0);
  });

  test('sends once where nothing is lost', () => {
    expect(realise(retransmission({ probability: 0, packetBits: 7 })).bitsOnAir(100, draws.at(0))).toBe(100);
    expect(realise(noErasure()).bitsOnAir(100, draws.at(0))).toBe(100);
    expect(realise(noErasure()).meanTries).toBe(1);
  });
});

describe('the probability that an update has arrived', () => {
  const round = { before: 1, attempt: 0.5, probability: 0.1 };

  test.each([
    [1, 0],
    [1.9, 0.9],
    [2, 0.99],
    [2.6, 0.999],
    [3, 0.9999],
  ])('by %d s is %d after a fixed computing time', (deadline, expected) => {
    expect(arrivalProbability(deadline, round)).toBeCloseTo(expected, 12);
  });

  test.each([
    [1.9, 0.4956039323],
    [2, 0.5689085029],
    [2.6, 0.8648011016],
    [3, 0.938700548],
    [5, 0.998872963],
  ])('by %d s is %d with an exponential excess', (deadline, expected) => {
    expect(arrivalProbability(deadline, { ...round, excessRate: 2 })).toBeCloseTo(expected, 9);
  });

  test('rises with time, and falls with slower clocks, slower links and more losses, up to 1', () => {
    const positive = (max: number) => fc.double({ min: 0.01, max, noNaN: true });
    const rounds = fc.record({
      ...{ before: positive(2), attempt: positive(1), probability: fc.double({ min: 0, max: 0.9, noNaN: true }) },
      excessRate: fc.option(positive(10), { nil: undefined }),
      transfers: fc.constantFrom<1 | 2>(1, 2),
    });
    fc.assert(
      fc.property(rounds, positive(10), positive(1), ({ excessRate, ...known }, time, more) => {
        const each = { ...known, ...(excessRate === undefined ? {} : { excessRate }) };
        const p = arrivalProbability(time, each);
        const notBelow = (other: number) => expect(other).toBeLessThanOrEqual(p + 1e-12);
        expect(arrivalProbability(time + more, each)).toBeGreaterThanOrEqual(p - 1e-12);
        notBelow(arrivalProbability(time, { ...each, before: each.before + more }));
        notBelow(arrivalProbability(time, { ...each, attempt: each.attempt + more }));
        notBelow(arrivalProbability(time, { ...each, probability: each.probability + 0.1 * more }));
        if (excessRate !== undefined)
          notBelow(arrivalProbability(time, { ...each, excessRate: excessRate / (1 + more) }));
        expect(arrivalProbability(1e4, each)).toBeCloseTo(1, 9);
      }),
    );
  });

  test('is how often drawn rounds arrive', () => {
    const arrived = transfers.filter((index) => {
      const source = draws.at(index);
      return 1 + exponential(source, 1 / 2) + 0.5 * drawTries(source, 1, 0.1) <= 2.6;
    });
    const expected = 0.8648011016;
    const tolerance = SIGMAS * Math.sqrt((expected * (1 - expected)) / TRANSFERS);
    expect(Math.abs(arrived.length / TRANSFERS - expected)).toBeLessThan(tolerance);
  });
});
