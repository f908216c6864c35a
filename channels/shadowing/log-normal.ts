import { z } from 'zod';
import { normal } from '../../src/math/distributions.ts';
import type { Shadowing } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

const options = z.strictObject({
  deviationDb: z.number().min(0).default(7.82).describe('standard deviation, dB'),
});

/**
 * Log-normal shadowing: X ~ N(0, σ²) in dB, drawn once for each link (its draw at index 0).
 *
 * Limits: links are independent, however near their clients are; it stays as it is for the whole run.
 * Source: Rappaport, Wireless Communications, 2nd ed., §4.9.2; default σ of 3GPP TR 38.901, Table 7.4.1-1, UMi NLOS.
 */
export const logNormal = part(
  'shadowing',
  'log-normal',
  options,
  ({ deviationDb }): Shadowing => ({
    shadowingDb: (link) => normal(link.at(0), 0, deviationDb),
  }),
);
