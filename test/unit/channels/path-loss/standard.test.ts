import { describe, expect, test } from 'vitest';
import { freeSpace } from '../../../../channels/path-loss/free-space.ts';
import { inhOffice, officeSightProbability } from '../../../../channels/path-loss/inh-office.ts';
import { logDistance } from '../../../../channels/path-loss/log-distance.ts';
import { rma, rmaSightProbability } from '../../../../channels/path-loss/rma.ts';
import { uma, umaSightProbability } from '../../../../channels/path-loss/uma.ts';
import { umiStreet } from '../../../../channels/path-loss/umi-street.ts';
import { streams } from '../../../../src/math/streams.ts';
import type { LinkGeometry, PathLoss } from '../../../../src/network/contract.ts';
import { type Part, realise } from '../../../../src/part.ts';

const named = streams(11);
const link = named('client-0/sight');
const LINKS = 20_000;
const SIGMAS = 5;
/** Half a unit of the last decimal of a published value. */
const DECIMALS = 4;

const at =
  (frequency: number, serverHeight: number, clientHeight: number) =>
  (distance: number): LinkGeometry => ({ distance, frequency, serverHeight, clientHeight });

describe('free space', () => {
  test('loses 92.4478 dB over 1 km at 1 GHz, and 20 dB more at ten times the distance or the carrier', () => {
    const { lossDb } = realise(freeSpace());
    expect(lossDb(at(1e9, 5, 5)(1000), link)).toBeCloseTo(92.44778, 5);
    expect(lossDb(at(1e10, 5, 5)(1000), link)).toBeCloseTo(112.44778, 5);
    expect(lossDb(at(1e9, 5, 5)(10_000), link)).toBeCloseTo(112.44778, 5);
  });

  test('is log-distance with exponent 2, over the air, and never below 0 dB', () => {
    const geometry = at(3.5e9, 25, 1.5)(70);
    expect(realise(freeSpace()).lossDb(geometry, link)).toBeCloseTo(
      realise(logDistance({ exponent: 2 })).lossDb(geometry, link),
      10,
    );
    expect(realise(freeSpace()).lossDb(at(1e9, 1, 1)(0), link)).toBe(0);
  });
});

/** Distance [m], and the loss with and without line of sight [dB]. */
type Losses = readonly [distance: number, clear: number, blocked: number];
type Published = readonly [
  name: string,
  model: Part<PathLoss>,
  geometry: (distance: number) => LinkGeometry,
  rows: readonly Losses[],
];

// Losses that the ns-3 project tabulates for its own models of TR 38.901, at 5 GHz and the standard's antenna heights.
const PUBLISHED: readonly Published[] = [
  [
    'UMa',
    uma(),
    at(5e9, 25, 1.5),
    [
      [10, 72.938, 82.5131],
      [100, 86.2362, 106.1356],
      [1000, 109.7252, 144.7641],
      [5000, 137.6794, 172.0753],
    ],
  ],
  [
    'RMa',
    rma(),
    at(5e9, 35, 1.5),
    [
      [10, 77.3784, 77.3784],
      [100, 87.2965, 95.7718],
      [1000, 108.5577, 133.5223],
    ],
  ],
  [
    'UMi',
    umiStreet(),
    at(5e9, 10, 1.5),
    [
      [10, 69.8591, 76.7563],
      [100, 88.4122, 107.9432],
      [1000, 119.3114, 143.1886],
      [5000, 147.2696, 167.8617],
    ],
  ],
  [
    'InH',
    inhOffice(),
    at(5e9, 3, 1.5),
    [
      [1, 50.8072, 50.8072],
      [10, 63.763, 73.1894],
      [50, 75.775, 99.7824],
      [100, 80.9802, 111.3062],
    ],
  ],
];

describe.each(PUBLISHED)('%s of TR 38.901', (_, model, geometry, rows) => {
  const branch = (sight: 'los' | 'nlos') => realise({ ...model, options: { sight } });

  test.each(rows)(
    'at %d m loses the published %d dB with line of sight and %d dB without',
    (distance, clear, blocked) => {
      expect(branch('los').lossDb(geometry(distance), link)).toBeCloseTo(clear, DECIMALS);
      expect(branch('nlos').lossDb(geometry(distance), link)).toBeCloseTo(blocked, DECIMALS);
    },
  );

  test('never loses less without line of sight, nor less farther away', () => {
    let [clear, blocked] = [0, 0];
    for (let distance = 1; distance < 5000; distance *= 1.2) {
      const [los, nlos] = [branch('los'), branch('nlos')].map(({ lossDb }) => lossDb(geometry(distance), link));
      expect(nlos).toBeGreaterThanOrEqual(los!);
      expect(los).toBeGreaterThanOrEqual(clear);
      expect(nlos).toBeGreaterThanOrEqual(blocked);
      [clear, blocked] = [los!, nlos!];
    }
  });

  test('in mixed sight takes the branch that the link has drawn, as often as the probability says', () => {
    const [los, nlos, mixed] = [branch('los'), branch('nlos'), realise(model)];
    const where = geometry(30);
    const probability = mixed.sightProbability!(where);
    let clear = 0;
    for (let client = 0; client < LINKS; client += 1) {
      const own = named(`client-${client}/sight`);
      const hasSight = mixed.hasSight!(where, own);
      expect(mixed.lossDb(where, own)).toBe((hasSight ? los : nlos).lossDb(where, own));
      clear += Number(hasSight);
    }
    const tolerance = SIGMAS * Math.sqrt((probability * (1 - probability)) / LINKS);
    expect(Math.abs(clear / LINKS - probability)).toBeLessThan(tolerance);
    expect([los.sightProbability!(where), nlos.sightProbability!(where)]).toEqual([1, 0]);
    expect([los.hasSight!(where, link), nlos.hasSight!(where, link)]).toEqual([true, false]);
  });
});

// Evaluated from the standard's formulas by an independent program, away from the heights and carriers above.
test.each([
  [
    uma,
    {},
    at(3.5e9, 25, 1.5),
    [
      [100, 83.138157, 103.037524],
      [500, 98.269242, 129.915834],
      [2000, 121.449498, 153.426785],
    ],
  ],
  [
    rma,
    { buildingHeight: 10, streetWidth: 30 },
    at(7e8, 35, 1.5),
    [
      [100, 70.892639, 80.051653],
      [2000, 107.435558, 129.424915],
      [5000, 123.351112, 144.796709],
    ],
  ],
  [
    inhOffice,
    {},
    at(28e9, 3, 1),
    [
      [2, 69.154889, 70.628408],
      [20, 83.888359, 103.246438],
      [100, 95.944663, 129.937561],
    ],
  ],
] as const)(
  'a model loses what its formulas say for other carriers, heights and surroundings',
  (build, options, geometry, rows) => {
    for (const [distance, clear, blocked] of rows) {
      expect(realise(build({ ...options, sight: 'los' })).lossDb(geometry(distance), link)).toBeCloseTo(clear, 5);
      expect(realise(build({ ...options, sight: 'nlos' })).lossDb(geometry(distance), link)).toBeCloseTo(blocked, 5);
    }
  },
);

describe('the probability of line of sight', () => {
  test('of an urban macro link', () => {
    expect(umaSightProbability(18, 1.5)).toBe(1);
    expect(umaSightProbability(50, 1.5)).toBeCloseTo(0.649402190333773, 12);
    expect(umaSightProbability(200, 1.5)).toBeCloseTo(0.12804773002754427, 12);
    expect(umaSightProbability(200, 22.5)).toBeCloseTo(0.4405822426070137, 12);
  });

  test('of a rural macro link', () => {
    expect(rmaSightProbability(10)).toBe(1);
    expect(rmaSightProbability(500)).toBeCloseTo(0.6126263941844161, 12);
  });

  test('in an office', () => {
    expect(officeSightProbability(1.2, 'mixed')).toBe(1);
    expect(officeSightProbability(5, 'mixed')).toBeCloseTo(0.44552111442639225, 12);
    expect(officeSightProbability(20, 'mixed')).toBeCloseTo(0.21149694762432883, 12);
    expect(officeSightProbability(5, 'open')).toBe(1);
    expect(officeSightProbability(20, 'open')).toBeCloseTo(0.8090743951319385, 12);
    expect(officeSightProbability(100, 'open')).toBeCloseTo(0.4243939689072336, 12);
  });
});

test('high clients of an urban macro cell stand over roofs as often as the standard says, with breakpoints of their own', () => {
  // h_UT = 22.5 m, d = 1000 m: C = 0.95^1.5 · 1.25 · 1000 · e^(−1000/150) = 1.4730; h_E = 1 m with 1 / (1 + C), else 12, 15, 18 or 21 m.
  const geometry = at(3.5e9, 25, 22.5)(1000);
  const { lossDb } = realise(uma({ sight: 'los' }));
  const losses = new Map<number, number>();
  for (let client = 0; client < LINKS; client += 1) {
    const loss = lossDb(geometry, named(`client-${client}/sight`));
    losses.set(loss, (losses.get(loss) ?? 0) + 1);
  }
  const excess = 0.95 ** 1.5 * 1.25 * 1000 * Math.exp(-1000 / 150);
  const logFar = Math.log10(Math.hypot(1000, 2.5));
  const expected = [1, 12, 15, 18, 21].map((environment) => {
    const bend = (4 * (25 - environment) * (22.5 - environment) * 3.5e9) / 3e8;
    const carrier = 28 + 20 * Math.log10(3.5);
    const loss = 1000 <= bend ? carrier + 22 * logFar : carrier + 40 * logFar - 9 * Math.log10(bend ** 2 + 2.5 ** 2);
    return { loss, share: environment === 1 ? 1 / (1 + excess) : excess / (1 + excess) / 4 };
  });
  for (const { loss } of expected) {
    const share = expected.filter((each) => each.loss === loss).reduce((sum, each) => sum + each.share, 0);
    const found = [...losses].filter(([drawn]) => Math.abs(drawn - loss) < 1e-9).reduce((sum, [, n]) => sum + n, 0);
    expect(Math.abs(found / LINKS - share)).toBeLessThan(SIGMAS * Math.sqrt((share * (1 - share)) / LINKS));
  }
});
