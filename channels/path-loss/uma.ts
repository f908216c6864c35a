import { z } from 'zod';
import { power, square } from '../../src/math/power.ts';
import type { Stream } from '../../src/math/streams.ts';
import type { LinkGeometry } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import type { Decibels, Metres } from '../../src/units.ts';
import { separation } from './separation.ts';
import { bySight, logGigahertz, STANDARD_SPEED_OF_LIGHT, sight } from './sight.ts';

/** The horizontal distance that the model starts at [m]. */
const DISTANCE_MIN = 10;
/** Up to here a link is always in line of sight [m], Table 7.4.2-1. */
const SIGHT_CERTAIN = 18;
const SIGHT_DECAY = 63;
/** Clients above this height can look over what surrounds them [m]. */
const HIGH_CLIENT = 13;
/** Environment heights start here and step by as much as this [m], Table 7.4.1-1 note 1. */
const ENVIRONMENT_FIRST = 12;
const ENVIRONMENT_STEP = 3;
/** Where a link's own stream holds the draws of its environment height. */
const ENVIRONMENT_INDEX = 1;

/** C' of Table 7.4.2-1: 0 up to 13 m, ((h_UT − 13) / 10)^1.5 above. */
const height = (clientHeight: Metres): number => power(Math.max(0, clientHeight - HIGH_CLIENT) / 10, 1.5);

/** (5 / 4) (d / 100)³ e^(−d / 150), what distance adds for high clients. */
const reach = (distance: Metres): number => 1.25 * power(distance / 100, 3) * Math.exp(-distance / 150);

/**
 * Probability that an urban macro link has line of sight.
 *
 *   P(d) = 1 for d ≤ 18 m,   (18 / d + e^(−d / 63) (1 − 18 / d)) (1 + C' (5 / 4) (d / 100)³ e^(−d / 150)) beyond
 *
 * @param distance     d, horizontal [m]; for an outdoor client
 * @param clientHeight h_UT [m]; C' = 0 up to 13 m, ((h_UT − 13) / 10)^1.5 above
 * Source: 3GPP TR 38.901, Table 7.4.2-1.
 */
export function umaSightProbability(distance: Metres, clientHeight: Metres): number {
  if (distance <= SIGHT_CERTAIN) return 1;
  const near = SIGHT_CERTAIN / distance;
  return (near + Math.exp(-distance / SIGHT_DECAY) * (1 - near)) * (1 + height(clientHeight) * reach(distance));
}

/**
 * Effective environment height h_E [m]: 1 m with probability 1 / (1 + C), else one of 12, 15, …, h_UT − 1.5 m.
 * A client up to 13 m high has C = 0, so 1 m.
 */
function environmentHeight({ distance, clientHeight }: LinkGeometry, link: Stream): Metres {
  const excess = distance <= SIGHT_CERTAIN ? 0 : height(clientHeight) * reach(distance);
  const source = link.at(ENVIRONMENT_INDEX);
  if (source() * (1 + excess) < 1) return 1;
  const steps = Math.floor((clientHeight - 1.5 - ENVIRONMENT_FIRST) / ENVIRONMENT_STEP) + 1;
  return ENVIRONMENT_FIRST + ENVIRONMENT_STEP * Math.floor(source() * Math.max(1, steps));
}

/** The line-of-sight loss PL1 up to the breakpoint, PL2 beyond. */
function clearDb(geometry: LinkGeometry, link: Stream): Decibels {
  const { serverHeight, clientHeight, frequency } = geometry;
  const environment = environmentHeight(geometry, link);
  const bend = (4 * (serverHeight - environment) * (clientHeight - environment) * frequency) / STANDARD_SPEED_OF_LIGHT;
  const carrier = 20 * logGigahertz(geometry);
  const logDistance = Math.log10(separation(geometry));
  if (geometry.distance <= bend) return 28 + 22 * logDistance + carrier;
  return 28 + 40 * logDistance + carrier - 9 * Math.log10(square(bend) + square(serverHeight - clientHeight));
}

/** The loss without line of sight: never below the one with it. */
function blockedDb(geometry: LinkGeometry, link: Stream): Decibels {
  const low = 0.6 * (geometry.clientHeight - 1.5);
  const blocked = 13.54 + 39.08 * Math.log10(separation(geometry)) + 20 * logGigahertz(geometry) - low;
  return Math.max(clearDb(geometry, link), blocked);
}

/**
 * 3GPP urban macro cell (UMa), outdoor client. f in GHz, d₃D between the antennas [m]:
 *
 *   PL1 = 28 + 22 log₁₀ d₃D + 20 log₁₀ f                                            10 m ≤ d₂D ≤ d'_BP
 *   PL2 = 28 + 40 log₁₀ d₃D + 20 log₁₀ f − 9 log₁₀(d'_BP² + (h_BS − h_UT)²)         d'_BP ≤ d₂D ≤ 5 km
 *   NLOS = max(LOS, 13.54 + 39.08 log₁₀ d₃D + 20 log₁₀ f − 0.6 (h_UT − 1.5))   [dB]
 *   d'_BP = 4 (h_BS − h_E) (h_UT − h_E) f / c,   f in Hz here
 *
 * With `mixed` sight, the link's own draw at index 0 decides once whether it has line of sight; its draws at index 1
 * are the environment height h_E of a client above 13 m.
 *
 * Limits: stated for 0.5–100 GHz, 10 m to 5 km, h_BS = 25 m (the radio's default of 10 m is a micro cell's: set
 * `serverHeight`), 1.5 m ≤ h_UT ≤ 22.5 m; closer than 10 m it is the loss at 10 m. Line of sight is independent between
 * links. Shadowing is apart: the standard pairs a deviation of 4 dB with LOS, 6 dB with NLOS, and decorrelation over
 * 37 m and 50 m.
 * Source: 3GPP TR 38.901, Tables 7.4.1-1, 7.4.2-1 and 7.5-6.
 */
export const uma = part('pathLoss', 'uma', z.strictObject({ sight }), (options) =>
  bySight(options.sight, {
    distanceMin: DISTANCE_MIN,
    probability: ({ distance, clientHeight }) => umaSightProbability(distance, clientHeight),
    clearDb,
    blockedDb,
  }),
);
