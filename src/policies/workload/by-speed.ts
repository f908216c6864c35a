import { largest } from '../../math/extremes.ts';
import type { Seconds } from '../../units.ts';
import type { Workload } from '../policy.ts';

export interface BySpeedOptions {
  /** θ_min, local steps of the slowest client. */
  readonly minimum: number;
  /** θ_max. */
  readonly maximum: number;
  /** T, compute time of a round; raised to what the slowest client needs for θ_min steps, which is the default. */
  readonly deadline: Seconds;
  /** Local steps that θ counts as one, by a client's samples: 1, or those of a pass over them. */
  readonly unit?: (samples: number) => number;
}

/** A quotient that is whole but for rounding counts as whole. */
const ROUNDING = 1e-9;

/**
 * As many local steps as a client's speed allows within the compute deadline of its cluster,
 *
 *   θ_i = clip(⌊T / t_i⌋, θ_min, θ_max),   T ≥ θ_min · max_i t_i,
 *
 * so that the slowest client takes exactly θ_min steps and nobody less. Where θ counts passes, t_i is the time of a pass.
 *
 * Source: deadlines and unequal work are stated in the abstracts of the asynchronous SD-FEEL papers; the rule for T is
 * reconstructed.
 */
export const bySpeed = ({ minimum, maximum, deadline, unit = () => 1 }: BySpeedOptions): Workload => {
  return (invited) => {
    const each = invited.map(({ samples, secondsPerStep }) => {
      const steps = unit(samples);
      return { steps, seconds: steps * secondsPerStep };
    });
    const slowest = largest(each.map(({ seconds }) => seconds));
    const span = Math.max(deadline, minimum * slowest);
    return each.map(({ steps, seconds }) => {
      const theta = seconds > 0 ? Math.floor(span / seconds + ROUNDING) : maximum;
      return steps * Math.min(maximum, Math.max(minimum, theta));
    });
  };
};
