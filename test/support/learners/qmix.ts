/** QMIX: a mixer that grows with each agent's value, and the double-Q loss of an episode: four networks, two of them trained. */

import {
  abs,
  add,
  affine,
  dense,
  elu,
  expand,
  type Floats,
  type Integers,
  type Matrix,
  mean,
  multiply,
  pick,
  product,
  relu,
  reshape,
  type Scalar,
  slice,
  square,
  squeeze,
  stop,
  subtract,
  sum,
  type Tensors,
  top,
  type Vector,
} from '../../../src/graph/index.ts';
import { type AgentBlocks, unroll } from './gru-agent.ts';

export const mixerBlocks = (agents: number, state: number, units: number) => ({
  w1: dense(state, agents * units),
  b1: dense(state, units),
  w2: dense(state, units),
  c1: dense(state, units),
  c2: dense(units, 1),
});
export type MixerBlocks = ReturnType<typeof mixerBlocks>;

/** Q_tot [n] of the agents' values q [n, agents] in states [n, s]. */
export function mix(p: Tensors<MixerBlocks>, q: Matrix, state: Matrix): Vector {
  const [n, agents] = q.shape as [number, number];
  const units = p.b1.bias.shape[0]!;
  const w1 = reshape(abs(affine(state, p.w1)), [n, agents, units]);
  const hidden = elu(add(squeeze(product(expand(q, 1), w1), 1), affine(state, p.b1)));
  const b2 = affine(relu(affine(state, p.c1)), p.c2);
  return squeeze(add(sum(multiply(hidden, abs(affine(state, p.w2))), 1), b2));
}

export interface Episode {
  /** [rounds + 1, agents, inputs], [rounds, s], [rounds, agents, chosen], [rounds], [rounds]. */
  readonly observations: Floats<3>;
  readonly states: Matrix;
  readonly actions: Integers<3>;
  readonly rewards: Vector;
  readonly done: Vector;
}
type Networks = { readonly agent: Tensors<AgentBlocks>; readonly mixer: Tensors<MixerBlocks> };
export const vdn = (_: unknown, q: Matrix): Vector => squeeze(sum(q, 1));

/** Mean of (Q_tot − y)², y = ρ + γ (1 − done) Q_tot⁻ at what the online agent would choose. */
export function tdLoss(
  online: Networks,
  target: Networks,
  { observations, states, actions, rewards, done }: Episode,
  { gamma = 0.99, join = mix } = {},
) {
  const rounds = rewards.shape[0]!;
  const chosen = actions.shape[2]!;
  const q = unroll(online.agent, observations).q;
  const later = unroll(target.agent, slice(observations, 0, 1, rounds + 1)).q;
  const choice = top(slice(q, 0, 1, rounds + 1), chosen);
  const next = squeeze(sum(pick(later, choice), 2));
  const wanted = add(rewards, multiply(gamma, subtract(1, done), join(target.mixer, next, states)));
  const taken = squeeze(sum(pick(slice(q, 0, 0, rounds), actions), 2));
  const total = join(online.mixer, taken, states);
  const loss: Scalar = mean(square(subtract(total, stop(wanted))));
  return { loss, total, wanted, next, q };
}
