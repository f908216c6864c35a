import { z } from 'zod';
import type { Source } from '../../math/streams.ts';
import { part } from '../../part.ts';
import type { Samples, Split } from '../contract.ts';
import { byClass, cut, impossibleSplit, requireEnough, shuffle, toShard } from './deal.ts';

const firstClass = (client: number, classes: number): number => client % classes;

/** Clients that hold each class: client i holds class i mod `total` and `perClient` − 1 others, drawn uniformly. */
function drawHolders(clients: number, total: number, perClient: number, draws: Source): number[][] {
  const holders = Array.from({ length: total }, (): number[] => []);
  const classes = Array.from({ length: total }, (_, each) => each);
  for (let client = 0; client < clients; client += 1) {
    const primary = firstClass(client, total);
    const others = shuffle(
      classes.filter((each) => each !== primary),
      draws,
    ).slice(0, perClient - 1);
    for (const each of [primary, ...others]) holders[each]!.push(client);
  }
  return holders;
}

/**
 * k classes per client: client i gets class i mod C and k − 1 uniformly drawn different ones; the samples of each class
 * are shuffled and split evenly among the clients that hold it, each keeping at most `samplesPerClass` of them. Samples
 * of a class that nobody holds are left out. Class i mod C is the client's first, by which clusters can be sorted.
 *
 * Source: the two-labels recipe of the public code behind the SD-FEEL experiments (k = 2).
 */
export const classesPerClient = part(
  'split',
  'classes-per-client',
  z.strictObject({
    classes: z.int().positive().default(2).describe('k, classes of each client'),
    samplesPerClass: z
      .int()
      .positive()
      .optional()
      .describe('most samples of one class at one client; no limit by default'),
  }),
  ({ classes, samplesPerClass = Number.POSITIVE_INFINITY }): Split => {
    const split: Split = (samples, clients, draws) => deal({ samples, clients, draws, classes, samplesPerClass });
    return Object.assign(split, { primaryClass: firstClass });
  },
);

interface Deal {
  readonly samples: Samples;
  readonly clients: number;
  readonly draws: Source;
  readonly classes: number;
  readonly samplesPerClass: number;
}

function deal({ samples, clients, draws, classes: perClient, samplesPerClass }: Deal): Uint32Array[] {
  requireEnough(samples, clients);
  if (perClient > samples.classes) {
    const what = `${perClient} classes per client of ${samples.classes}`;
    throw impossibleSplit(what, `pass at most ${samples.classes}`);
  }
  const holders = drawHolders(clients, samples.classes, perClient, draws);
  const own = Array.from({ length: clients }, (): number[] => []);
  for (const [label, members] of byClass(samples).entries()) {
    const holding = holders[label]!;
    if (members.length < holding.length) {
      const what = `${members.length} samples of class ${label} for its ${holding.length} holders`;
      throw impossibleSplit(what, 'use fewer clients, fewer classes per client, or more training samples');
    }
    const order = shuffle(members, draws);
    for (const [place, client] of holding.entries()) {
      const from = cut(order.length, holding.length, place);
      const to = Math.min(cut(order.length, holding.length, place + 1), from + samplesPerClass);
      for (const sample of order.slice(from, to)) own[client]!.push(sample);
    }
  }
  return own.map(toShard);
}
