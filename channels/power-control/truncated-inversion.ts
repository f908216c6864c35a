import { z } from 'zod';
import { largest, smallest } from '../../src/math/extremes.ts';
import type { AirControl, AirSender, PowerControl } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import type { Watts } from '../../src/units.ts';
import { align } from './align.ts';
import { reach } from './mean-squared-error.ts';

const options = z.strictObject({
  threshold: z
    .number()
    .min(0)
    .optional()
    .describe('channel gain |h|², linear, below which a client stays silent; the one of least error by default'),
});

/**
 * Truncated channel inversion: clients in a deep fade stay silent, all others arrive with their weights.
 *
 *   K = {k : g_k ≥ g_th},   √η = min_{k ∈ K} √(P_k g_k) / ω_k,   MSE = Σ_{k ∉ K} ω_k² + σ² / η
 *
 * Without a threshold it is the one, among the clients' own gains, of least error. Where no client reaches a given
 * threshold, the strongest transmits alone.
 *
 * Limits: what silent clients would have sent is missing from the sum; power is limited per symbol, not on average.
 * Source: Zhu, Wang and Huang, Broadband analog aggregation for low-latency federated edge learning, IEEE Trans.
 * Wireless Commun. 19 (1), 2020, there under an average power; the limit per symbol is ours.
 */
export const truncatedInversion = part(
  'powerControl',
  'truncated-inversion',
  options,
  ({ threshold }): PowerControl => ({
    control(senders, noiseW) {
      const strongest = largest(senders.map(({ gain }) => gain));
      if (threshold !== undefined) return truncated(senders, noiseW, Math.min(threshold, strongest));
      const all = [...new Set(senders.map(({ gain }) => gain))].map((each) => truncated(senders, noiseW, each));
      return all.reduce((best, each) => (each.meanSquaredError < best.meanSquaredError ? each : best));
    },
  }),
);

function truncated(senders: readonly AirSender[], noiseW: Watts, threshold: number): AirControl {
  const isHeard = ({ gain }: AirSender): boolean => gain >= threshold;
  return align(senders, smallest(senders.filter(isHeard).map(reach)), noiseW, isHeard);
}
