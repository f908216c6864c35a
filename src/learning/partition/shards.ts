import { z } from 'zod';
import { permutation } from '../../math/distributions.ts';
import { part } from '../../part.ts';
import type { Split } from '../contract.ts';
import { byClass, cut, requireEnough, toShard } from './deal.ts';

/**
 * Sorted shards: samples sorted by label are cut into clients × shardsPerClient shards, and each client is dealt
 * shardsPerClient of them at random. With 2 shards most clients know two classes.
 *
 * Source: McMahan et al., Communication-efficient learning of deep networks from decentralized data, 2017, §3.
 */
export const shards = part(
  'split',
  'shards',
  z.strictObject({ shardsPerClient: z.int().positive().default(2).describe('shards that each client gets') }),
  ({ shardsPerClient }): Split =>
    (samples, clients, draws) => {
      requireEnough(samples, clients, shardsPerClient);
      const sorted = byClass(samples).flat();
      const total = clients * shardsPerClient;
      const dealt = permutation(draws, total);
      const shard = (index: number) =>
        sorted.slice(cut(sorted.length, total, index), cut(sorted.length, total, index + 1));
      return Array.from({ length: clients }, (_, client) => {
        const own = dealt.subarray(client * shardsPerClient, (client + 1) * shardsPerClient);
        return toShard(Array.from(own, shard).flat());
      });
    },
);
