import { z } from 'zod';
import { permutation } from '../../math/distributions.ts';
import { part } from '../../part.ts';
import type { Split } from '../contract.ts';
import { cut, requireEnough, toShard } from './deal.ts';

/** Independent and identically distributed clients: a random order of all samples, cut into equal parts (± 1). */
export const iid = part(
  'split',
  'iid',
  z.strictObject({}),
  (): Split => (samples, clients, draws) => {
    requireEnough(samples, clients);
    const order = Array.from(permutation(draws, samples.count));
    return Array.from({ length: clients }, (_, client) =>
      toShard(order.slice(cut(samples.count, clients, client), cut(samples.count, clients, client + 1))),
    );
  },
);
