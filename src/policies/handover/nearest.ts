import { z } from 'zod';
import { part } from '../../part.ts';
import type { Handover } from './contract.ts';
import { timing } from './options.ts';

/**
 * A client belongs to the nearest edge server, by a margin: d_other < d_serving − hysteresis.
 *
 * Limits: by distance alone, whatever obstacles and shadowing do. Ties stay, else go to the lower index.
 */
export const nearest = part(
  'handover',
  'nearest',
  z.strictObject({
    ...timing,
    hysteresis: z.number().min(0).max(1e6).default(10).describe('by which another server must be nearer, m'),
  }),
  ({ period, timeToTrigger, hysteresis }): Handover => ({
    ...{ period, timeToTrigger },
    wanted({ serving, servers }) {
      const best = servers.reduce((least, each) => (each.distance < least.distance ? each : least), serving);
      return best.distance < serving.distance - hysteresis ? best : serving;
    },
  }),
);
