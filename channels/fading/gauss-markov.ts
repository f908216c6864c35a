import { z } from 'zod';
import { exponential } from '../../src/math/distributions.ts';
import { power } from '../../src/math/power.ts';
import type { Stream } from '../../src/math/streams.ts';
import type { Fading } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import { coherence } from './coherence.ts';

/** A complex channel coefficient h. */
export interface Coefficient {
  readonly re: number;
  readonly im: number;
}

/** Blocks that are correlated by less than this are drawn as if they were independent. */
const NEGLIGIBLE = 1e-8;

const options = z.strictObject({
  correlation: z
    .number()
    .min(0)
    .max(0.999999)
    .default(0.9)
    .describe(
      'ρ between a block’s coefficient and the next one’s; J₀(2π f_D T) matches a Doppler of f_D at blocks of T',
    ),
  coherence,
});

/**
 * A first-order Gauss–Markov process whose every value can be had without the ones before it.
 *
 * Blocks at multiples of 2^L, far enough apart to be uncorrelated, are their own innovations. Between two known blocks a
 * and b, 2n apart, the Markov property makes the one in the middle a normal number given those two alone:
 *
 *   h_mid = r / (1 + r²) (h_a + h_b) + √((1 − r²) / (1 + r²)) w_mid,   r = ρⁿ
 *
 * so halving L times leads to any block, with one innovation w for each block in the world. E[h_j h*_k] = ρ^|j − k|,
 * exact up to 10⁻⁸.
 *
 * @param innovation w of a block: independent, circular, of unit power
 * @returns the coefficient of a block ≥ 0
 */
export function gaussMarkovProcess(
  correlation: number,
): (innovation: (block: number) => Coefficient, block: number) => Coefficient {
  const apart = correlation === 0 ? 1 : Math.log(NEGLIGIBLE) / Math.log(correlation);
  const span = power(2, Math.max(0, Math.ceil(Math.log2(apart))));
  return (innovation, block) => {
    let left = Math.floor(block / span) * span;
    let from = innovation(left);
    if (block === left) return from;
    let to = innovation(left + span);
    for (let half = span / 2; ; half /= 2) {
      const middle = bridged(from, to, power(correlation, half), innovation(left + half));
      if (block === left + half) return middle;
      if (block < left + half) to = middle;
      else {
        from = middle;
        left += half;
      }
    }
  };
}

function bridged(from: Coefficient, to: Coefficient, r: number, innovation: Coefficient): Coefficient {
  const pull = r / (1 + r * r);
  const spread = Math.sqrt((1 - r * r) / (1 + r * r));
  return {
    re: pull * (from.re + to.re) + spread * innovation.re,
    im: pull * (from.im + to.im) + spread * innovation.im,
  };
}

/** The innovation of a block, CN(0, 1), from its own draws: power Exp(1), any phase. */
function innovationOf(link: Stream, block: number): Coefficient {
  const source = link.at(block);
  const amplitude = Math.sqrt(exponential(source));
  const phase = 2 * Math.PI * source();
  return { re: amplitude * Math.cos(phase), im: amplitude * Math.sin(phase) };
}

/**
 * Rayleigh fading that drifts from block to block: a first-order Gauss–Markov (autoregressive) coefficient.
 *
 *   h_k = ρ h_{k−1} + √(1 − ρ²) w_k,   w ~ CN(0, 1),   so   E[h_j h*_k] = ρ^|j − k|,   Cov(|h_j|², |h_k|²) = ρ^(2 |j − k|)
 *
 * Each block has the power of Rayleigh fading, Exp(1). The gain is a function of stream and block all the same: see
 * `gaussMarkovProcess`. A gain costs about 6 − log₂(1 − ρ) draws.
 *
 * Limits: the correlation decays exponentially and never turns negative, unlike Clarke's J₀; flat over the bandwidth.
 * Source: the process of Ornstein and Uhlenbeck, sampled; as a fading model Tan and Beaulieu, On first-order Markov
 * modeling for the Rayleigh fading channel, IEEE Trans. Commun. 48 (12), 2000 (recalled).
 */
export const gaussMarkov = part(
  'fading',
  'gauss-markov',
  options,
  ({ correlation, coherence: blockLength }): Fading => {
    const coefficient = gaussMarkovProcess(correlation);
    return {
      coherence: blockLength,
      gain(link, block) {
        const { re, im } = coefficient((each) => innovationOf(link, each), block);
        return re * re + im * im;
      },
    };
  },
);
