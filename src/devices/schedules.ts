import { z } from 'zod';
import { part } from '../part.ts';
import type { Seconds } from '../units.ts';
import type { Availability } from './contract.ts';

/** A span of time in which a client is online: from, until [s]. */
type Interval = readonly [from: Seconds, until: Seconds];

/**
 * The k-th sojourn of a client that is online in ascending, disjoint intervals: sojourn 2i is the i-th interval's length,
 * sojourn 2i + 1 the gap behind it. A client that starts offline has an online sojourn 0 of length 0.
 */
export function sojournIn(interval: (index: number) => Interval | undefined, k: number): Seconds {
  const startsOnline = interval(0)?.[0] === 0;
  const index = Math.floor(k / 2) - (startsOnline ? 0 : 1);
  const now = index < 0 ? ([0, 0] as const) : interval(index);
  if (now === undefined) return Number.POSITIVE_INFINITY;
  if (k % 2 === 0) return now[1] - now[0];
  const next = interval(index + 1);
  return next === undefined ? Number.POSITIVE_INFINITY : next[0] - now[1];
}

/** The intervals of a client that is online for `online` s in each period, first from `phase` on, clipped to t ≥ 0. */
function periodic(period: Seconds, online: Seconds, phase: Seconds): (index: number) => Interval {
  // The window before the first whole one may still be open at the start.
  const before = phase - period + online;
  return (index) => {
    if (before <= 0) return [phase + index * period, phase + index * period + online];
    if (index === 0) return [0, before];
    return [phase + (index - 1) * period, phase + (index - 1) * period + online];
  };
}

/**
 * A day's rhythm: each client is online for the same share of every day, as a phone that is charging at night is, at a
 * time of day of its own.
 *
 *   online at t where ((t − from − s) mod day) < share · day,   s ~ U[0, spread), a client's own draw at index 0
 *
 * With a spread of a whole day, the share of clients online is `share` at all times; with a small one it swings between
 * all and none.
 *
 * Limits: each day of a client is like the other; no week-ends.
 * Source: the rhythm is that of Bonawitz et al., Towards federated learning at scale, SysML 2019, §9; the window is ours.
 */
export const diurnal = part(
  'availability',
  'diurnal',
  z.strictObject({
    day: z.number().positive().max(1e7).default(86_400).describe('length of a day, s'),
    share: z
      .number()
      .gt(0)
      .lt(1)
      .default(1 / 3)
      .describe('of the day that a client is online'),
    from: z.number().min(0).max(1e7).default(0).describe('time of day at which the first clients come online, s'),
    spread: z.number().min(0).max(1e7).default(21_600).describe('span over which clients come online one by one, s'),
  }),
  ({ day, share, from, spread }): Availability => ({
    inRound: () => true,
    sojourn(_client, k, draws) {
      const phase = (from + spread * draws.at(0)()) % day;
      return sojournIn(periodic(day, share * day, phase), k);
    },
  }),
);

/**
 * A fixed pattern that repeats: `online` s on, `offline` s off, each client later than the one before it by `stagger`.
 *
 *   online at t where ((t − stagger · client) mod (online + offline)) < online
 */
export const pattern = part(
  'availability',
  'pattern',
  z.strictObject({
    online: z.number().positive().max(1e9).default(600).describe('length of an online sojourn, s'),
    offline: z.number().positive().max(1e9).default(60).describe('length of an offline sojourn, s'),
    stagger: z.number().min(0).max(1e9).default(0).describe('by which each client is later than the one before it, s'),
  }),
  ({ online, offline, stagger }): Availability => ({
    inRound: () => true,
    sojourn: (client, k) => sojournIn(periodic(online + offline, online, (stagger * client) % (online + offline)), k),
  }),
);

const spans = z
  .array(z.tuple([z.number().min(0), z.number().positive()]))
  .max(100_000)
  .refine(
    (all) => all.every(([from, until], at) => until > from && from >= (all[at - 1]?.[1] ?? 0)),
    'expected [from, until] in ascending order, each ending after it begins',
  );

/** Intervals that touch are one. */
function joined(all: readonly Interval[]): Interval[] {
  const result: [Seconds, Seconds][] = [];
  for (const [from, until] of all) {
    const last = result.at(-1);
    if (last !== undefined && last[1] === from) last[1] = until;
    else result.push([from, until]);
  }
  return result;
}

/**
 * Availability as it was recorded: for each client the intervals in which it is online [s]. Client i goes by record
 * i mod records; after its last interval it stays offline, and without any it is never there.
 *
 * @example recorded({ intervals: [[[0, 3600], [7200, 9000]], [[60, 5000]]] })
 */
export const recordedAvailability = part(
  'availability',
  'recorded',
  z.strictObject({
    intervals: z
      .array(spans)
      .min(1)
      .max(100_000)
      .default([[[0, 1e9]]])
      .describe('for each client, its online intervals [from, until] in ascending order, s'),
  }),
  ({ intervals }): Availability => {
    const records = intervals.map(joined);
    return {
      inRound: () => true,
      sojourn(client, k) {
        const record = records[client % records.length] ?? [];
        return sojournIn((index) => record[index], k);
      },
    };
  },
);
