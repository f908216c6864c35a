import { z } from 'zod';
import { power, square } from '../../src/math/power.ts';
import type { LinkGeometry } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import type { Decibels, Metres } from '../../src/units.ts';
import { separation } from './separation.ts';
import { bySight, logGigahertz, STANDARD_SPEED_OF_LIGHT, sight } from './sight.ts';

/** The horizontal distance that the model starts at [m]; up to here a link is always in line of sight. */
const DISTANCE_MIN = 10;
const SIGHT_DECAY = 1000;

const options = z.strictObject({
  sight,
  buildingHeight: z.number().min(5).max(50).default(5).describe('h, mean height of buildings, m'),
  streetWidth: z.number().min(5).max(50).default(20).describe('W, mean width of streets, m'),
});

type Countryside = Pick<z.output<typeof options>, 'buildingHeight' | 'streetWidth'>;

/**
 * Probability that a rural macro link has line of sight.
 *
 *   P(d) = 1 for d ≤ 10 m,   e^(−(d − 10) / 1000) beyond
 *
 * @param distance d, horizontal [m]; for an outdoor client
 * Source: 3GPP TR 38.901, Table 7.4.2-1.
 */
export const rmaSightProbability = (distance: Metres): number =>
  distance <= DISTANCE_MIN ? 1 : Math.exp(-(distance - DISTANCE_MIN) / SIGHT_DECAY);

/** PL1 at a distance through the air. */
function nearDb(distance: Metres, geometry: LinkGeometry, { buildingHeight }: Countryside): Decibels {
  const clutter = power(buildingHeight, 1.72);
  const free = 20 * Math.log10((40 * Math.PI * distance) / 3) + 20 * logGigahertz(geometry);
  const slope = Math.min(0.03 * clutter, 10) * Math.log10(distance) - Math.min(0.044 * clutter, 14.77);
  return free + slope + 0.002 * Math.log10(buildingHeight) * distance;
}

/** The line-of-sight loss PL1 up to the breakpoint, PL2 beyond. */
function clearDb(geometry: LinkGeometry, countryside: Countryside): Decibels {
  const { distance, serverHeight, clientHeight, frequency } = geometry;
  const bend = (2 * Math.PI * serverHeight * clientHeight * frequency) / STANDARD_SPEED_OF_LIGHT;
  const apart = separation(geometry);
  if (distance <= bend) return nearDb(apart, geometry, countryside);
  return nearDb(bend, geometry, countryside) + 40 * Math.log10(apart / bend);
}

/** The loss without line of sight: never below the one with it. */
function blockedDb(geometry: LinkGeometry, countryside: Countryside): Decibels {
  const { serverHeight, clientHeight } = geometry;
  const { buildingHeight, streetWidth } = countryside;
  const base = 161.04 - 7.1 * Math.log10(streetWidth) + 7.5 * Math.log10(buildingHeight);
  const server = (24.37 - 3.7 * square(buildingHeight / serverHeight)) * Math.log10(serverHeight);
  const slope = (43.42 - 3.1 * Math.log10(serverHeight)) * (Math.log10(separation(geometry)) - 3);
  const client = 3.2 * square(Math.log10(11.75 * clientHeight)) - 4.97;
  return Math.max(clearDb(geometry, countryside), base - server + slope + 20 * logGigahertz(geometry) - client);
}

/**
 * 3GPP rural macro cell (RMa), outdoor client. f in GHz, d₃D between the antennas [m], h building height, W street
 * width:
 *
 *   PL1(d) = 20 log₁₀(40π d f / 3) + min(0.03 h^1.72, 10) log₁₀ d − min(0.044 h^1.72, 14.77) + 0.002 d log₁₀ h
 *   LOS = PL1(d₃D)                                   10 m ≤ d₂D ≤ d_BP = 2π h_BS h_UT f / c,   f in Hz here
 *   LOS = PL1(d_BP) + 40 log₁₀(d₃D / d_BP)           d_BP ≤ d₂D ≤ 10 km
 *   NLOS = max(LOS, 161.04 − 7.1 log₁₀ W + 7.5 log₁₀ h − (24.37 − 3.7 (h / h_BS)²) log₁₀ h_BS
 *              + (43.42 − 3.1 log₁₀ h_BS) (log₁₀ d₃D − 3) + 20 log₁₀ f − (3.2 log₁₀²(11.75 h_UT) − 4.97))   [dB]
 *
 * With `mixed` sight, the link's own draw at index 0 decides once whether it has line of sight.
 *
 * Limits: stated for 0.5–30 GHz, 10 m to 10 km (5 km without line of sight), h_BS = 35 m in 10–150 m (the radio's
 * default of 10 m is a micro cell's: set `serverHeight`), 1 m ≤ h_UT ≤ 10 m; closer than 10 m it is the loss at 10 m.
 * Line of sight is independent between links. Shadowing is apart: the standard pairs a deviation of 4 dB with LOS (6 dB
 * beyond the breakpoint), 8 dB with NLOS, and decorrelation over 37 m and 120 m.
 * Source: 3GPP TR 38.901, Tables 7.4.1-1, 7.4.2-1 and 7.5-6.
 */
export const rma = part('pathLoss', 'rma', options, ({ sight: wanted, ...countryside }) =>
  bySight(wanted, {
    distanceMin: DISTANCE_MIN,
    probability: ({ distance }) => rmaSightProbability(distance),
    clearDb: (geometry) => clearDb(geometry, countryside),
    blockedDb: (geometry) => blockedDb(geometry, countryside),
  }),
);
