import { z } from 'zod';
import { dirichlet as drawProportions } from '../../math/distributions.ts';
import type { Source } from '../../math/streams.ts';
import { part } from '../../part.ts';
import type { Samples, Split } from '../contract.ts';
import { byClass, impossibleSplit, requireEnough, shuffle, toShard } from './deal.ts';

/** Attempts before a split counts as impossible; with the usual α ≥ 0.1 and a minimum of 10 a handful do. */
const MOST_ATTEMPTS = 200;

/** Proportions among the clients that still have room; equal ones where every proportion falls on full clients. */
function withRoom(proportions: readonly number[], own: readonly number[][], fill: number): number[] {
  const open = proportions.map((share, client) => (own[client]!.length < fill ? share : 0));
  const total = open.reduce((sum, share) => sum + share, 0);
  if (total > 0) return open.map((share) => share / total);
  const free = own.map((each) => (each.length < fill ? 1 : 0));
  const count = free.reduce((sum: number, each) => sum + each, 0);
  return free.map((each) => each / Math.max(count, 1));
}

/** Cuts a list at the running sums of proportions; the last positive proportion takes what rounding leaves. */
function dealBy(members: readonly number[], proportions: readonly number[], own: number[][]): void {
  const last = proportions.findLastIndex((share) => share > 0);
  let from = 0;
  let sum = 0;
  for (const [client, share] of proportions.entries()) {
    if (share === 0) continue;
    sum += share;
    const to = client === last ? members.length : Math.min(members.length, Math.floor(sum * members.length));
    for (let at = from; at < to; at += 1) own[client]!.push(members[at]!);
    from = Math.max(from, to);
  }
}

function attempt(samples: Samples, members: readonly number[][], alphas: readonly number[], draws: Source): number[][] {
  const own = alphas.map((): number[] => []);
  const fill = samples.count / alphas.length;
  for (const each of members) dealBy(shuffle(each, draws), withRoom(drawProportions(draws, alphas), own, fill), own);
  return own;
}

/**
 * Label skew by Dirichlet proportions: for each class the shares of the clients are p ~ Dir(α 1). A client that already
 * has count / clients samples gets no more; the rest of p is renormalised. Drawn again until every client has
 * `minimum`. Small α: few classes per client; large α: close to iid.
 *
 * Limits: with α far below 0.1 and many clients the minimum may be out of reach; after 200 attempts that is an error.
 * Source: Hsu, Qi and Brown, 2019, for the proportions; the public code behind the SD-FEEL experiments for the rest.
 */
export const dirichlet = part(
  'split',
  'dirichlet',
  z.strictObject({
    alpha: z.number().positive().default(0.5).describe('concentration α, > 0'),
    minimum: z.int().positive().default(10).describe('least samples of a client'),
  }),
  ({ alpha, minimum }): Split =>
    (samples, clients, draws) => {
      requireEnough(samples, clients, minimum);
      const members = byClass(samples);
      const alphas = new Array<number>(clients).fill(alpha);
      for (let count = 0; count < MOST_ATTEMPTS; count += 1) {
        const own = attempt(samples, members, alphas, draws);
        if (own.every((each) => each.length >= minimum)) return own.map(toShard);
      }
      const what = `no Dirichlet(${alpha}) draw of ${MOST_ATTEMPTS} left each client ${minimum} samples`;
      throw impossibleSplit(what, 'raise alpha, lower minimum, or use fewer clients');
    },
);
