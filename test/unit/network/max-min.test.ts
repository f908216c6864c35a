import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bundle, maxMin } from '../../../src/network/max-min.ts';

const flows = (...links: number[]): Bundle => ({ flows: 1, links, limit: Number.POSITIVE_INFINITY });
const rates = (capacities: readonly number[], bundles: readonly Bundle[]) => [...maxMin(capacities, bundles)];

describe('max–min fair rates', () => {
  it('halve a chain of links between the long flow and each short one', () => {
    // Bertsekas and Gallager's line network: one flow over all links, one over each.
    expect(rates([1, 1, 1], [flows(0, 1, 2), flows(0), flows(1), flows(2)])).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it('give what a flow that is held up elsewhere leaves over to the others', () => {
    // Flows 0 and 1 share link 0 of 2; flows 1, 2 and 3 share link 1 of 1: they get 1/3 each, and flow 0 the rest of link 0.
    const fair = rates([2, 1], [flows(0), flows(0, 1), flows(1), flows(1)]);
    [5 / 3, 1 / 3, 1 / 3, 1 / 3].forEach((rate, index) => expect(fair[index]).toBeCloseTo(rate, 12));
  });

  it('fill up level by level: the parking lot', () => {
    // A: all three links; B: the first; C: the second; D: the third. Capacities 6, 4, 10.
    expect(rates([6, 4, 10], [flows(0, 1, 2), flows(0), flows(1), flows(2)])).toEqual([2, 4, 2, 8]);
  });

  it('count each flow of a bundle, and keep to limits', () => {
    expect(rates([12], [{ flows: 3, links: [0], limit: 2 }, flows(0)])).toEqual([2, 6]);
    expect(rates([12], [{ flows: 3, links: [0], limit: 5 }, flows(0)])).toEqual([3, 3]);
    expect(rates([], [{ flows: 2, links: [], limit: 7 }])).toEqual([7]);
  });

  it('are zero over a cut link, and leave the rest of the way to the others', () => {
    expect(rates([0, 8], [flows(0, 1), flows(1), flows(1)])).toEqual([0, 4, 4]);
  });

  // Goal: the answer is the max–min fair one. Method: its characterisation by Bertsekas and Gallager (§6.5.2): rates are
  // feasible, and each flow is at its limit or has a bottleneck: a full link where no other flow has a higher rate.
  it('leave every flow at its limit or at a bottleneck', () => {
    const network = fc.integer({ min: 1, max: 6 }).chain((links) =>
      fc.record({
        capacities: fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: links, maxLength: links }),
        bundles: fc.array(
          fc.record({
            flows: fc.integer({ min: 1, max: 5 }),
            links: fc.uniqueArray(fc.integer({ min: 0, max: links - 1 }), { minLength: 1 }),
            limit: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.double({ min: 0, max: 60, noNaN: true })),
          }),
          { minLength: 1, maxLength: 12 },
        ),
      }),
    );
    const tolerance = 1e-9;
    fc.assert(
      fc.property(network, ({ capacities, bundles }) => {
        const fair = rates(capacities, bundles);
        const used = capacities.map((_, link) =>
          bundles.reduce((sum, each, n) => sum + (each.links.includes(link) ? each.flows * fair[n]! : 0), 0),
        );
        used.forEach((sum, link) => expect(sum).toBeLessThanOrEqual(capacities[link]! + tolerance));
        bundles.forEach(({ links, limit }, n) => {
          expect(fair[n]).toBeLessThanOrEqual(limit);
          const highest = (link: number) =>
            Math.max(...fair.filter((_, other) => bundles[other]!.links.includes(link)));
          const isHeldUp = links.some(
            (link) => used[link]! >= capacities[link]! - tolerance && fair[n]! >= highest(link) - tolerance,
          );
          expect(isHeldUp || fair[n]! >= limit - tolerance).toBe(true);
        });
      }),
      { numRuns: 500 },
    );
  });
});
