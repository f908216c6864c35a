import { z } from 'zod';
import { power } from '../math/power.ts';
import { part } from '../part.ts';
import type { OptimizerState } from './contract.ts';

/** Settings of the local optimiser, and how its learning rate falls over the rounds. */
export interface Optimizer extends OptimizerState {
  /** Factor on the learning rate from one round to the next: round r uses learningRate · decay^(r − 1). */
  readonly decay: number;
  /** Rounds between two decays. */
  readonly interval: number;
  /** t₀ of an inverse schedule, 1/(1 + t/t₀) in round t + 1; Infinity without one. */
  readonly halving: number;
  /** Below which the rate doesn't fall. */
  readonly floor: number;
}

/** η in a round, of which the first is 1: max(η₀ γ^⌊t / interval⌋ / (1 + t/t₀), floor) with t rounds before it. */
export function learningRateAt({ learningRate, decay, interval, halving, floor }: Optimizer, round: number): number {
  const before = round - 1;
  const rate = (learningRate * power(decay, Math.floor(before / interval))) / (1 + before / halving);
  return Math.max(rate, Math.min(floor, learningRate));
}

/**
 * Stochastic gradient descent on mini-batches.
 *
 *   g ← clip(∇ℓ(w)) + ρ (w − w₀) + λ w,   v ← μ v + g,   w ← w − η v
 *
 * with η the learning rate, μ the momentum, λ the weight decay, and ρ the weight of a proximal term towards the model w₀
 * that the local update starts from (FedProx: Li et al., Federated optimization in heterogeneous networks, MLSys 2020).
 * clip shortens a gradient to a norm. v starts at 0 in each local update: a client keeps no optimiser state between
 * rounds. w are the trainable parameters: running statistics of batch normalizations follow
 * their batches, whatever η, μ and λ are.
 */
export const sgd = part(
  'optimizer',
  'sgd',
  z.strictObject({
    learningRate: z.number().nonnegative().default(0.01).describe('η'),
    momentum: z.number().min(0).lt(1).default(0).describe('μ, in [0, 1)'),
    weightDecay: z.number().nonnegative().default(0).describe('λ'),
    proximal: z.number().nonnegative().default(0).describe('ρ, pulls a local update towards the model it starts from'),
    clipNorm: z.number().positive().optional().describe('longest norm of a gradient; no limit by default'),
    frozen: z.array(z.string()).default([]).describe('layers that stay, such as "conv2d_1"'),
    decay: z.number().positive().max(1).default(1).describe('factor on η from round to round, in (0, 1]'),
    interval: z.int().min(1).max(1e9).default(1).describe('rounds between two decays'),
    halving: z
      .number()
      .positive()
      .default(Number.POSITIVE_INFINITY)
      .describe('t₀ of an inverse schedule 1/(1 + t/t₀): rounds until η is half'),
    floor: z.number().min(0).default(0).describe('below which η does not fall'),
  }),
  ({ clipNorm, ...options }): Optimizer => ({ ...options, ...(clipNorm === undefined ? {} : { clipNorm }) }),
);
