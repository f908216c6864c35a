import { z } from 'zod';
import { power } from '../math/power.ts';
import { part } from '../part.ts';
import type { ClockSpread } from './contract.ts';

/**
 * Device classes by what their arithmetic units can do at most: cores · clock · 32-bit multiply–accumulates per cycle.
 * Clocks, cores and widths are those of makers' data sheets, recalled; real programs reach a share of it (`efficiency`).
 */
export const deviceClasses = {
  /** One Arm Cortex-M7 at 216 MHz with one fused multiply–add per cycle: 0.216 · 10⁹ MAC/s. */
  microcontroller: 216e6,
  /** Raspberry Pi 4: four Cortex-A72 at 1.5 GHz, one 4-wide NEON multiply–add per cycle: 24 · 10⁹ MAC/s. */
  'single-board': 4 * 1.5e9 * 4,
  /** NVIDIA Jetson Nano: 128 CUDA cores at 921.6 MHz, one multiply–add each: 118 · 10⁹ MAC/s. */
  'gpu-module': 128 * 921.6e6,
  /** The 10 GFLOPS of the SD-FEEL papers (recalled), a MAC counted as one FLOP; given as reached, so efficiency is moot. */
  'sd-feel': 10e9,
} as const;

type DeviceClass = keyof typeof deviceClasses;
const names = Object.keys(deviceClasses) as [DeviceClass, ...DeviceClass[]];

/**
 * A mixture of device classes: each client is of a class with its share, by the client's own draw at index 0.
 *
 *   clock = efficiency · peak of the class   [MAC/s]
 *
 * Limits: what memory and software take away is one factor for all classes.
 */
export const classes = part(
  'clock',
  'classes',
  z.strictObject({
    shares: z
      .partialRecord(z.enum(names), z.number().min(0))
      .refine((all) => Object.values(all).some((share) => share > 0), 'expected a class with a share above 0')
      .default({ 'single-board': 0.7, 'gpu-module': 0.3 })
      .describe('share of clients by class: microcontroller, single-board, gpu-module, sd-feel'),
    efficiency: z.number().positive().max(1).default(0.3).describe('share of the peak that training reaches'),
  }),
  ({ shares, efficiency }): ClockSpread => {
    const present = names.filter((name) => (shares[name] ?? 0) > 0);
    const total = present.reduce((sum, name) => sum + (shares[name] ?? 0), 0);
    return {
      macsPerSecond(_client, draws) {
        let left = draws.at(0)() * total;
        const chosen = present.find((name) => {
          left -= shares[name] ?? 0;
          return left < 0;
        });
        return efficiency * deviceClasses[chosen ?? (present.at(-1) as DeviceClass)];
      },
    };
  },
);

/**
 * Clocks in geometric progression over clients: client i of n computes at c₀ rⁱ, the setting of coded federated learning.
 *
 *   c_i = c₀ rⁱ   [MAC/s],   i = 0 … n − 1
 *
 * Defaults: 3.072 · 10⁶ MAC/s and 0.8, as in CodedFedL (recalled); CFL had 1.536 · 10⁶ and 0.8 (recalled).
 *
 * Limits: by index; the papers put the powers in a random order.
 * Source: Dhakal et al., Coded federated learning, 2019; Prakash et al., IEEE J. Sel. Areas Commun. 39 (1), 2021.
 */
export const geometric = part(
  'clock',
  'geometric',
  z.strictObject({
    macsPerSecond: z.number().positive().default(3.072e6).describe('of the fastest client, multiply–accumulates/s'),
    ratio: z.number().gt(0).max(1).default(0.8).describe('clock of a client over that of the one before it'),
  }),
  ({ macsPerSecond, ratio }): ClockSpread => ({ macsPerSecond: ({ index }) => macsPerSecond * power(ratio, index) }),
);
