import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sharing } from '../../src/network/medium.ts';
import type { RateProfile } from '../../src/network/rate-profile.ts';
import { blocks, mediumOnKernel } from '../support/air.ts';

const SECOND = 1e9;
/** Floating-point error of sums of up to a few thousand terms, relative to the bits of a transfer. */
const ROUNDING = 1e-9;

const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('join' as const), bits: fc.integer({ min: 1, max: 2000 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('leave' as const), pick: fc.nat() }) },
  // A fault or a new gain: factor 0 cuts everyone off.
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('refresh' as const), factor: fc.constantFrom(0, 0.3, 1, 2.5) }),
  },
);

const story = fc.record({
  acts: fc.array(fc.tuple(fc.integer({ min: 0, max: 3 * SECOND }), act), { minLength: 1, maxLength: 25 }),
  // Rates in bit/s of fading blocks, a few of them in outage; the last one holds for good and isn't zero.
  rates: fc.array(fc.constantFrom(0, 1, 7.5, 100, 1234.5), { maxLength: 30 }).map((rates) => [...rates, 500]),
  block: fc.integer({ min: 1_000_000, max: 400_000_000 }),
  independent: fc.boolean(),
});

interface Stretch {
  readonly from: number;
  readonly profile: RateProfile;
}

/** ∫ rate dt over a transfer's stretches, block by block, with the highest rate met. */
function integral(stretches: readonly Stretch[], until: number): { bits: number; highest: number } {
  let bits = 0;
  let highest = 0;
  stretches.forEach(({ from, profile }, index) => {
    const end = Math.min(until, stretches[index + 1]?.from ?? until);
    for (let at = from; at < end; ) {
      const next = Math.min(end, (Math.floor(at / profile.block) + 1) * profile.block);
      const rate = profile.rate(Math.floor(at / profile.block));
      bits += (rate * (next - at)) / SECOND;
      highest = Math.max(highest, rate);
      at = next;
    }
  });
  return { bits, highest };
}

// Goal: no bit is lost or carried twice, whatever happens on a medium. Method: the shares that were granted are written
// down as they are granted, and integrated afterwards on their own.
describe('a medium under random joins, leaves, faults and fading', () => {
  it('carries exactly its bits to each transfer: not one nanosecond early, and at most one late', () => {
    fc.assert(
      fc.property(story, ({ acts, rates, block, independent }) => {
        const stretches = new Map<number, Stretch[]>();
        const given = new Map<number, number>();
        let factor = 1;
        const sharing: Sharing<undefined> = {
          independent,
          shares: (loads) =>
            loads.map(({ id }) => {
              const each = factor / (independent ? 1 : loads.length);
              const profile = blocks(
                block,
                rates.map((rate) => rate * each),
              );
              stretches.set(id, [...(stretches.get(id) ?? []), { from: kernel.now, profile }]);
              return { profile, airtime: 1 };
            }),
        };
        const { kernel, medium, finished, left, leave, atNanoseconds, run } = mediumOnKernel(sharing);
        const cancelledAt = new Map<number, number>();
        acts.forEach(([at, each], id) => {
          atNanoseconds(at, () => {
            if (each.what === 'join') {
              given.set(id, each.bits);
              medium.join(id, undefined, each.bits);
            } else if (each.what === 'refresh') {
              factor = each.factor;
              medium.refresh();
            } else {
              const present = [...given.keys()].filter((one) => !finished.has(one) && !cancelledAt.has(one));
              const picked = present[each.pick % Math.max(1, present.length)];
              if (picked === undefined) return;
              cancelledAt.set(picked, kernel.now);
              leave(picked);
            }
          });
        });
        // At the end the air is clear again, so that everyone gets through.
        atNanoseconds(4 * SECOND, () => {
          factor = 1;
          medium.refresh();
        });
        run();

        expect(medium.load).toBe(0);
        for (const [id, bits] of given) {
          const end = finished.get(id) ?? cancelledAt.get(id)!;
          const carried = integral(stretches.get(id)!, end);
          const slack = ROUNDING * bits;
          // Rounding up to a whole nanosecond can carry that much beyond the last bit.
          const excess = carried.highest / SECOND + slack;
          if (finished.has(id)) {
            expect(carried.bits).toBeGreaterThanOrEqual(bits - slack);
            expect(carried.bits).toBeLessThanOrEqual(bits + excess);
            expect(left.get(id)!.remaining).toBeLessThanOrEqual(slack);
          } else {
            expect(Math.abs(bits - left.get(id)!.remaining - Math.min(bits, carried.bits))).toBeLessThanOrEqual(excess);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
