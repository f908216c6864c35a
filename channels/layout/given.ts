import { z } from 'zod';
import { ScenarioError } from '../../src/errors.ts';
import type { Layout } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

const coordinate = z.number().min(-1e7).max(1e7);

/** Edge servers where they are said to stand, one place each. */
export const givenPlaces = part(
  'layout',
  'given-places',
  z.strictObject({
    places: z
      .array(z.tuple([coordinate, coordinate]))
      .min(1)
      .default([[0, 0]])
      .describe('of each edge server in order, [x, y], m'),
  }),
  ({ places }): Layout =>
    (edgeServers) => {
      if (places.length >= edgeServers) return places.slice(0, edgeServers).map(([x, y]) => ({ x, y }));
      throw new ScenarioError({
        what: `invalid layout: ${places.length} places for ${edgeServers} edge servers`,
        where: 'channel.layout',
        remedy: 'give each edge server a place',
        code: 'TOPOLOGY_INVALID',
      });
    },
);
