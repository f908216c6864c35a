import { mean, sampleVariance } from 'simple-statistics';
import { expect, test } from 'vitest';
import { logNormal } from '../../../../channels/shadowing/log-normal.ts';
import { noShadowing } from '../../../../channels/shadowing/none.ts';
import { streams } from '../../../../src/math/streams.ts';
import { realise } from '../../../../src/part.ts';

const LINKS = 20_000;
const SIGMAS = 5;

test('log-normal shadowing has mean 0 and its deviation, in dB, over links', () => {
  const { shadowingDb } = realise(logNormal({ deviationDb: 8 }));
  const named = streams(3);
  const drawn = Array.from({ length: LINKS }, (_, client) => shadowingDb(named(`client-${client}/shadowing`)));
  expect(Math.abs(mean(drawn))).toBeLessThan((SIGMAS * 8) / Math.sqrt(LINKS));
  expect(Math.abs(sampleVariance(drawn) / 64 - 1)).toBeLessThan(SIGMAS * Math.sqrt(2 / LINKS));
});

test('shadowing belongs to the link and stays', () => {
  const { shadowingDb } = realise(logNormal());
  const link = streams(3)('client-0/shadowing');
  expect(shadowingDb(link)).toBe(shadowingDb(link));
});

test('no shadowing is 0 dB', () => {
  expect(realise(noShadowing()).shadowingDb(streams(3)('client-0/shadowing'))).toBe(0);
});
