import { describe, expect, test } from 'vitest';
import { logDistance } from '../../../../channels/path-loss/log-distance.ts';
import { breakpoint, sightProbability, umiStreet } from '../../../../channels/path-loss/umi-street.ts';
import { streams } from '../../../../src/math/streams.ts';
import type { LinkGeometry } from '../../../../src/network/contract.ts';
import { realise } from '../../../../src/part.ts';

const link = streams(1)('client-0/sight');
const level = (distance: number, frequency = 3.5e9): LinkGeometry => ({
  distance,
  frequency,
  serverHeight: 10,
  clientHeight: 10,
});
const street = (distance: number): LinkGeometry => ({
  distance,
  frequency: 3.5e9,
  serverHeight: 10,
  clientHeight: 1.5,
});

describe('log-distance path loss', () => {
  test('grows by 10 n dB a decade', () => {
    for (const exponent of [2, 3, 3.7]) {
      const { lossDb } = realise(logDistance({ exponent }));
      expect(lossDb(level(100), link) - lossDb(level(10), link)).toBeCloseTo(10 * exponent, 10);
    }
  });

  test('is free space by default: 32.4478 dB at 1 m and 1 GHz, exponent 2', () => {
    // 20 log₁₀(4π · 10⁹ / 299792458) = 20 · 1.622389 = 32.44778 dB.
    const { lossDb } = realise(logDistance({ exponent: 2 }));
    expect(lossDb(level(1, 1e9), link)).toBeCloseTo(32.44778, 5);
    expect(lossDb(level(1000, 1e9), link)).toBeCloseTo(92.44778, 5);
    expect(lossDb(level(1000, 10e9), link)).toBeCloseTo(112.44778, 5);
  });

  test('takes a measured reference', () => {
    const { lossDb } = realise(logDistance({ exponent: 3, referenceDistance: 10, referenceLossDb: 61.3 }));
    expect(lossDb(level(10), link)).toBeCloseTo(61.3, 12);
    expect(lossDb(level(200), link)).toBeCloseTo(61.3 + 30 * Math.log10(20), 12);
  });

  test('stays at the reference loss below the reference distance', () => {
    const { lossDb } = realise(logDistance({ referenceDistance: 10, referenceLossDb: 50 }));
    expect(lossDb(level(0), link)).toBe(50);
    expect(lossDb(level(9), link)).toBe(50);
  });

  test('measures the distance through the air', () => {
    const { lossDb } = realise(logDistance());
    const slanted = lossDb({ ...level(30), serverHeight: 50, clientHeight: 10 }, link);
    expect(slanted).toBeCloseTo(lossDb(level(50), link), 12);
  });
});

describe('the street canyon of TR 38.901', () => {
  const los = realise(umiStreet({ sight: 'los' }));
  const nlos = realise(umiStreet({ sight: 'nlos' }));

  test('has its breakpoint at 4 · 9 · 0.5 · 3.5e9 / 3e8 = 210 m', () => {
    expect(breakpoint(street(100))).toBeCloseTo(210, 10);
  });

  // By hand, f = 3.5 GHz, h_BS = 10 m, h_UT = 1.5 m, so the height difference is 8.5 m and log₁₀ f = 0.5440680:
  //   100 m: log₁₀ √(100² + 8.5²) = 2.0015632    LOS = PL1 = 32.4 + 42.0328282 + 10.8813609 = 85.3141891
  //          NLOS = 22.4 + 35.3 · 2.0015632 + 21.3 · 0.5440680 = 104.6438320
  //   300 m: log₁₀ √(300² + 8.5²) = 2.4772955, log₁₀(210² + 8.5²) = 4.6451495, beyond the breakpoint
  //          LOS = PL2 = 32.4 + 99.0918202 + 10.8813609 − 44.1289205 = 98.2442607
  //          NLOS = 22.4 + 87.4485314 + 11.5886493 = 121.4371807
  //   1 km:  log₁₀ √(1000² + 8.5²) = 3.0000157   LOS = PL2 = 32.4 + 120.0006275 + 10.8813609 − 44.1289205 = 119.1530680
  test.each([
    [100, 85.3141891, 104.643832],
    [300, 98.2442607, 121.4371807],
    [1000, 119.153068, 139.8892031],
  ])('at %d m loses %d dB with line of sight and %d dB without', (distance, clear, blocked) => {
    expect(los.lossDb(street(distance), link)).toBeCloseTo(clear, 6);
    expect(nlos.lossDb(street(distance), link)).toBeCloseTo(blocked, 6);
  });

  test('is continuous at the breakpoint', () => {
    const [before, after] = [los.lossDb(street(210), link), los.lossDb(street(210.000001), link)];
    expect(after - before).toBeLessThan(1e-6);
    expect(after - before).toBeGreaterThan(0);
  });

  test('closer than 10 m is the loss at 10 m, and never less without line of sight', () => {
    expect(los.lossDb(street(0), link)).toBe(los.lossDb(street(10), link));
    for (let distance = 1; distance < 5000; distance *= 1.3) {
      for (const clientHeight of [1.5, 10, 22.5]) {
        const geometry = { ...street(distance), clientHeight };
        expect(nlos.lossDb(geometry, link)).toBeGreaterThanOrEqual(los.lossDb(geometry, link));
      }
    }
  });

  test('has line of sight with the standard’s probability', () => {
    expect(sightProbability(0)).toBe(1);
    expect(sightProbability(18)).toBe(1);
    // 18/50 + e^(−50/36) (1 − 18/50) = 0.36 + 0.2493522 · 0.64; 18/100 + e^(−100/36) · 0.82.
    expect(sightProbability(50)).toBeCloseTo(0.5195854, 7);
    expect(sightProbability(100)).toBeCloseTo(0.2309847, 7);
  });

  test('draws line of sight once for each link in mixed sight, as often as it should', () => {
    const LINKS = 20_000;
    const mixed = realise(umiStreet());
    const named = streams(5);
    let clear = 0;
    for (let client = 0; client < LINKS; client += 1) {
      const own = named(`client-${client}/sight`);
      const loss = mixed.lossDb(street(50), own);
      expect(mixed.lossDb(street(50), own)).toBe(loss);
      if (loss === los.lossDb(street(50), own)) clear += 1;
      else expect(loss).toBe(nlos.lossDb(street(50), own));
    }
    const probability = 0.5195854;
    const tolerance = 5 * Math.sqrt((probability * (1 - probability)) / LINKS);
    expect(Math.abs(clear / LINKS - probability)).toBeLessThan(tolerance);
  });
});
