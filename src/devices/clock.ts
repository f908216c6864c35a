import { z } from 'zod';
import { part } from '../part.ts';
import type { ClockSpread } from './contract.ts';

/** Multiply–accumulates per second: the 10 GFLOPS recalled from the SD-FEEL papers, a MAC counted as one FLOP. */
const MACS_PER_SECOND = 10e9;

/** The same clock for every client. */
export const homogeneous = part(
  'clock',
  'homogeneous',
  z.strictObject({
    macsPerSecond: z.number().positive().default(MACS_PER_SECOND).describe('of every client, multiply–accumulates/s'),
  }),
  ({ macsPerSecond }): ClockSpread => ({ macsPerSecond: () => macsPerSecond }),
);

const options = z.strictObject({
  macsPerSecond: z
    .number()
    .positive()
    .default(MACS_PER_SECOND)
    .describe('of the fastest client, multiply–accumulates/s'),
  gap: z.number().min(1).default(4).describe('H, clock of the fastest client over that of the slowest'),
  placement: z
    .enum(['random', 'byCluster', 'alternating'])
    .default('random')
    .describe('who is slow: anyone, clusters one after the other, or every second cluster'),
});

type Client = Parameters<ClockSpread['macsPerSecond']>[0];

/** Where between fastest (0) and slowest (1) a client stands. */
const positions = {
  random(client: Client, draw: () => number): number {
    if (client.index === 0) return 0;
    return client.index === client.count - 1 ? 1 : draw();
  },
  byCluster: ({ cluster, clusters }: Client): number => (clusters > 1 ? cluster / (clusters - 1) : 0),
  alternating: ({ cluster }: Client): number => cluster % 2,
};

/**
 * Clocks that spread by a heterogeneity gap H: one local step takes tᵢ = t_fast · uᵢ.
 *
 *   random:       uᵢ ~ U[1, H], except u = 1 for the first client and u = H for the last, so that the gap is exact
 *   byCluster:    u grows linearly from 1 in the first cluster to H in the last
 *   alternating:  u = 1 in clusters 0, 2, 4, …, and H in clusters 1, 3, 5, …
 *
 * A client's draw is its stream's at index 0.
 *
 * Limits: a single client, or a single cluster outside `random`, runs at the fast clock.
 * Source: gap as in Sun et al., Semi-Decentralized Federated Edge Learning with Data and Device Heterogeneity, IEEE
 * TNSM 2023; how clocks spread for a gap is reconstructed.
 */
export const heterogeneous = part(
  'clock',
  'heterogeneous',
  options,
  ({ macsPerSecond, gap, placement }): ClockSpread => ({
    macsPerSecond(client, draws) {
      const position = positions[placement](client, () => draws.at(0)());
      return macsPerSecond / (1 + (gap - 1) * position);
    },
  }),
);
