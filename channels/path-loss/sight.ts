import { z } from 'zod';
import type { Stream } from '../../src/math/streams.ts';
import type { LinkGeometry, PathLoss } from '../../src/network/contract.ts';
import type { Decibels, Metres } from '../../src/units.ts';

/** The standard's speed of light [m/s], TR 38.901 Table 7.4.1-1 note 1; kept so that its breakpoints come out. */
export const STANDARD_SPEED_OF_LIGHT = 3e8;
const HERTZ_PER_GIGAHERTZ = 1e9;
/** Where a link's own stream holds the draw of its line of sight. */
const SIGHT_INDEX = 0;

/** The option that all models with two branches share. */
export const sight = z
  .enum(['los', 'nlos', 'mixed'])
  .default('mixed')
  .describe('line of sight: always, never, or drawn once for each link');

/** log₁₀ of the carrier in GHz, as the standard's formulas take it. */
export const logGigahertz = ({ frequency }: LinkGeometry): number => Math.log10(frequency / HERTZ_PER_GIGAHERTZ);

/** A model with a branch for links that have line of sight and one for those that don't. */
export interface Branches {
  /** Horizontal distance below which the loss stays as it is there [m]. */
  readonly distanceMin: Metres;
  /** Probability of line of sight at the link's true horizontal distance. */
  probability(geometry: LinkGeometry): number;
  clearDb(geometry: LinkGeometry, link: Stream): Decibels;
  blockedDb(geometry: LinkGeometry, link: Stream): Decibels;
}

/** The branch that a link's line of sight leads to: always one of them, or by the link's own draw at index 0. */
export function bySight(
  wanted: z.output<typeof sight>,
  { distanceMin, probability, clearDb, blockedDb }: Branches,
): PathLoss {
  const certain = { los: 1, nlos: 0, mixed: undefined }[wanted];
  const sightProbability = (geometry: LinkGeometry): number => certain ?? probability(geometry);
  const hasSight = (geometry: LinkGeometry, link: Stream): boolean =>
    link.at(SIGHT_INDEX)() < sightProbability(geometry);
  return {
    sightProbability,
    hasSight,
    lossDb(geometry, link) {
      const modelled = { ...geometry, distance: Math.max(distanceMin, geometry.distance) };
      return hasSight(geometry, link) ? clearDb(modelled, link) : blockedDb(modelled, link);
    },
  };
}
