import { z } from 'zod';
import { part } from '../part.ts';
import type { Battery } from './contract.ts';

/** Power without end. */
export const mains = part(
  'battery',
  'mains',
  z.strictObject({}),
  (): Battery => ({
    initial: () => Number.POSITIVE_INFINITY,
    chargeAfter: (charge) => charge,
    lasts: () => Number.POSITIVE_INFINITY,
    returnsAfter: () => 0,
  }),
);

const options = z
  .strictObject({
    capacity: z
      .number()
      .positive()
      .max(1e12)
      .default(40_000)
      .describe('charge when full, J; 40 kJ is a phone’s 3 Ah at 3.7 V'),
    initialLeast: z.number().min(0).max(1).default(1).describe('least charge at the start, as a share of the capacity'),
    initialMost: z.number().min(0).max(1).default(1).describe('most charge at the start, as a share of the capacity'),
    harvest: z.number().min(0).max(1e9).default(0).describe('power that comes in all the time, W'),
    returnShare: z
      .number()
      .gt(0)
      .max(1)
      .default(0.1)
      .describe('share of the capacity at which a client that ran empty comes back'),
  })
  .refine(({ initialLeast, initialMost }) => initialLeast <= initialMost, 'expected initialLeast ≤ initialMost');

/**
 * A battery that runs empty and may be charged.
 *
 *   q(t + T) = min(capacity, max(0, q(t) + (harvest − p) T)) at a power p drawn over T
 *   empty after q / (p − harvest) where p > harvest, else never;   back after returnShare · capacity / harvest
 *
 * An empty battery takes its client offline at that instant, and what the client was doing is lost; it comes back with
 * enough charge. Computing draws κ f² · cycles over the time that it takes, an upload or a sum in the air the transmit power while its
 * transmitter is on; receiving and waiting draw nothing. The charge at the start is uniform between two shares of the capacity, a client's own draw at index 0.
 *
 * Limits: no self-discharge, no ageing, all charge usable at any power.
 */
export const battery = part(
  'battery',
  'rechargeable',
  options,
  ({ capacity, initialLeast, initialMost, harvest, returnShare }): Battery => ({
    initial: (_client, draws) => capacity * (initialLeast + (initialMost - initialLeast) * draws.at(0)()),
    chargeAfter: (charge, elapsed, spent) => Math.min(capacity, Math.max(0, charge + harvest * elapsed - spent)),
    lasts: (charge, power) => (power > harvest ? charge / (power - harvest) : Number.POSITIVE_INFINITY),
    returnsAfter: (charge) => (charge >= returnShare * capacity ? 0 : (returnShare * capacity - charge) / harvest),
  }),
);
