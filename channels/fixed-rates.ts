import { z } from 'zod';
import { permutation } from '../src/math/distributions.ts';
import { power } from '../src/math/power.ts';
import type { Erasure, FixedChannel, Loss } from '../src/network/contract.ts';
import { part, preset, realise, slot } from '../src/part.ts';
import { Mbps, wattsToDbm } from '../src/units.ts';
import { noErasure } from './erasure/none.ts';
import { noLoss } from './loss/none.ts';

const isModel = (value: unknown): boolean => typeof value === 'object' && value !== null;
const rate = z.number().positive().max(1e15);

/**
 * b log₂(1 + p g / σ²) with b = 1 MHz, p = 0.5 W, g = 1e−8, σ² = 1e−10 W: 5.672 Mbit/s. Constants recalled from
 * HierFAVG with high confidence.
 */
const HIER_LIKE_UPLINK = 1e6 * Math.log2(1 + (0.5 * 1e-8) / 1e-10);
/** HierFAVG's convention: the cloud is ten times as far as the edge. */
const CLOUD_FACTOR = 10;

/**
 * Access links of given rates that don't contend: the latency formulas of the SD-FEEL papers. With a ratio k below 1 both
 * rates of the j-th client of a random order are k^j of what is given, as in coded federated learning.
 *
 * Source: of the ratio, Prakash et al., IEEE J. Sel. Areas Commun. 39 (1), 2021: 216 kbit/s and 0.95 (recalled).
 */
export const fixedRates = part(
  'channel',
  'fixed-rates',
  z.strictObject({
    uplink: rate.default(HIER_LIKE_UPLINK).describe('client to edge server, bit/s'),
    clientToCloud: z
      .union([rate, z.literal('relay')])
      .default(HIER_LIKE_UPLINK / CLOUD_FACTOR)
      .describe('client to central server, bit/s; relay: through its edge server'),
    ratio: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe('rates of a client over those of the next faster one; who is how fast is drawn'),
    clientPower: z.number().min(-100).max(100).default(wattsToDbm(0.5)).describe('transmit power of a client, dBm'),
    erasure: slot<Erasure>('erasure', isModel).default(() => noErasure()),
    loss: slot<Loss>('loss', isModel).default(() => noLoss()),
  }),
  (options): FixedChannel => ({
    type: 'fixed',
    uplink: options.uplink,
    clientToCloud: options.clientToCloud,
    clientPower: options.clientPower,
    spread: spreadBy(options.ratio),
    erasure: realise(options.erasure),
    loss: realise(options.loss),
  }),
);

const spreadBy = (ratio: number): FixedChannel['spread'] =>
  ratio === 1 ? undefined : (clients, draws) => Array.from(permutation(draws, clients), (j) => power(ratio, j));

const wire = (bitsPerSecond: number) => ({ rate: bitsPerSecond, latency: 0, shared: false });

/**
 * The `hier-like` preset: 5.672 Mbit/s up, 50 Mbit/s between edge servers, and both ways to the cloud ten times as long
 * as an upload to the edge. Rates between edge servers are recalled with low confidence.
 */
export const hierLike = preset('links', 'hier-like', () => ({
  channel: fixedRates(),
  backhaul: { edge: wire(Mbps(50)), cloud: wire(HIER_LIKE_UPLINK / CLOUD_FACTOR) },
}));

/** The `relay-5-50-5` preset: 5 Mbit/s up, 50 between edge servers, 5 to the cloud, reached through the edge server. */
export const relay = preset('links', 'relay', () => ({
  channel: fixedRates({ uplink: Mbps(5), clientToCloud: 'relay' }),
  backhaul: { edge: wire(Mbps(50)), cloud: wire(Mbps(5)) },
}));
