import { z } from 'zod';
import type { LinkGeometry } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import type { Decibels, Metres } from '../../src/units.ts';
import { separation } from './separation.ts';
import { bySight, logGigahertz, sight } from './sight.ts';

/** The distance through the air that the model starts at [m]. */
const DISTANCE_MIN = 1;

const options = z.strictObject({
  sight,
  office: z.enum(['mixed', 'open']).default('mixed').describe('rooms and corridors, or an open plan'),
});

/**
 * Probability that a link inside an office has line of sight.
 *
 *   mixed:  1 for d ≤ 1.2 m,   e^(−(d − 1.2) / 4.7) for d < 6.5 m,   0.32 e^(−(d − 6.5) / 32.6) beyond
 *   open:   1 for d ≤ 5 m,     e^(−(d − 5) / 70.8) for d ≤ 49 m,     0.54 e^(−(d − 49) / 211.7) beyond
 *
 * @param distance d, horizontal [m]
 * Source: 3GPP TR 38.901, Table 7.4.2-1.
 */
export function officeSightProbability(distance: Metres, office: 'mixed' | 'open'): number {
  if (office === 'open') {
    if (distance <= 5) return 1;
    return distance <= 49 ? Math.exp(-(distance - 5) / 70.8) : 0.54 * Math.exp(-(distance - 49) / 211.7);
  }
  if (distance <= 1.2) return 1;
  return distance < 6.5 ? Math.exp(-(distance - 1.2) / 4.7) : 0.32 * Math.exp(-(distance - 6.5) / 32.6);
}

const logSeparation = (geometry: LinkGeometry): number => Math.log10(Math.max(DISTANCE_MIN, separation(geometry)));

const clearDb = (geometry: LinkGeometry): Decibels =>
  32.4 + 17.3 * logSeparation(geometry) + 20 * logGigahertz(geometry);

/** The loss without line of sight: never below the one with it. */
const blockedDb = (geometry: LinkGeometry): Decibels =>
  Math.max(clearDb(geometry), 17.3 + 38.3 * logSeparation(geometry) + 24.9 * logGigahertz(geometry));

/**
 * 3GPP indoor hotspot, office (InH-Office). f in GHz, d₃D between the antennas [m]:
 *
 *   LOS = 32.4 + 17.3 log₁₀ d₃D + 20 log₁₀ f                          1 m ≤ d₃D ≤ 150 m
 *   NLOS = max(LOS, 17.3 + 38.3 log₁₀ d₃D + 24.9 log₁₀ f)   [dB]
 *
 * With `mixed` sight, the link's own draw at index 0 decides once whether it has line of sight.
 *
 * Limits: stated for 0.5–100 GHz and antennas below the ceiling, h_BS = 3 m and h_UT = 1 m in the standard's layout (set
 * `serverHeight`, `clientHeight` and `cellRadius`); closer than 1 m it is the loss at 1 m. Line of sight is independent
 * between links. Shadowing is apart: the standard pairs a deviation of 3 dB with LOS, 8.03 dB with NLOS, and
 * decorrelation over 10 m and 6 m.
 * Source: 3GPP TR 38.901, Tables 7.4.1-1, 7.4.2-1 and 7.5-6.
 */
export const inhOffice = part('pathLoss', 'inh-office', options, ({ sight: wanted, office }) =>
  bySight(wanted, {
    distanceMin: 0,
    probability: ({ distance }) => officeSightProbability(distance, office),
    clearDb,
    blockedDb,
  }),
);
