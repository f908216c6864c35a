import { describe, expect, test } from 'vitest';
import type { Availability } from '../../../src/devices/contract.ts';
import { diurnal, pattern, recordedAvailability } from '../../../src/devices/schedules.ts';
import { type Stream, streams } from '../../../src/math/streams.ts';
import { realise } from '../../../src/part.ts';

const SIGMAS = 5;
const named = streams(19);
const draws = named('client-0/availability');
const population = { clients: 10, draws: named('availability') };

/** Whether a client is online at an instant, by its sojourns. */
function isOnline({ sojourn }: Availability, client: number, stream: Stream, at: number): boolean {
  let k = 0;
  for (let passed = sojourn(client, 0, stream); passed <= at; passed += sojourn(client, k, stream)) k += 1;
  return k % 2 === 0;
}

describe('a day’s rhythm', () => {
  test('keeps a client online in the same window of each day, from the start on', () => {
    const day = 100;
    for (const from of [0, 10, 60, 75, 99]) {
      const availability = realise(diurnal({ day, share: 0.3, from, spread: 0 }));
      for (let at = 0.5; at < 400; at += 1) {
        expect(isOnline(availability, 0, draws, at)).toBe((at - from + 10 * day) % day < 0.3 * day);
      }
    }
  });

  test('has as many clients online as windows cover, swinging over the day', () => {
    const CLIENTS = 4000;
    const availability = realise(diurnal({ day: 24, share: 0.25, from: 20, spread: 3 }));
    const streamsOf = Array.from({ length: CLIENTS }, (_, client) => named(`client-${client}/availability`));
    // Clients come online uniformly from 20 to 23 h and stay for 6 h.
    for (const [hour, share] of [
      [19, 0],
      [21, 1 / 3],
      [22, 2 / 3],
      [24.5, 1],
      [27, 2 / 3],
      [28.5, 1 / 6],
      [30, 0],
      [45, 1 / 3],
    ] as const) {
      const online =
        streamsOf.filter((stream, client) => isOnline(availability, client, stream, hour)).length / CLIENTS;
      expect(Math.abs(online - share)).toBeLessThanOrEqual(SIGMAS * Math.sqrt((share * (1 - share)) / CLIENTS));
    }
  });
});

test('a fixed pattern repeats for ever, each client later than the one before it', () => {
  const availability = realise(pattern({ online: 6, offline: 4, stagger: 3 }));
  for (const client of [0, 1, 2, 3, 7]) {
    for (let at = 0.5; at < 60; at += 1) {
      expect(isOnline(availability, client, draws, at)).toBe((at - 3 * client + 100) % 10 < 6);
    }
  }
  expect([0, 1, 2, 3].map((k) => availability.sojourn(0, k, draws))).toEqual([6, 4, 6, 4]);
  expect([0, 1, 2].map((k) => availability.sojourn(1, k, draws))).toEqual([0, 3, 6]);
  expect([0, 1, 2].map((k) => availability.sojourn(2, k, draws))).toEqual([2, 4, 6]);
});

describe('recorded availability', () => {
  const intervals: [number, number][][] = [
    [
      [0, 10],
      [15, 20],
    ],
    [
      [5, 8],
      [8, 12],
    ],
    [],
  ];
  const availability = realise(recordedAvailability({ intervals }));

  test('is what was recorded, and offline for ever after it', () => {
    expect([0, 1, 2, 3].map((k) => availability.sojourn(0, k, draws))).toEqual([10, 5, 5, Number.POSITIVE_INFINITY]);
    intervals.forEach((record, client) => {
      for (let at = 0.5; at < 30; at += 1) {
        expect(isOnline(availability, client, draws, at)).toBe(
          record.some(([from, until]) => at >= from && at < until),
        );
      }
    });
  });

  test('starts over with more clients than records, and joins intervals that touch', () => {
    expect(availability.sojourn(3, 0, draws)).toBe(10);
    expect([0, 1, 2, 3].map((k) => availability.sojourn(4, k, draws))).toEqual([0, 5, 7, Number.POSITIVE_INFINITY]);
    expect(availability.sojourn(2, 0, draws)).toBe(0);
    expect(availability.sojourn(2, 1, draws)).toBe(Number.POSITIVE_INFINITY);
  });

  test('takes ascending intervals only', () => {
    for (const wrong of [
      [[3, 2]],
      [
        [0, 5],
        [4, 6],
      ],
      [[-1, 2]],
      [[0, Number.NaN]],
    ]) {
      expect(recordedAvailability.schema.safeParse({ intervals: [wrong] }).success).toBe(false);
    }
  });
});

test('clients of schedules answer in every round, and their sojourns are functions of what is asked', () => {
  for (const build of [diurnal, pattern, recordedAvailability]) {
    const { inRound, sojourn } = realise<Availability>(build());
    expect(inRound(0, 3, draws, population)).toBe(true);
    expect(sojourn(0, 3, draws)).toBe(sojourn(0, 3, named('client-0/availability')));
  }
});
