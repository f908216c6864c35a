import { describe, expect, it } from 'vitest';
import { gaussMarkov } from '../../../../channels/mobility/gauss-markov.ts';
import { randomWaypoint } from '../../../../channels/mobility/random-waypoint.ts';
import { staticPlaces } from '../../../../channels/mobility/static.ts';
import { streams } from '../../../../src/math/streams.ts';
import type { Mobility, Place } from '../../../../src/network/contract.ts';
import { realise } from '../../../../src/part.ts';

const START = { x: 30, y: -40 };
const draws = (client: number) => streams(5)(`client-${client}/way`);
const distance = (a: Place, b: Place) => Math.hypot(a.x - b.x, a.y - b.y);
/** Two-sided normal quantile for an error once in 10,000 runs. */
const QUANTILE = 3.89;

const MODELS: readonly (readonly [string, () => Mobility])[] = [
  ['static', () => realise(staticPlaces())],
  ['random waypoint', () => realise(randomWaypoint({ pause: 3 }))],
  ['gauss–markov', () => realise(gaussMarkov())],
];

describe.each(MODELS)('%s', (_, make) => {
  it('begins where the client was placed', () => {
    expect(make().place(draws(0), START, 0)).toEqual(START);
  });

  it('is a function of stream and time, in whatever order it is asked', () => {
    const times = [0, 777.5, 3, 12_345, 777.5, 64, 63.9, 12_344, 1];
    const forward = make();
    const ordered = new Map(times.toSorted((a, b) => a - b).map((at) => [at, forward.place(draws(1), START, at)]));
    const model = make();
    const own = draws(1);
    for (const at of times) expect(model.place(own, START, at)).toEqual(ordered.get(at));
  });
});

describe('static clients', () => {
  it('stay', () => {
    const model = realise(staticPlaces());
    expect(model.place(draws(0), START, 1e6)).toEqual(START);
    expect(model.step).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('random waypoint', () => {
  const options = { radius: 200, slowest: 1, fastest: 4, pause: 0 };

  it('never leaves the disc of its waypoints, nor goes faster than it may', () => {
    const model = realise(randomWaypoint({ ...options, pause: 5 }));
    const own = draws(2);
    let before = model.place(own, START, 0);
    for (let at = 1; at < 5000; at++) {
      const now = model.place(own, START, at);
      expect(Math.hypot(now.x, now.y)).toBeLessThanOrEqual(options.radius + 1e-9);
      expect(distance(now, before)).toBeLessThanOrEqual(options.fastest + 1e-9);
      before = now;
    }
  });

  // Goal: the long-run mean speed of Yoon, Liu and Noble, (b − a) / ln(b / a), below the mean of the range. Method: the way
  // that independent clients have gone by a late time; tolerance by the standard error over clients.
  it('has the mean speed of its stationary state, not of its range', () => {
    const model = realise(randomWaypoint(options));
    const speeds = Array.from({ length: 400 }, (_, client) => {
      const own = draws(client);
      // In the middle of a long run, short enough apart that few turns fall between.
      const spans = [4000, 4500, 5000, 5500].map((at) =>
        distance(model.place(own, START, at), model.place(own, START, at + 0.01)),
      );
      return spans.reduce((sum, span) => sum + span / 0.01, 0) / spans.length;
    });
    const mean = speeds.reduce((sum, each) => sum + each, 0) / speeds.length;
    const variance = speeds.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (speeds.length - 1);
    const slack = QUANTILE * Math.sqrt(variance / speeds.length);
    expect(slack).toBeLessThan(0.12);
    expect(Math.abs(mean - 3 / Math.log(4))).toBeLessThan(slack);
    expect(mean).toBeLessThan(2.5 - slack);
  });

  it('refuses a range of speeds that is upside down', () => {
    expect(randomWaypoint.schema.safeParse({ slowest: 3, fastest: 1 }).success).toBe(false);
  });
});

describe('gauss–markov', () => {
  // Goal: E v = 0, E v² = σ², E vₙ vₙ₊ₖ = σ² αᵏ. Method: one component of many independent clients, in a square so wide
  // that no wall is met; the variance of v² is 2 σ⁴, that of a product of normals of correlation r is σ⁴ (1 + r²).
  it('has the variance and memory that it states, at any time', () => {
    const [memory, deviation, clients] = [0.8, 2, 4000];
    const model = realise(gaussMarkov({ memory, deviation, width: 1e6, step: 1 }));
    const velocity = (client: number, step: number) => {
      const own = draws(client);
      return model.place(own, START, step + 1).x - model.place(own, START, step).x;
    };
    const [early, late, later] = [0, 20, 23].map((step) =>
      Array.from({ length: clients }, (_, client) => velocity(client, step)),
    ) as [number[], number[], number[]];
    const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / clients;
    for (const each of [early, late]) {
      expect(Math.abs(mean(each))).toBeLessThan((QUANTILE * deviation) / Math.sqrt(clients));
      const square = mean(each.map((v) => v * v));
      expect(Math.abs(square - deviation ** 2)).toBeLessThan(QUANTILE * deviation ** 2 * Math.sqrt(2 / clients));
    }
    const correlation = memory ** 3;
    const product = mean(late.map((v, client) => v * later[client]!));
    const slack = QUANTILE * deviation ** 2 * Math.sqrt((1 + correlation ** 2) / clients);
    expect(Math.abs(product - correlation * deviation ** 2)).toBeLessThan(slack);
  });

  it('is mirrored at the walls and never crosses them', () => {
    const model = realise(gaussMarkov({ memory: 1, deviation: 30, width: 100, step: 1 }));
    const own = draws(9);
    const at = (seconds: number) => model.place(own, { x: 0, y: 0 }, seconds);
    const speed = at(0.1).x / 0.1;
    const hits = 50 / Math.abs(speed);
    expect(Math.abs(at(hits * 1.5).x)).toBeCloseTo(25, 6);
    expect(at(hits * 4).x).toBeCloseTo(0, 6);
    for (let second = 0; second < 1000; second++) expect(Math.abs(at(second).x)).toBeLessThanOrEqual(50 + 1e-9);
  });
});
