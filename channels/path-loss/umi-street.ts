import { z } from 'zod';
import { square } from '../../src/math/power.ts';
import type { LinkGeometry } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import type { Decibels, Metres } from '../../src/units.ts';
import { separation } from './separation.ts';
import { bySight, logGigahertz, STANDARD_SPEED_OF_LIGHT, sight } from './sight.ts';

/** Effective environment height h_E of the street canyon [m], Table 7.4.1-1 note 1. */
const ENVIRONMENT_HEIGHT = 1;
/** The horizontal distance that the model starts at [m]. */
const DISTANCE_MIN = 10;
/** Up to here a link is always in line of sight [m], Table 7.4.2-1. */
const SIGHT_CERTAIN = 18;
const SIGHT_DECAY = 36;

/**
 * Probability that a street-canyon link has line of sight.
 *
 *   P(d) = 1 for d ≤ 18 m,   18 / d + e^(−d / 36) (1 − 18 / d) beyond
 *
 * @param distance d, horizontal [m]; for an outdoor client
 * Source: 3GPP TR 38.901, Table 7.4.2-1.
 */
export function sightProbability(distance: Metres): number {
  if (distance <= SIGHT_CERTAIN) return 1;
  const near = SIGHT_CERTAIN / distance;
  return near + Math.exp(-distance / SIGHT_DECAY) * (1 - near);
}

/** Breakpoint distance d'_BP = 4 (h_BS − h_E) (h_UT − h_E) f / c [m]. */
export const breakpoint = ({ serverHeight, clientHeight, frequency }: LinkGeometry): Metres =>
  (4 * (serverHeight - ENVIRONMENT_HEIGHT) * (clientHeight - ENVIRONMENT_HEIGHT) * frequency) / STANDARD_SPEED_OF_LIGHT;

/** The line-of-sight loss PL1 up to the breakpoint, PL2 beyond. */
function clearDb(geometry: LinkGeometry): Decibels {
  const carrier = 20 * logGigahertz(geometry);
  const logDistance = Math.log10(separation(geometry));
  const bend = breakpoint(geometry);
  if (geometry.distance <= bend) return 32.4 + 21 * logDistance + carrier;
  const drop = geometry.serverHeight - geometry.clientHeight;
  return 32.4 + 40 * logDistance + carrier - 9.5 * Math.log10(square(bend) + square(drop));
}

/** The loss without line of sight: never below the one with it. */
function blockedDb(geometry: LinkGeometry): Decibels {
  const carrier = 21.3 * logGigahertz(geometry);
  const blocked = 22.4 + 35.3 * Math.log10(separation(geometry)) + carrier - 0.3 * (geometry.clientHeight - 1.5);
  return Math.max(clearDb(geometry), blocked);
}

/**
 * 3GPP urban micro cell, street canyon (UMi-Street-Canyon), outdoor client. f in GHz, d₃D between the antennas [m]:
 *
 *   PL1 = 32.4 + 21 log₁₀ d₃D + 20 log₁₀ f                                            10 m ≤ d₂D ≤ d'_BP
 *   PL2 = 32.4 + 40 log₁₀ d₃D + 20 log₁₀ f − 9.5 log₁₀(d'_BP² + (h_BS − h_UT)²)       d'_BP ≤ d₂D ≤ 5 km
 *   NLOS = max(LOS, 22.4 + 35.3 log₁₀ d₃D + 21.3 log₁₀ f − 0.3 (h_UT − 1.5))   [dB]
 *
 * With `mixed` sight, the link's own draw at index 0 decides once whether it has line of sight.
 *
 * Limits: stated for 0.5–100 GHz, 10 m to 5 km, h_BS = 10 m, 1.5 m ≤ h_UT ≤ 22.5 m; closer than 10 m it is the loss
 * at 10 m. Line of sight is independent between links. Shadowing is apart: the standard pairs a deviation of 4 dB with
 * LOS, 7.82 dB with NLOS, and decorrelation over 10 m and 13 m.
 * Source: 3GPP TR 38.901, Tables 7.4.1-1, 7.4.2-1 and 7.5-6.
 */
export const umiStreet = part('pathLoss', 'umi-street', z.strictObject({ sight }), (options) =>
  bySight(options.sight, {
    distanceMin: DISTANCE_MIN,
    probability: ({ distance }) => sightProbability(distance),
    clearDb,
    blockedDb,
  }),
);
