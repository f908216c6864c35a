import { expect, test } from 'vitest';
import { coChannel, sinr } from '../../../../channels/interference/co-channel.ts';
import { noInterference } from '../../../../channels/interference/none.ts';
import { realise } from '../../../../src/part.ts';
import { linearToDb } from '../../../../src/units.ts';

const heard = [
  { cell: 0, receivedW: 8 },
  { cell: 1, receivedW: 1 },
  { cell: 2, receivedW: 2 },
  { cell: 3, receivedW: 4 },
];

test('interference adds up over the other cells on the frequency, by how much they are on', () => {
  expect(realise(coChannel()).powerW(0, heard)).toBe(7);
  expect(realise(coChannel({ activity: 0.5 })).powerW(3, heard)).toBe(5.5);
  expect(realise(coChannel({ reuse: 2 })).powerW(0, heard)).toBe(2);
  expect(realise(coChannel({ reuse: 3 })).powerW(0, heard)).toBe(4);
  expect(realise(coChannel({ reuse: 4 })).powerW(1, heard)).toBe(0);
  expect(realise(noInterference())).toBeUndefined();
});

test('SINR is SNR without interference, and the signal-to-interference ratio without noise', () => {
  expect(sinr(10, 2, 0)).toBe(5);
  expect(sinr(10, 0, 5)).toBe(2);
  expect(sinr(10, 2, 3)).toBe(2);
});

test('a client at the edge of a hexagonal cell has the textbook’s signal-to-interference ratio for a reuse of three', () => {
  // The textbook's estimate: co-channel cells at D = R √(3 · 3) = 3 R, all six at about that distance: (3⁴ / 6) = 11.3 dB;
  // at the worst place, two each at D − R, D and D + R: 1 / (2 (2⁻⁴ + 3⁻⁴ + 4⁻⁴)) = 6.06, 7.8 dB.
  const six = (distances: readonly number[]) =>
    distances.map((each, k) => ({ cell: 3 * (k + 1), receivedW: each ** -4 }));
  const interference = realise(coChannel({ reuse: 3 }));
  expect(linearToDb(sinr(1, 0, interference.powerW(0, six([3, 3, 3, 3, 3, 3]))))).toBeCloseTo(11.3033, 4);
  const worst = 1 / (2 * (2 ** -4 + 3 ** -4 + 4 ** -4));
  expect(sinr(1, 0, interference.powerW(0, six([2, 2, 3, 3, 4, 4])))).toBeCloseTo(worst, 12);
});
