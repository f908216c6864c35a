import { z } from 'zod';
import type { Stream } from '../../src/math/streams.ts';
import type { Fading } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import type { Hertz, Seconds } from '../../src/units.ts';
import type { Coefficient } from './gauss-markov.ts';

const SPEED_OF_LIGHT = 299_792_458;
/** Blocks per 1 / f_D by default: the coefficient hardly turns within one. */
const BLOCKS_PER_CYCLE = 20;
/** Where a link's stream holds the draws of its paths. */
const PATHS_INDEX = 0;

const options = z.strictObject({
  speed: z.number().positive().max(1e4).default(0.833).describe('of the client, m/s; 0.833 is 3 km/h'),
  frequency: z.number().positive().max(1e12).default(3.5e9).describe('carrier; give the channel’s own, Hz'),
  paths: z.int().min(4).max(1024).default(32).describe('N, paths that add up to the coefficient'),
  coherence: z
    .number()
    .positive()
    .optional()
    .describe('length of a block, within which the gain stays, s; 1 / (20 f_D) by default'),
});

/** Largest Doppler shift f_D = v f / c. */
export const doppler = (speed: number, frequency: Hertz): Hertz => (speed * frequency) / SPEED_OF_LIGHT;

/** Doppler shifts [Hz] and phases [rad] of a link's paths, each shape [paths]. */
export interface Paths {
  readonly shifts: Float64Array;
  readonly phases: Float64Array;
}

/** Draws a link's paths: one direction of arrival in each of N equal sectors, and a phase each. */
export function drawPaths(link: Stream, count: number, dopplerShift: Hertz): Paths {
  const source = link.at(PATHS_INDEX);
  const shifts = new Float64Array(count);
  const phases = new Float64Array(count);
  for (let n = 0; n < count; n += 1) {
    shifts[n] = dopplerShift * Math.cos((2 * Math.PI * (n + source())) / count);
    phases[n] = 2 * Math.PI * source();
  }
  return { shifts, phases };
}

/** The coefficient h(t) of paths at an instant. */
export function coefficientAt({ shifts, phases }: Paths, at: Seconds): Coefficient {
  let [re, im] = [0, 0];
  for (let n = 0; n < shifts.length; n += 1) {
    const angle = 2 * Math.PI * shifts[n]! * at + phases[n]!;
    re += Math.cos(angle);
    im += Math.sin(angle);
  }
  const scale = 1 / Math.sqrt(shifts.length);
  return { re: re * scale, im: im * scale };
}

/**
 * Clarke's (Jakes') fading of a client that moves among scatterers all around it, as a sum of N sinusoids.
 *
 *   h(t) = 1/√N Σₙ e^(j (2π f_D cos αₙ t + φₙ)),   αₙ = 2π (n + uₙ) / N,   φₙ = 2π vₙ,   u, v ~ U[0, 1),   f_D = v f / c
 *   E[h(t) h*(t + τ)] = J₀(2π f_D τ) exactly,   E|h|² = 1,   Var|h|² = 1 − 1/N
 *   level-crossing rate of R = ρ R_rms:  √(2π) f_D ρ e^(−ρ²),   N large
 *
 * A block's gain is that at its start; a function of stream and block, since a link keeps its paths for ever.
 *
 * Limits: Rayleigh only as N grows, at 32 within 3 % of its variance; over time a link's own correlation scatters about
 * J₀ by 1/√N; flat over the bandwidth. `frequency` is the fading's own option and does not follow the channel's.
 * Source: Clarke, A statistical theory of mobile-radio reception, Bell Syst. Tech. J. 47, 1968; random sectors after
 * Zheng and Xiao, IEEE Commun. Lett. 6 (6), 2002 (recalled).
 */
export const clarke = part('fading', 'clarke', options, ({ speed, frequency, paths, coherence }): Fading => {
  const shift = doppler(speed, frequency);
  const blockLength = coherence ?? 1 / (BLOCKS_PER_CYCLE * shift);
  // A link's paths are drawn once and kept: they are the same whenever they are drawn.
  const drawn = new WeakMap<Stream, Paths>();
  return {
    coherence: blockLength,
    gain(link, block) {
      const own = drawn.get(link) ?? drawPaths(link, paths, shift);
      drawn.set(link, own);
      const { re, im } = coefficientAt(own, block * blockLength);
      return re * re + im * im;
    },
  };
});
