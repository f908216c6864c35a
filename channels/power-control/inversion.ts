import { z } from 'zod';
import { smallest } from '../../src/math/extremes.ts';
import type { PowerControl } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import { align } from './align.ts';
import { reach } from './mean-squared-error.ts';

/**
 * Channel inversion: every client's symbol arrives with its weight, so the weakest weighted link sets the scale.
 *
 *   √η = min_k √(P_k g_k) / ω_k,   b_k = ω_k √η / √g_k ≤ √P_k,   MSE = σ² / η
 *
 * Limits: one deep fade drowns everyone in noise; channels are known where they are inverted.
 * Source: as the baseline of Cao et al., IEEE Trans. Wireless Commun. 19 (11), 2020; with weights, magnitude alignment as
 * in Sun et al., PO-FL, IEEE Trans. Wireless Commun. 23 (7), 2024 (reconstructed).
 */
export const inversion = part(
  'powerControl',
  'inversion',
  z.strictObject({}),
  (): PowerControl => ({
    control: (senders, noiseW) => align(senders, smallest(senders.map(reach)), noiseW),
  }),
);
