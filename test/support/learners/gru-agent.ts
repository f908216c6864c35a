/** LeaDQ's agent: Linear, ReLU, GRU, Linear, unrolled over the rounds of an episode inside one scan. */
import {
  affine,
  broadcast,
  constant,
  dense,
  type Floats,
  gru,
  gruBlock,
  type Matrix,
  type Network,
  relu,
  reshape,
  scan,
  type Tensors,
} from '../../../src/graph/index.ts';

export const agentBlocks = (inputs: number, units: number, actions: number) => ({
  into: dense(inputs, units),
  gru: gruBlock(units, units),
  out: dense(units, actions),
});
export type AgentBlocks = ReturnType<typeof agentBlocks>;

/** Q of observations [rounds, agents, inputs], from a zero hidden state: [rounds, agents, actions]. */
export function unroll(
  p: Tensors<AgentBlocks>,
  observations: Floats<3>,
): { readonly q: Floats<3>; readonly hidden: Floats<3> } {
  const [rounds, agents, inputs] = observations.shape as [number, number, number];
  const units = p.into.bias.shape[0]!;
  // What doesn't wait for the hidden state is one product for all rounds.
  const seen = relu(affine(reshape(observations, [rounds * agents, inputs]), p.into));
  const { gives } = scan({
    times: rounds,
    carry: { h: broadcast(constant(0), [agents, units]) as Matrix },
    over: { x: reshape(seen, [rounds, agents, units]) },
    each: ({ h }, { x }) => {
      const next = gru(x, h, p.gru);
      return { carry: { h: next }, gives: { h: next } };
    },
  });
  return { hidden: gives.h, q: affine(gives.h, p.out) };
}

export const agent = (
  inputs: number,
  units: number,
  actions: number,
): Network<AgentBlocks, [Floats<3>], Floats<3>> => ({
  parameters: agentBlocks(inputs, units, actions),
  apply: (p, observations) => unroll(p, observations).q,
});
