import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sharing } from '../../src/network/medium.ts';
import { SeparateMedium } from '../../src/network/separate-medium.ts';
import { SharedMedium } from '../../src/network/shared-medium.ts';
import type { Duration } from '../../src/units.ts';
import { mediumOnKernel } from '../support/air.ts';

const SECOND = 1e9;
/** Floating-point error of sums of up to a few thousand terms, relative to the bits of a transfer. */
const ROUNDING = 1e-9;
const ROUNDING_NANOSECONDS = 1e-4;
/** Rounding may tip an end over to the next nanosecond, and by that the end of one that follows. */
const NANOSECONDS_LATE = 2;
/** A transfer's highest rate: factor 2.5 at 1234.5 bit/s, 2.5 log₂(1 + 1234.5 / 2.5) bit/s. */
const BITS_PER_NANOSECOND = 23 / SECOND;

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
  // Few enough instants that several things happen at one.
  acts: fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), act), { minLength: 1, maxLength: 25 }),
  // Rates in bit/s of fading blocks, a few of them in outage; the last one holds for good and isn't zero.
  rates: fc.array(fc.constantFrom(0, 1, 7.5, 100, 1234.5), { maxLength: 30 }).map((rates) => [...rates, 500]),
  block: fc.integer({ min: 5_000_000, max: 400_000_000 }),
  kind: fc.constantFrom('separate' as const, 'equal' as const, 'first come' as const),
});

type Story = typeof story extends fc.Arbitrary<infer Value> ? Value : never;

/** What a transfer of bandwidth `share` gets in a block: like a radio's rate, not proportional to its share. */
const rateOf = ({ rates }: Story, id: number, share: number, index: number): number =>
  share === 0 ? 0 : share * Math.log2(1 + (rates[Math.min(index + (id % 3), rates.length - 1)] as number) / share);

/** Bandwidth of each of the transfers that are there. */
const sharesOf = ({ kind }: Story, factor: number, loads: number): number[] =>
  Array.from({ length: loads }, (_, place) => {
    if (kind === 'separate') return factor;
    if (kind === 'equal') return factor / loads;
    return place === 0 ? factor : 0;
  });

interface Outcome {
  readonly finished: ReadonlyMap<number, number>;
  /** Bits that transfers which were taken back had still to carry. */
  readonly remaining: ReadonlyMap<number, number>;
}

/** The engine's media on the engine's event list. */
function emulated(told: Story): Outcome & { readonly load: number } {
  let factor = 1;
  const sharing: Sharing<{ id: number }> = {
    block: told.block as Duration,
    grants: (loads) => sharesOf(told, factor, loads.length).map((bandwidth) => ({ bandwidth, airtime: 1 })),
    rate: ({ id }, { bandwidth }, index) => rateOf(told, id, bandwidth, index),
  };
  const { medium, finished, left, leave, atNanoseconds, run } = mediumOnKernel<{ id: number }>((alarms) =>
    told.kind === 'separate' ? new SeparateMedium(sharing, alarms) : new SharedMedium(sharing, alarms),
  );
  const change = (to: number) => {
    medium.settle();
    factor = to;
    medium.refresh();
  };
  const remaining = new Map<number, number>();
  const present: number[] = [];
  told.acts.forEach(([at, each], id) => {
    atNanoseconds((at * SECOND) / 20, () => {
      if (each.what === 'join') {
        present.push(id);
        medium.join(id, { id }, each.bits);
      } else if (each.what === 'refresh') {
        change(each.factor);
      } else {
        const here = present.filter((one) => !finished.has(one) && !remaining.has(one));
        const picked = here[each.pick % Math.max(1, here.length)];
        if (picked === undefined) return;
        leave(picked);
        remaining.set(picked, left.get(picked)!.remaining);
      }
    });
  });
  // At the end the air is clear again, so that everyone gets through.
  atNanoseconds(4 * SECOND, () => change(1));
  run();
  return { finished, remaining, load: medium.load };
}

/** Up to the next whole nanosecond, but for what is rounding. */
const wholeNanoseconds = (span: number): number => Math.max(0, Math.ceil(span - ROUNDING_NANOSECONDS));

interface Naive {
  readonly id: number;
  left: number;
}

/** The same by the definition: step from one instant at which anything can happen to the next, and integrate. */
function naive(told: Story): Outcome {
  const finished = new Map<number, number>();
  const remaining = new Map<number, number>();
  let here: Naive[] = [];
  let factor = 1;
  let now = 0;
  const last = [4 * SECOND, { what: 'refresh', factor: 1 } as const] as const;
  const acts = told.acts.map(([at, each], id) => [(at * SECOND) / 20, each, id] as const);
  const queue = [...acts.toSorted((a, b) => a[0] - b[0] || a[2] - b[2]), [...last, acts.length] as const];
  while (queue.length > 0 || here.length > 0) {
    const index = Math.floor(now / told.block);
    const shares = sharesOf(told, factor, here.length);
    const rates = here.map(({ id }, place) => rateOf(told, id, shares[place]!, index));
    const ends = here.map(
      ({ left }, place) => now + (left <= 0 ? 0 : wholeNanoseconds((left / rates[place]!) * SECOND)),
    );
    const next = Math.min((index + 1) * told.block, queue[0]?.[0] ?? Number.POSITIVE_INFINITY, ...ends);
    here.forEach((each, place) => {
      each.left = ends[place]! <= next ? 0 : each.left - (rates[place]! * (next - now)) / SECOND;
    });
    now = next;
    const first = queue[0];
    if (first === undefined || first[0] > now) {
      // Acts at one instant come before ends: they were in the event list first.
      for (const { id } of here.filter(({ left }) => left <= 0)) finished.set(id, now);
      here = here.filter(({ left }) => left > 0);
      continue;
    }
    queue.shift();
    const [, each, id] = first;
    if (each.what === 'join') here.push({ id, left: each.bits });
    else if (each.what === 'refresh') factor = each.factor;
    else {
      const picked = here[each.pick % Math.max(1, here.length)];
      if (picked === undefined) continue;
      remaining.set(picked.id, picked.left);
      here = here.filter((one) => one !== picked);
    }
  }
  return { finished, remaining };
}

// Goal: no bit is lost or carried twice, whatever happens on a medium. Method: the same story by an integrator that knows
// neither alarms nor accounts.
describe('a medium under random joins, leaves, faults and fading', () => {
  it('ends every transfer when a naive integration does, and leaves the same bits to carry', () => {
    fc.assert(
      fc.property(story, (told) => {
        const { finished, remaining, load } = emulated(told);
        const expected = naive(told);
        const joined = told.acts.flatMap(([, each], id) => (each.what === 'join' ? [[id, each.bits] as const] : []));
        expect(load).toBe(0);
        for (const [id, bits] of joined) {
          expect(finished.has(id)).toBe(expected.finished.has(id));
          if (finished.has(id)) {
            const late = finished.get(id)! - expected.finished.get(id)!;
            expect(Math.abs(late)).toBeLessThanOrEqual(NANOSECONDS_LATE);
          } else {
            const difference = Math.abs(remaining.get(id)! - expected.remaining.get(id)!);
            expect(difference).toBeLessThanOrEqual(ROUNDING * bits + NANOSECONDS_LATE * BITS_PER_NANOSECOND);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
