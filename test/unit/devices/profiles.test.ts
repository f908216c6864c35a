import { describe, expect, test } from 'vitest';
import { battery, mains } from '../../../src/devices/battery.ts';
import { classes, deviceClasses, geometric } from '../../../src/devices/profiles.ts';
import { streams } from '../../../src/math/streams.ts';
import { realise } from '../../../src/part.ts';

const CLIENTS = 20_000;
const SIGMAS = 5;
const named = streams(20);
const member = (index: number) => ({ index, count: CLIENTS, cluster: 0, clusters: 1 });

describe('a mixture of device classes', () => {
  test('has each class by its share, at its peak times the efficiency', () => {
    const { macsPerSecond } = realise(classes({ shares: { microcontroller: 1, 'gpu-module': 3 }, efficiency: 0.5 }));
    const clocks = Array.from({ length: CLIENTS }, (_, i) => macsPerSecond(member(i), named(`client-${i}/clock`)));
    expect(new Set(clocks)).toEqual(new Set([108e6, 0.5 * deviceClasses['gpu-module']]));
    const share = clocks.filter((clock) => clock === 108e6).length / CLIENTS;
    expect(Math.abs(share - 0.25)).toBeLessThan(SIGMAS * Math.sqrt((0.25 * 0.75) / CLIENTS));
  });

  test('of one class is that class, and of none or of unknown ones is refused', () => {
    const { macsPerSecond } = realise(classes({ shares: { 'sd-feel': 2 }, efficiency: 1 }));
    expect(macsPerSecond(member(5), named('client-5/clock'))).toBe(10e9);
    expect(classes.schema.safeParse({ shares: { 'sd-feel': 0 } }).success).toBe(false);
    expect(classes.schema.safeParse({ shares: { toaster: 1 } }).success).toBe(false);
  });
});

test('geometric clocks fall by their ratio from client to client', () => {
  const { macsPerSecond } = realise(geometric());
  const clocks = [0, 1, 2, 29].map((index) => macsPerSecond(member(index), named('client-0/clock')));
  [3.072e6, 2.4576e6, 1.96608e6, 3.072e6 * 0.8 ** 29].forEach((expected, at) => {
    expect(clocks[at]! / expected).toBeCloseTo(1, 12);
  });
});

describe('a battery', () => {
  const draws = named('client-0/battery');

  test('loses what is spent and gains what is harvested, between empty and full', () => {
    const { chargeAfter } = realise(battery({ capacity: 100, harvest: 2 }));
    expect(chargeAfter(50, 10, 30)).toBe(40);
    expect(chargeAfter(50, 10, 90)).toBe(0);
    expect(chargeAfter(95, 10, 0)).toBe(100);
  });

  test('is empty when it says so, and back when it says so', () => {
    const model = realise(battery({ capacity: 100, harvest: 2, returnShare: 0.25 }));
    const seconds = model.lasts(30, 5);
    expect(seconds).toBe(10);
    expect(model.chargeAfter(30, seconds, 5 * seconds)).toBe(0);
    expect(model.chargeAfter(30, 0.9 * seconds, 4.5 * seconds)).toBeGreaterThan(0);
    expect(model.lasts(30, 2)).toBe(Number.POSITIVE_INFINITY);
    expect(model.returnsAfter(0)).toBe(12.5);
    expect(model.chargeAfter(0, 12.5, 0)).toBe(25);
    expect(model.returnsAfter(30)).toBe(0);
    expect(realise(battery({ capacity: 100 })).returnsAfter(0)).toBe(Number.POSITIVE_INFINITY);
  });

  test('starts between two shares of its capacity', () => {
    const { initial } = realise(battery({ capacity: 200, initialLeast: 0.5, initialMost: 0.75 }));
    const charges = Array.from({ length: 1000 }, (_, i) => initial(i, named(`client-${i}/battery`)));
    expect(Math.min(...charges)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...charges)).toBeLessThan(150);
    expect(realise(battery({ capacity: 200 })).initial(0, draws)).toBe(200);
    expect(battery.schema.safeParse({ initialLeast: 0.9, initialMost: 0.2 }).success).toBe(false);
  });

  test('that is the mains never ends', () => {
    const { initial, chargeAfter, lasts, returnsAfter } = realise(mains());
    const charge = chargeAfter(initial(0, draws), 1e9, 1e9);
    expect([charge, lasts(charge, 1e6), returnsAfter(charge)]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      0,
    ]);
  });
});
