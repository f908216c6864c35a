import type { Seconds } from '../../units.ts';
import type { Workload } from '../policy.ts';

export interface BySpeedOptions {
  /** θ_min, local steps of the slowest client. */
  readonly minimum: number;
  /** θ_max. */
  readonly maximum: number;
  /** T, compute time of a round; raised to what the slowest client needs for θ_min steps, which is the default. */
  readonly deadline: Seconds;
}

/** A quotient that is whole but for rounding counts as whole. */
const ROUNDING = 1e-9;

/**
 * As many local steps as a client's speed allows within the compute deadline of its cluster,
 *
 *   θ_i = clip(⌊T / t_i⌋, θ_min, θ_max),   T ≥ θ_min · max_i t_i,
 *
 * so that the slowest client takes exactly θ_min steps and nobody less.
 *
 * Source: deadlines and unequal work are stated in the abstracts of the asynchronous SD-FEEL papers; the rule for T is
 * reconstructed.
 */
export const bySpeed = ({ minimum, maximum, deadline }: BySpeedOptions): Workload => {
  return (invited) => {
    const slowest = Math.max(...invited.map(({ secondsPerStep }) => secondsPerStep));
    const span = Math.max(deadline, minimum * slowest);
    return invited.map(({ secondsPerStep }) => {
      const steps = secondsPerStep > 0 ? Math.floor(span / secondsPerStep + ROUNDING) : maximum;
      return Math.min(maximum, Math.max(minimum, steps));
    });
  };
};
