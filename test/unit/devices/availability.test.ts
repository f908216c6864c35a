import { mean } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { alwaysOn, bernoulli, markovOnOff } from '../../../src/devices/availability.ts';
import { streams } from '../../../src/math/streams.ts';
import { realise } from '../../../src/part.ts';

const draws = streams(8)('client-0/availability');
const population = { clients: 10, draws: streams(8)('availability') };

test('always on answers in every round and never leaves', () => {
  const { inRound, sojourn } = realise(alwaysOn());
  expect(inRound(0, 1, draws, population)).toBe(true);
  expect(sojourn(0, 0, draws)).toBe(Number.POSITIVE_INFINITY);
});

describe('Bernoulli availability', () => {
  test('answers in its share of rounds, and the same in a round asked twice', () => {
    const [ROUNDS, probability] = [20_000, 0.3];
    const { inRound, sojourn } = realise(bernoulli({ probability }));
    const answers = Array.from({ length: ROUNDS }, (_, i) => inRound(0, i + 1, draws, population));
    const share = answers.filter(Boolean).length / ROUNDS;
    expect(Math.abs(share - probability)).toBeLessThan(5 * Math.sqrt((probability * (1 - probability)) / ROUNDS));
    expect(inRound(0, 17, draws, population)).toBe(answers[16]);
    expect(sojourn(0, 0, draws)).toBe(Number.POSITIVE_INFINITY);
  });

  test('at probability 0 never answers, at 1 always', () => {
    for (let round = 1; round < 100; round += 1) {
      expect(realise(bernoulli({ probability: 0 })).inRound(0, round, draws, population)).toBe(false);
      expect(realise(bernoulli({ probability: 1 })).inRound(0, round, draws, population)).toBe(true);
    }
    expect(bernoulli.schema.safeParse({ probability: 1.1 }).success).toBe(false);
  });
});

describe('Markov on–off availability', () => {
  const CLIENTS = 20_000;
  const { inRound, sojourn } = realise(markovOnOff({ meanOnline: 30, meanOffline: 10 }));
  const named = streams(9);
  const clients = Array.from({ length: CLIENTS }, (_, client) => named(`client-${client}/availability`));
  const tolerance = (value: number): number => (5 * value) / Math.sqrt(CLIENTS);

  test('alternates sojourns of the two means', () => {
    expect(Math.abs(mean(clients.map((stream, i) => sojourn(i, 1, stream))) - 10)).toBeLessThan(tolerance(10));
    expect(Math.abs(mean(clients.map((stream, i) => sojourn(i, 2, stream))) - 30)).toBeLessThan(tolerance(30));
  });

  test('starts online with probability 30 / 40, for a sojourn like all others; otherwise with one of length 0', () => {
    const firsts = clients.map((stream, i) => sojourn(i, 0, stream));
    const online = firsts.filter((length) => length > 0);
    expect(Math.abs(online.length / CLIENTS - 0.75)).toBeLessThan(5 * Math.sqrt((0.75 * 0.25) / CLIENTS));
    expect(Math.abs(mean(online) - 30)).toBeLessThan((5 * 30) / Math.sqrt(online.length));
  });

  test('is online three quarters of the clients at any instant', () => {
    const instants = [0.001, 5, 40, 100];
    for (const instant of instants) {
      let online = 0;
      clients.forEach((stream, i) => {
        let [k, passed] = [0, 0];
        for (passed += sojourn(i, k, stream); passed <= instant; passed += sojourn(i, k, stream)) k += 1;
        online += Number(k % 2 === 0);
      });
      expect(Math.abs(online / CLIENTS - 0.75)).toBeLessThan(5 * Math.sqrt((0.75 * 0.25) / CLIENTS));
    }
  });

  test('says the same of a sojourn asked twice, and answers in every round', () => {
    const [first] = clients;
    expect(first && sojourn(0, 5, first)).toBe(first && sojourn(0, 5, named('client-0/availability')));
    expect(inRound(0, 1, draws, population)).toBe(true);
  });
});
