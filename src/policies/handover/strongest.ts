import { z } from 'zod';
import { part } from '../../part.ts';
import type { Handover } from './contract.ts';
import { timing } from './options.ts';

/**
 * A client belongs to the edge server that it hears best, by a margin and for a while: 3GPP's event A3.
 *
 *   SNR_other > SNR_serving + hysteresis   [dB]   at every measurement of a time to trigger
 *
 * Limits: what is measured is the mean over fading, as if filtered long enough, without error; one offset for all cells.
 * Source: 3GPP TS 38.331, §5.5.4.4 (event A3; the default of 3 dB is recalled).
 */
export const strongest = part(
  'handover',
  'strongest',
  z.strictObject({
    ...timing,
    hysteresisDb: z.number().min(0).max(100).default(3).describe('by which another server must be stronger, dB'),
  }),
  ({ period, timeToTrigger, hysteresisDb }): Handover => ({
    ...{ period, timeToTrigger },
    wanted({ serving, servers }) {
      const best = servers.reduce((most, each) => (each.snrDb > most.snrDb ? each : most), serving);
      return best.snrDb > serving.snrDb + hysteresisDb ? best : serving;
    },
  }),
);
