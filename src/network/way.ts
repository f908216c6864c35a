import { square } from '../math/power.ts';
import type { Streams } from '../math/streams.ts';
import type { Metres, Seconds } from '../units.ts';
import type { Place, RadioChannel } from './contract.ts';

/** Where a client is over time. */
export interface Way {
  /** How often it is looked at again [s]; Infinity where the client stays. */
  readonly step: Seconds;
  /** Relative to the client's home edge server. */
  place(at: Seconds): Place;
  /** Distance in the horizontal plane to a point relative to the home server, not below the channel's `nearest` [m]. */
  distance(at: Seconds, to: Place): Metres;
}

export const ORIGIN: Place = { x: 0, y: 0 };

/** Number of a client, as its name has it. */
const indexOf = (client: string): number => Number(/\d+$/.exec(client)?.[0] ?? 0);

/**
 * The way of a client that begins uniformly on a ring-shaped disc: r = √(r₀² + u (R² − r₀²)), in any direction; where there are
 * several rings, client i in the i mod n-th of n of equal area, (i mod n + u) / n in place of u.
 */
export function wayOf(channel: RadioChannel, client: string, streams: Streams): Way {
  const { cellRadius, nearest, mobility, rings = 1 } = channel;
  const uniform = streams(`${client}/place`).at(0);
  const share = ((indexOf(client) % rings) + uniform()) / rings;
  const radius = Math.sqrt(square(nearest) + share * (square(cellRadius) - square(nearest)));
  const angle = 2 * Math.PI * uniform();
  const start = { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
  const draws = streams(`${client}/way`);
  const step = mobility?.step ?? Number.POSITIVE_INFINITY;
  const place = (at: Seconds) => mobility?.place(draws, start, at) ?? start;
  return {
    ...{ step, place },
    distance(at, to) {
      // The radius itself, and not what rounding makes of it on the way through the plane.
      if (!Number.isFinite(step) && to === ORIGIN) return radius;
      const { x, y } = place(at);
      return Math.max(nearest, Math.hypot(x - to.x, y - to.y));
    },
  };
}
