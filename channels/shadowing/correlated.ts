import { z } from 'zod';
import { square } from '../../src/math/power.ts';
import type { Stream } from '../../src/math/streams.ts';
import type { Place, Shadowing } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import type { Metres } from '../../src/units.ts';
import { deviationOf, deviations } from './deviation.ts';

const NOWHERE: Place = { x: 0, y: 0 };
/** Where a stream holds the draws of its field. */
const FIELD_INDEX = 0;

const options = z.strictObject({
  ...deviations,
  decorrelation: z
    .number()
    .positive()
    .max(1e6)
    .default(13)
    .describe('distance over which the correlation falls to 1/e, m'),
  waves: z.int().min(10).max(10_000).default(200).describe('N, plane waves that add up to the field'),
});

/** Plane waves of a random field: wave vectors [rad/m] and phases [rad], each shape [waves]. */
export interface Field {
  readonly kx: Float64Array;
  readonly ky: Float64Array;
  readonly phases: Float64Array;
}

/**
 * Draws a field over the plane whose correlation is e^(−d / D): wave numbers from its spectrum, directions and phases at
 * random.
 *
 *   P(K < k) = 1 − 1 / √(1 + (k D)²), whose n-th of N equal parts gives the n-th wave
 */
export function drawField(stream: Stream, waves: number, decorrelation: Metres): Field {
  const source = stream.at(FIELD_INDEX);
  const [kx, ky, phases] = [new Float64Array(waves), new Float64Array(waves), new Float64Array(waves)];
  for (let n = 0; n < waves; n += 1) {
    const share = (n + source()) / waves;
    const k = Math.sqrt(1 / square(1 - share) - 1) / decorrelation;
    const direction = 2 * Math.PI * source();
    kx[n] = k * Math.cos(direction);
    ky[n] = k * Math.sin(direction);
    phases[n] = 2 * Math.PI * source();
  }
  return { kx, ky, phases };
}

/** The field at a place, of mean 0 and variance 1. */
export function fieldAt({ kx, ky, phases }: Field, { x, y }: Place): number {
  let sum = 0;
  for (let n = 0; n < phases.length; n += 1) sum += Math.cos(kx[n]! * x + ky[n]! * y + phases[n]!);
  return sum * Math.sqrt(2 / phases.length);
}

/**
 * Log-normal shadowing that is alike where clients are near each other, and changes smoothly along a client's way:
 * Gudmundson's correlation.
 *
 *   X(p) = σ √(2 / N) Σₙ cos(kₙ · p + φₙ)   [dB],   E X(p) X(q) = σ² e^(−|p − q| / D) exactly
 *
 * Each server's surroundings are a field of their own over the plane, and a pure function of stream and place, so nothing
 * needs to be remembered while clients move. With σ by line of sight, as for `logNormal`. Decorrelation distances of
 * 3GPP TR 38.901 with and without line of sight: UMi 10 and 13 m, UMa 37 and 50, RMa 37 and 120, InH-Office 10 and 6.
 *
 * Limits: normal only as N grows (the kurtosis is 3 − 1.5 / N); fields of different servers are independent. A link whose
 * place nobody knows has a field of its own, and so is independent of all others.
 * Source: Gudmundson, Correlation model for shadow fading in mobile radio systems, Electron. Lett. 27 (23), 1991; fields
 * by sums of sinusoids after Cai and Giannakis, IEEE Trans. Veh. Technol. 52 (6), 2003 (recalled); the spectrum is
 * derived here.
 */
export const correlated = part('shadowing', 'correlated', options, ({ decorrelation, waves, ...spread }): Shadowing => {
  // A server's waves are drawn once and kept: they are the same whenever they are drawn.
  const fields = new WeakMap<Stream, Field>();
  return {
    shadowingDb(link, view) {
      const isPlaced = view?.surroundings !== undefined && view.place !== undefined;
      const stream = isPlaced ? view.surroundings : link;
      const field = fields.get(stream) ?? drawField(stream, waves, decorrelation);
      fields.set(stream, field);
      return deviationOf(spread, view) * fieldAt(field, isPlaced ? view.place : NOWHERE);
    },
  };
});
