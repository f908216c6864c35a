import { z } from 'zod';
import { exponential } from '../../math/distributions.ts';
import { part } from '../../part.ts';
import type { LinkFailures } from '../contract.ts';

const span = z.number().positive().max(1e9);

/**
 * Links that fail and are repaired after exponential times, each link on its own.
 *
 *   up for T ~ Exp of mean MTBF, then down for T ~ Exp of mean MTTR, and so on;   P(up) → MTBF / (MTBF + MTTR)
 *
 * All links are up at the start. Sojourn k of a link is the draw at index k of its stream, whatever runs over it.
 *
 * Limits: links fail independently, both directions at once, whatever their load.
 * Source: the alternating renewal process of reliability theory; Trivedi, Probability and Statistics with Reliability,
 * Queuing and Computer Science Applications, 2nd ed., 2002, §6.7 (recalled).
 */
export const exponentialFailures = part(
  'failures',
  'exponential',
  z.strictObject({
    meanUp: span.default(600).describe('MTBF, mean time from a repair to the next failure, s'),
    meanDown: span.default(30).describe('MTTR, mean time from a failure to its repair, s'),
  }),
  ({ meanUp, meanDown }): LinkFailures => ({
    sojourn: (k, draws) => exponential(draws.at(k), k % 2 === 0 ? meanUp : meanDown),
  }),
);
