import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kernel } from '../../src/kernel/kernel.ts';
import { Flows, line, type Path, pathOver } from '../../src/network/flows.ts';
import { maxMin } from '../../src/network/max-min.ts';
import type { Instant } from '../../src/units.ts';

const SECOND = 1e9;
const LINES = 4;
/** Rounding up to whole nanoseconds, which one end may hand on to the next through changed rates. */
const NANOSECONDS_LATE = 4;
const ROUNDING_NANOSECONDS = 1e-4;
const ROUNDING = 1e-9;

/** Over the first, over the last, over neighbours, and over all. */
const WAYS = [[0], [3], [0, 1], [1, 2], [2, 3], [0, 1, 2, 3]] as const;

const act = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant('join' as const),
      way: fc.integer({ min: 0, max: WAYS.length - 1 }),
      bits: fc.integer({ min: 1, max: 400 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('leave' as const), pick: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('cut' as const),
      line: fc.integer({ min: 0, max: LINES - 1 }),
      cut: fc.boolean(),
    }),
  },
);

const story = fc.record({
  acts: fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), act), { minLength: 1, maxLength: 30 }),
  lines: fc.array(fc.record({ rate: fc.integer({ min: 50, max: 400 }), shared: fc.boolean() }), {
    minLength: LINES,
    maxLength: LINES,
  }),
});

type Story = typeof story extends fc.Arbitrary<infer Value> ? Value : never;

interface Outcome {
  readonly finished: ReadonlyMap<number, number>;
  readonly remaining: ReadonlyMap<number, number>;
}

const instant = (at: number): number => (at * SECOND) / 20;

/** The engine's flows on the engine's event list; at 4 s all lines are mended. */
function emulated(told: Story): Outcome & { readonly load: number } {
  const finished = new Map<number, number>();
  const remaining = new Map<number, number>();
  const lines = told.lines.map((wire) => line({ ...wire, latency: 0 }));
  const paths: Path[] = WAYS.map((way) => pathOver(way.map((each) => lines[each]!)));
  const joined: number[] = [];
  const kernel: Kernel<number | (() => void)> = new Kernel<number | (() => void)>({
    deliver: (pending) => {
      if (typeof pending === 'function') return pending();
      if (!flows.advance(pending)) return;
      finished.set(pending, kernel.now);
      flows.leave(pending);
    },
  });
  const flows: Flows = new Flows({
    now: () => kernel.now,
    set: (at, id) => kernel.schedule(at, id),
    clear: (alarm) => void kernel.cancel(alarm),
  });
  const cut = (which: number, isCut: boolean) => {
    if (isCut) lines[which]!.cutBy.add('test');
    else lines[which]!.cutBy.delete('test');
    flows.refresh([lines[which]!]);
  };
  told.acts.forEach(([at, each], id) => {
    kernel.schedule(instant(at) as Instant, () => {
      if (each.what === 'join') {
        joined.push(id);
        flows.join(id, paths[each.way]!, each.bits);
      } else if (each.what === 'cut') cut(each.line, each.cut);
      else {
        const here = joined.filter((one) => !finished.has(one) && !remaining.has(one));
        const picked = here[each.pick % Math.max(1, here.length)];
        if (picked !== undefined) remaining.set(picked, flows.leave(picked)!.remaining);
      }
    });
  });
  kernel.schedule((4 * SECOND) as Instant, () => lines.forEach((_, which) => cut(which, false)));
  kernel.run();
  return { finished, remaining, load: flows.load };
}

interface Naive {
  readonly id: number;
  readonly way: readonly number[];
  left: number;
}

/** Max–min rates of flows one by one, and a limit of their own over lines that aren't shared. */
function ratesOf({ lines }: Story, cut: ReadonlySet<number>, here: readonly Naive[]): Float64Array {
  const capacities = lines.map(({ rate }, which) => (cut.has(which) ? 0 : rate));
  return maxMin(
    capacities,
    here.map(({ way }) => ({
      flows: 1,
      links: way.filter((which) => lines[which]!.shared),
      limit: Math.min(...way.map((which) => (lines[which]!.shared ? Number.POSITIVE_INFINITY : capacities[which]!))),
    })),
  );
}

/** The same by the definition: from one instant at which anything can happen to the next, flow by flow. */
function naive(told: Story): Outcome {
  const finished = new Map<number, number>();
  const remaining = new Map<number, number>();
  const cut = new Set<number>();
  let here: Naive[] = [];
  let now = 0;
  const acts = told.acts.map(([at, each], id) => [instant(at), each, id] as const);
  const queue: (readonly [number, Story['acts'][number][1] | undefined, number])[] = [
    ...acts.toSorted((a, b) => a[0] - b[0] || a[2] - b[2]),
    [4 * SECOND, undefined, acts.length],
  ];
  while (queue.length > 0 || here.length > 0) {
    const rates = ratesOf(told, cut, here);
    const ends = here.map(({ left }, place) => {
      const span = (left / rates[place]!) * SECOND;
      return left <= 0 ? now : now + Math.max(0, Math.ceil(span - ROUNDING_NANOSECONDS));
    });
    const next = Math.min(queue[0]?.[0] ?? Number.POSITIVE_INFINITY, ...ends);
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
    if (each === undefined) cut.clear();
    else if (each.what === 'join') here.push({ id, way: WAYS[each.way]!, left: each.bits });
    else if (each.what === 'cut') each.cut ? cut.add(each.line) : cut.delete(each.line);
    else {
      const picked = here[each.pick % Math.max(1, here.length)];
      if (picked === undefined) continue;
      remaining.set(picked.id, picked.left);
      here = here.filter((one) => one !== picked);
    }
  }
  return { finished, remaining };
}

// Goal: running accounts per path, and rates worked out only where lines are shared, give what each flow by itself would.
// Method: the same story by an integrator that keeps every flow's bits and works all rates out at every step.
describe('flows over links that come, go, and are cut', () => {
  it('end when a naive integration ends them, and leave the same bits to carry', () => {
    fc.assert(
      fc.property(story, (told) => {
        const { finished, remaining, load } = emulated(told);
        const expected = naive(told);
        expect(load).toBe(0);
        expect(new Set(finished.keys())).toEqual(new Set(expected.finished.keys()));
        for (const [id, end] of finished) {
          expect(Math.abs(end - expected.finished.get(id)!)).toBeLessThanOrEqual(NANOSECONDS_LATE);
        }
        for (const [id, bits] of remaining) {
          const slack = ROUNDING * 400 + (NANOSECONDS_LATE * 400) / SECOND;
          expect(Math.abs(bits - expected.remaining.get(id)!)).toBeLessThanOrEqual(slack);
        }
      }),
      { numRuns: 500 },
    );
  });
});
