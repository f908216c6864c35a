import { z } from 'zod';
import type { Source, Stream } from '../../src/math/streams.ts';
import type { Mobility, Place } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import type { Seconds } from '../../src/units.ts';
import { step } from './step.ts';

const speed = z.number().positive().max(1000);

const options = z
  .strictObject({
    radius: z.number().positive().max(1e6).default(250).describe('waypoints lie on a disc around the home server, m'),
    slowest: speed.default(0.5).describe('least speed, m/s'),
    fastest: speed.default(1.5).describe('greatest speed, m/s'),
    pause: z.number().min(0).max(1e6).default(0).describe('rest at each waypoint, s'),
    step,
  })
  .refine(({ slowest, fastest }) => slowest <= fastest, 'expected slowest ≤ fastest');

/** From one waypoint to the next, and the rest there. */
interface Leg {
  readonly from: Place;
  readonly to: Place;
  readonly departs: Seconds;
  readonly arrives: Seconds;
}

/** A point spread evenly over a disc around the origin. */
function onDisc(radius: number, uniform: Source): Place {
  const distance = radius * Math.sqrt(uniform());
  const angle = 2 * Math.PI * uniform();
  return { x: distance * Math.cos(angle), y: distance * Math.sin(angle) };
}

/**
 * Random waypoint: a client goes straight to a point drawn evenly from a disc, at a speed drawn evenly from a range,
 * rests there, and goes on to the next. Leg k takes draw k of the client's stream.
 *
 *   x(t) = xₖ + (xₖ₊₁ − xₖ) (t − tₖ) / (tₖ₊₁ − tₖ),   tₖ₊₁ − tₖ = |xₖ₊₁ − xₖ| / vₖ,   v ~ U[slowest, fastest]
 *
 * Limits: in the long run clients are found nearer to the centre than an even spread, and slower than the mean of the
 * range (mean speed (fastest − slowest) / ln(fastest / slowest) without rests); a run begins at the scenario's own
 * placement and not in that state. Speeds are positive, since with a least speed of 0 the mean speed decays for ever.
 * Source: Johnson and Maltz, Dynamic source routing in ad hoc wireless networks, 1996; Yoon, Liu and Noble, Random
 * waypoint considered harmful, INFOCOM 2003.
 */
export const randomWaypoint = part('mobility', 'random-waypoint', options, (chosen): Mobility => {
  const { radius, slowest, fastest, pause } = chosen;
  // Legs are functions of the stream, kept so that nobody walks a client's whole way again.
  const walked = new WeakMap<Stream, Leg[]>();
  const next = (draws: Stream, number: number, from: Place, since: Seconds): Leg => {
    const uniform = draws.at(number);
    const to = onDisc(radius, uniform);
    const pace = slowest + uniform() * (fastest - slowest);
    return { from, to, departs: since, arrives: since + Math.hypot(to.x - from.x, to.y - from.y) / pace };
  };
  const legAt = (draws: Stream, start: Place, at: Seconds): Leg => {
    const legs = walked.get(draws) ?? [next(draws, 0, start, 0)];
    walked.set(draws, legs);
    for (;;) {
      const last = legs[legs.length - 1] as Leg;
      if (last.arrives + pause > at) break;
      legs.push(next(draws, legs.length, last.to, last.arrives + pause));
    }
    return legs.findLast(({ departs }) => departs <= at) ?? (legs[0] as Leg);
  };
  return {
    step: chosen.step,
    place(draws, start, at) {
      const { from, to, departs, arrives } = legAt(draws, start, at);
      const share = arrives > departs ? Math.min(1, (at - departs) / (arrives - departs)) : 1;
      return { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
    },
  };
});
