import { z } from 'zod';
import { normal } from '../../src/math/distributions.ts';
import type { Shadowing } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import { deviationOf, deviations } from './deviation.ts';

/**
 * Log-normal shadowing: X ~ N(0, σ²) in dB, drawn once for each link (its draw at index 0), with one σ for links that
 * have line of sight and one for those that don't.
 *
 *   σ of 3GPP TR 38.901, with and without line of sight: UMi 4 and 7.82 dB, UMa 4 and 6, RMa 4 and 8, InH-Office 3 and 8.03
 *
 * Limits: links are independent, however near their clients are (see `correlated`); it stays as it is for the whole run.
 * Source: Rappaport, Wireless Communications, 2nd ed., §4.9.2; default σ of 3GPP TR 38.901, Table 7.4.1-1, UMi NLOS.
 */
export const logNormal = part(
  'shadowing',
  'log-normal',
  z.strictObject(deviations),
  (options): Shadowing => ({
    shadowingDb: (link, view) => normal(link.at(0), 0, deviationOf(options, view)),
  }),
);
