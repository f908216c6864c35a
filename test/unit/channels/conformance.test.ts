import { mean, sampleStandardDeviation } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import * as channels from '../../../channels/index.ts';
import { streams } from '../../../src/math/streams.ts';
import type { Access, Demand, Fading, PathLoss, RateModel, Shadowing } from '../../../src/network/contract.ts';
import { type PartBuilder, realise } from '../../../src/part.ts';

// Goal: what the engine takes for granted of every model. Method: each part of a kind with its default options.

const SIGMAS = 5;
const LINKS = 4000;
const named = streams(21);

/** Each part of a kind, by name, with its default options. */
const models = <Contract>(kind: string): [string, () => Contract][] =>
  (Object.values(channels) as unknown[])
    .filter((each): each is PartBuilder<never, Contract> => typeof each === 'function' && 'partName' in each)
    .filter((each) => each.kind === kind)
    .map((each) => [each.partName, () => realise<Contract>(each())]);

describe.each(models<Fading>('fading'))('the fading %s', (_, make) => {
  test('gives a gain as a function of link and block, whoever asks and in which order', () => {
    const blocks = [0, 1, 7, 1000, 123_456_789];
    const [first, second] = [make(), make()];
    const forwards = blocks.map((block) => first.gain(named('a/fading'), block));
    const backwards = blocks.toReversed().map((block) => second.gain(named('a/fading'), block));
    expect(backwards.reverse()).toEqual(forwards);
    for (const gain of forwards) expect(gain).toBeGreaterThanOrEqual(0);
    expect(first.coherence).toBeGreaterThan(0);
  });

  test('has the mean that it states, over links', () => {
    const fading = make();
    const gains = Array.from({ length: LINKS }, (_each, link) => fading.gain(named(`${link}/fading`), 3));
    const error = sampleStandardDeviation(gains) / Math.sqrt(LINKS);
    expect(Math.abs(mean(gains) - (fading.meanGain ?? 1))).toBeLessThanOrEqual(SIGMAS * error);
  });
});

describe.each(models<PathLoss>('pathLoss'))('the path loss %s', (_, make) => {
  test('is finite, not negative, a function of geometry and link, and stands a client under the antenna', () => {
    const { lossDb } = make();
    for (const distance of [0, 1, 30, 1000, 20_000]) {
      const geometry = { distance, frequency: 3.5e9, serverHeight: 10, clientHeight: 1.5 };
      const loss = lossDb(geometry, named('a/sight'));
      expect(loss).toBeGreaterThanOrEqual(0);
      expect(loss).toBeLessThan(400);
      expect(make().lossDb(geometry, named('a/sight'))).toBe(loss);
    }
  });
});

describe.each(models<Shadowing>('shadowing'))('the shadowing %s', (_, make) => {
  test('has mean 0 over links, and stays', () => {
    const { shadowingDb } = make();
    const drawn = Array.from({ length: LINKS }, (_each, link) => shadowingDb(named(`${link}/shadowing`)));
    expect(Math.abs(mean(drawn))).toBeLessThanOrEqual((SIGMAS * sampleStandardDeviation(drawn)) / Math.sqrt(LINKS));
    expect(make().shadowingDb(named('0/shadowing'))).toBe(drawn[0]);
  });
});

describe.each(models<RateModel>('rate'))('the rate %s', (_, make) => {
  test('is 0 without signal, never falls with the SNR, and grows with the bandwidth', () => {
    const { rate } = make();
    expect(rate(0, 1e6)).toBe(0);
    let before = 0;
    for (let snr = 1e-6; snr < 1e12; snr *= 1.5) {
      const now = rate(snr, 1e6);
      expect(now).toBeGreaterThanOrEqual(before);
      expect(rate(snr, 2e6)).toBeCloseTo(2 * now, 3);
      before = now;
    }
  });
});

describe.each(models<Access>('access'))('the access %s', (_, make) => {
  test('grants each demand in order, within what there is to share', () => {
    const { grant, independent } = make();
    const all = Array.from(
      { length: 6 },
      (_each, id): Demand => ({ id, client: `client-${id}`, remaining: 1e6 * (id + 1), snr: 2 ** id }),
    );
    for (let count = 0; count <= all.length; count += 1) {
      const grants = grant(all.slice(0, count));
      expect(grants).toHaveLength(count);
      for (const { bandwidth, airtime, success = 1 } of grants) {
        expect(bandwidth).toBeGreaterThanOrEqual(0);
        for (const share of [airtime, success]) expect(share >= 0 && share <= 1).toBe(true);
      }
      const used = grants.reduce((sum, { bandwidth, airtime, success = 1 }) => sum + bandwidth * airtime * success, 0);
      if (!independent) expect(used).toBeLessThanOrEqual(10e6 * (1 + 1e-9));
    }
  });
});
