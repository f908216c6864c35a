import { z } from 'zod';
import { power } from '../../src/math/power.ts';
import type { Access } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

const options = z.strictObject({
  bandwidth: z.number().positive().default(10e6).describe('of the whole cell, for whoever transmits, Hz'),
  probability: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('p, that a client transmits in a slot; 1 / n among n transfers by default, the best'),
});

/**
 * Share of slots in which exactly one of n clients transmits: S = n p (1 − p)^(n − 1).
 *
 * It is greatest at p = 1 / n, where it falls from 1 to 1 / e as n grows.
 *
 * @param clients n, an integer ≥ 0
 * @param probability p
 */
export const alohaThroughput = (clients: number, probability: number): number =>
  clients === 0 ? 0 : clients * probability * power(1 - probability, clients - 1);

/** Throughput of a great many rare senders, who offer G packets a slot together: S = G e^(−G), at most 1 / e. */
export const alohaThroughputOfCrowd = (offered: number): number => offered * Math.exp(-offered);

/**
 * Slotted random access with collisions: in each slot each client transmits with probability p over the whole bandwidth,
 * and is received if no other does.
 *
 *   airtime = p,   success = (1 − p)^(n − 1),   R = p (1 − p)^(n − 1) R(SNR, B)   [bit/s]
 *
 * Limits: slots so short that they don't show, each client always ready, no capture: a collision loses both.
 * Source: Roberts, ALOHA packet system with and without slots and capture, 1972; Abramson, The throughput of packet
 * broadcasting channels, IEEE Trans. Commun. 25 (1), 1977.
 */
export const slottedAloha = part(
  'access',
  'slotted-aloha',
  options,
  ({ bandwidth, probability }): Access => ({
    independent: false,
    grant(demands) {
      const airtime = probability ?? 1 / demands.length;
      const success = power(1 - airtime, demands.length - 1);
      return demands.map(() => ({ bandwidth, airtime, success }));
    },
  }),
);
