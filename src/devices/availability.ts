import { z } from 'zod';
import { exponential } from '../math/distributions.ts';
import { part } from '../part.ts';
import type { Availability } from './contract.ts';

const forEver = (): number => Number.POSITIVE_INFINITY;

/** Every client is online from start to end. */
export const alwaysOn = part(
  'availability',
  'always-on',
  z.strictObject({}),
  (): Availability => ({
    inRound: () => true,
    sojourn: forEver,
  }),
);

/** A client answers in a round with a given probability, independently of clients and rounds; it never drops out. */
export const bernoulli = part(
  'availability',
  'bernoulli',
  z.strictObject({
    probability: z.number().min(0).max(1).default(0.9).describe('that a client answers in a round'),
  }),
  ({ probability }): Availability => ({
    inRound: (_client, round, draws) => draws.at(round)() < probability,
    sojourn: forEver,
    probability: () => probability,
  }),
);

const options = z.strictObject({
  meanOnline: z.number().positive().default(600).describe('mean length of an online sojourn, s'),
  meanOffline: z.number().positive().default(60).describe('mean length of an offline sojourn, s'),
});

/**
 * A client that goes on and off as a two-state Markov process: exponential sojourns, alternating online and offline.
 *
 *   P(online) = T_on / (T_on + T_off)   at every instant,   T the mean sojourns
 *
 * It starts from that stationary distribution: a client that starts offline has an online sojourn 0 of length 0. An
 * exponential sojourn has no memory, so the first one is drawn like all others. Sojourn k is the draw at index k.
 *
 * Limits: clients are independent, and there is no time of day.
 */
export const markovOnOff = part(
  'availability',
  'markov-on-off',
  options,
  ({ meanOnline, meanOffline }): Availability => {
    const online = meanOnline / (meanOnline + meanOffline);
    return {
      inRound: () => true,
      sojourn(_client, k, draws) {
        const source = draws.at(k);
        if (k === 0 && source() >= online) return 0;
        return exponential(source, k % 2 === 0 ? meanOnline : meanOffline);
      },
    };
  },
);
