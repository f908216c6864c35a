import { z } from 'zod';
import type { Layout, Place } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

const options = z.strictObject({
  spacing: z.number().positive().max(1e6).default(500).describe('between neighbouring edge servers, m'),
});

/** Steps to the six neighbours of a site, in units of the spacing, going round. */
const DIRECTIONS: readonly Place[] = Array.from({ length: 6 }, (_, k) => ({
  x: Math.cos((k * Math.PI) / 3),
  y: Math.sin((k * Math.PI) / 3),
}));

/** Sites of a hexagonal grid, from its centre outwards, ring by ring: ring r has 6 r of them. */
function* spiral(): Generator<Place> {
  yield { x: 0, y: 0 };
  for (let ring = 1; ; ring += 1) {
    let site: Place = { x: ring, y: 0 };
    for (let side = 0; side < 6; side += 1) {
      const { x, y } = DIRECTIONS[(side + 2) % 6] as Place;
      for (let step = 0; step < ring; step += 1) {
        yield site;
        site = { x: site.x + x, y: site.y + y };
      }
    }
  }
}

/**
 * Edge servers on a hexagonal grid: the first in the middle, the others around it, ring by ring.
 *
 *   d   between neighbours [m];   a cell's hexagon has a circumradius of d / √3
 *
 * The default of 500 m is twice the default radius of a cell, so that the discs of clients touch.
 *
 * Limits: flat, without wrap-around: outer cells have fewer neighbours than inner ones.
 * Source: the grid of 3GPP TR 38.901, Table 7.2-1 (recalled), whose UMa sites are 500 m apart and UMi sites 200 m.
 */
export const hexagonal = part(
  'layout',
  'hexagonal',
  options,
  ({ spacing }): Layout =>
    (edgeServers) => {
      const sites = spiral();
      return Array.from({ length: edgeServers }, () => {
        const { x, y } = sites.next().value as Place;
        return { x: spacing * x, y: spacing * y };
      });
    },
);
