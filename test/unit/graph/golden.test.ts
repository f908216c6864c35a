/**
 * Goal: learners that others have computed come out alike. Method: learners written with the public graph library, in
 * test/support/learners, evaluated in 64 bits, against values of independent programs in test/golden/papers.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as g from '../../../src/graph/index.ts';
import { runEverywhere as run } from '../../support/compiled.ts';
import { apart } from '../../support/graph.ts';
import { chord, weights } from '../../support/learners/chord.ts';
import { groupAdvantage, surrogate } from '../../support/learners/grpo.ts';
import { agentBlocks, unroll } from '../../support/learners/gru-agent.ts';
import { extractorBlocks, matchingLoss, synthesis, variation } from '../../support/learners/matching.ts';
import { mix, mixerBlocks, tdLoss, vdn } from '../../support/learners/qmix.ts';
import { byAdvantage, forwardKl, importance, k2, oneSide, rec, ring, twoSide } from '../../support/learners/rec.ts';
import { decode, decoderBlocks, nextTokenLoss, withLatents } from '../../support/learners/transformer.ts';

// biome-ignore lint/suspicious/noExplicitAny: the files say what is in them, case by case.
type Numbers = any;
interface Case {
  readonly id: string;
  readonly kind: string;
  readonly variant: string;
  readonly tolerance: number;
  readonly input: Numbers;
  readonly output: Numbers;
}

const { floats, graph, integers } = g;

const cases = (file: string, kind: string): readonly Case[] => {
  const url = new URL(`../../golden/papers/${file}.json`, import.meta.url);
  const { cases: all } = JSON.parse(readFileSync(url, 'utf8')) as { cases: readonly Case[] };
  return all.filter((each) => each.kind === kind);
};

/** Golden matrices are [out, in]. */
const turned = (m: number[][]): number[][] => m[0]!.map((_, j) => m.map((row) => row[j]!));
const block = (kernel: number[][], bias: number[]) => ({ kernel: turned(kernel), bias });
const agentOf = (a: Numbers) => ({
  into: block(a.w1, a.b1),
  gru: { into: block(a.wi, a.bi), across: block(a.wh, a.bh) },
  out: block(a.w2, a.b2),
});
const mixerOf = (m: Numbers) => ({
  ...{ w1: block(m.A1, m.a1), b1: block(m.B1, m.b1), w2: block(m.A2, m.a2) },
  ...{ c1: block(m.C1, m.c1), c2: block(m.C2, m.c2) },
});
const zerosLike = (specs: object): unknown =>
  'shape' in specs
    ? new Array(g.sizeOf(specs.shape as g.Shape)).fill(0)
    : Object.fromEntries(Object.entries(specs).map(([name, each]) => [name, zerosLike(each as object)]));

describe('values of LeaDQ', () => {
  it.each(cases('leadq', 'qmix'))('mixer $id', ({ input, output, tolerance }) => {
    const [n, agents] = [input.q.length, input.q[0].length];
    const s = input.state[0].length;
    const learner = graph(
      {
        name: 'qmix',
        parameters: mixerBlocks(agents, s, input.mixer.b1.length),
        inputs: { q: floats(n, agents), state: floats(n, s) },
      },
      ({ parameters, inputs: { q, state } }) => {
        const total = mix(parameters, q, state);
        return { outputs: { total, by: g.gradient(g.sum(total), q) } };
      },
    );
    const { outputs } = run(learner, { parameters: mixerOf(input.mixer), inputs: input });
    expect(apart([outputs.total, outputs.by], [output.total, output.gradQ])).toBeLessThan(tolerance);
  });

  it.each(cases('leadq', 'agent'))('agent $id', ({ input: { agent: a, observations: o }, output, tolerance }) => {
    const learner = graph(
      {
        name: 'agent',
        parameters: agentBlocks(o[0][0].length, a.b1.length, a.b2.length),
        inputs: { o: floats(o.length, o[0].length, o[0][0].length) },
      },
      ({ parameters, inputs }) => ({ outputs: unroll(parameters, inputs.o) }),
    );
    const { outputs } = run(learner, { parameters: agentOf(a), inputs: { o } });
    expect(apart([outputs.q, outputs.hidden], [output.q, output.hidden])).toBeLessThan(tolerance);
  });

  it.each(cases('leadq', 'td'))('temporal difference $id', ({ input, output, tolerance }) => {
    const { agent: a, mixer: m, observations: o, states, actions } = input;
    const networks = {
      agent: agentBlocks(o[0][0].length, a.b1.length, a.b2.length),
      mixer: mixerBlocks(o[0].length, states[0].length, m?.b1.length ?? 1),
    };
    const learner = graph(
      {
        name: 'td',
        parameters: { online: networks, target: networks },
        inputs: {
          observations: floats(o.length, o[0].length, o[0][0].length),
          states: floats(states.length, states[0].length),
          actions: integers(actions.length, actions[0].length, actions[0][0].length),
          ...{ rewards: floats(states.length), done: floats(states.length) },
        },
      },
      ({ parameters: { online, target }, inputs }) => {
        const join = input.vdn ? (vdn as typeof mix) : mix;
        const found = tdLoss(online, target, inputs, { gamma: input.gamma, join });
        return { outputs: { ...found, slope: g.gradient(found.loss, online) } };
      },
    );
    const mixer = (own: Numbers) => (m ? mixerOf(own) : zerosLike(networks.mixer));
    const { outputs: y } = run(learner, {
      parameters: {
        online: { agent: agentOf(a), mixer: mixer(m) },
        target: { agent: agentOf(input.targetAgent), mixer: mixer(input.targetMixer) },
      },
      inputs: input,
    });
    const wanted = [output.loss, output.target, output.total, output.onlineQ, agentOf(output.gradAgent)];
    expect(apart([y.loss, y.wanted, y.total, y.q, y.slope.agent], wanted)).toBeLessThan(tolerance);
    if (m) expect(apart(y.slope.mixer, mixerOf(output.gradMixer))).toBeLessThan(tolerance);
  });
});

describe('values of HFMDS-FL', () => {
  it.each(cases('hfmds-fl', 'matching'))(
    'features matched by gradients on inputs $id',
    ({ input, output, tolerance }) => {
      const { extractor: e, u, target, side, lambdaTv: tv, lambda2: energy } = input;
      const sizes = [u.length, e.b1.length, e.b2.length];
      const parameters = { layers: [block(e.W1, e.b1), block(e.W2, e.b2)] };
      const inputs = { u: [u], target: [target] };
      const learner = graph(
        {
          name: 'matching',
          parameters: extractorBlocks(sizes),
          inputs: { u: floats(1, u.length), target: floats(1, target.length) },
        },
        ({ parameters: p, inputs: at }) => {
          const loss = matchingLoss(p, at.u, at.target, { side, tv, energy });
          return { outputs: { loss, tv: variation(g.sigmoid(at.u), side), slope: g.gradient(loss, at.u) } };
        },
      );
      const once = run(learner, { parameters, inputs }).outputs;
      expect(apart([once.loss, once.tv, once.slope], [output.loss, output.tv, output.gradient])).toBeLessThan(
        tolerance,
      );
      const zero = u.map(() => 0);
      const state = { m: zero, v: zero, power1: 1, power2: 1 };
      const steps = synthesis({ ...{ sizes, count: 1, side, steps: 3 }, tv, energy });
      const looped = run(steps, { parameters, inputs, state }).outputs;
      const wanted = [output.lossesOfThreeAdamSteps, output.uAfterThree];
      expect(apart([looped.losses, looped.u], wanted)).toBeLessThan(tolerance);
    },
  );
});

const tokensOf = (t: Numbers) => ({
  logits: floats(t.logits.length, t.logits[0].length, t.logits[0][0].length),
  tokens: integers(t.logits.length, t.logits[0].length),
});
const rolloutsOf = (t: Numbers) => {
  const [n, length] = [t.mask.length, t.mask[0].length];
  return {
    ...{ ...tokensOf(t), oldLogProb: floats(n, length), mask: floats(n, length) },
    ...{ reward: floats(n), together: floats(n, n) },
  };
};
/** 1 where two rollouts are of one group. */
const grouped = (t: Numbers) => ({
  ...t,
  together: t.group.map((a: number) => t.group.map((b: number) => Number(a === b))),
});

function usualOf(at: g.Tensors<ReturnType<typeof rolloutsOf>>) {
  const advantage = groupAdvantage(at.reward, at.together);
  const l = g.logProbabilities(at.logits, at.tokens);
  const wide = g.broadcast(g.reshape(advantage, [l.shape[0]!, 1]), l.shape) as g.Matrix;
  return { advantage, tokens: { l, old: at.oldLogProb, mask: at.mask, advantage: wide } };
}

describe('losses of token policies', () => {
  const grpo = cases('trinity-rft', 'loss').filter(({ variant }) => variant.startsWith('GRPO'));
  it.each(grpo)('trinity-rft $id, $variant', ({ input, output, variant, tolerance }) => {
    const options = variant.includes('asymmetric') ? { high: 0.28 } : variant.includes('without') ? { cap: 1e9 } : {};
    const learner = graph({ name: 'grpo', inputs: rolloutsOf(input) }, ({ inputs }) => {
      const { advantage, tokens } = usualOf(inputs);
      const tokenLoss = g.multiply(surrogate(tokens, options), tokens.mask) as g.Matrix;
      const loss = g.maskedMean(tokenLoss, tokens.mask);
      const slopes = g.gradient(loss, { byLogits: inputs.logits, byL: tokens.l });
      return { outputs: { advantage, l: tokens.l, tokenLoss, loss, ...slopes } };
    });
    const made = run(learner, { inputs: grouped(input) }).outputs;
    const wanted = [output.advantage, output.logProb, output.tokenLoss, output.loss, output.gradLogits];
    expect(apart([made.advantage, made.l, made.tokenLoss, made.loss, made.byLogits], wanted)).toBeLessThan(tolerance);
    expect(apart(made.byL, output.gradLogProb)).toBeLessThan(tolerance);
  });

  const perToken = cases('group-relative-reinforce', 'loss').filter(
    ({ input }) => !input.options.clip.startsWith('gspo'),
  );
  it.each(perToken)('group-relative-reinforce $id, $variant', ({ input, output, tolerance }) => {
    const { options: o, ...rest } = input;
    const keep = { ring: ring(o.epsLowOuter, o.epsHighOuter), 'one-side': oneSide(o.epsLow, o.epsHigh) };
    const loss = rec({
      ...(o.clip === 'none' ? {} : { keep: keep[o.clip as 'ring'] ?? twoSide(o.epsLow, o.epsHigh) }),
      ...(o.weight === 'none' ? {} : { weight: o.weight === 'advantage' ? byAdvantage(o.temp) : importance }),
      ...(o.regularizer === 'none' ? {} : { regulariser: o.regularizer === 'k2' ? k2(o.coef) : forwardKl(o.coef) }),
    });
    const learner = graph({ name: 'rec', inputs: rolloutsOf(rest) }, ({ inputs }) => {
      const { tokens } = usualOf(inputs);
      const [r, count] = [g.reshape(inputs.reward, [rest.reward.length, 1]), g.sum(inputs.together, 1)];
      const away = g.subtract(r, g.divide(g.product(inputs.together, r), count));
      const deviation = g.sqrt(g.divide(g.product(inputs.together, g.square(away)), count));
      const scaled = o.stdNormalize ? g.divide(away, g.add(deviation, 1e-6)) : away;
      const charged = loss({ ...tokens, advantage: g.broadcast(scaled, tokens.l.shape) as g.Matrix });
      return { outputs: { charged, ...g.gradient(charged, { byL: tokens.l, byLogits: inputs.logits }) } };
    });
    const made = run(learner, { inputs: grouped(rest) }).outputs;
    const wanted = [output.loss, output.gradLogProb, output.gradLogits];
    expect(apart([made.charged, made.byL, made.byLogits], wanted)).toBeLessThan(tolerance);
  });

  it.each(cases('chord', 'loss'))('chord $id, $variant', ({ input, output, tolerance }) => {
    const { usual, expert, weight, cutoff, mu, dualClip } = input;
    const named: readonly (readonly [RegExp, keyof typeof weights])[] = [
      ...([
        [/^phi$/, 'phi'],
        [/focal/, 'focal'],
        [/^(is|importance)/i, 'importance'],
      ] as const),
    ];
    const chosen = weights[named.find(([pattern]) => pattern.test(String(weight)))?.[1] ?? 'plain'];
    const inputs = {
      usual: rolloutsOf(usual),
      expert: { ...tokensOf(expert), mask: floats(expert.mask.length, expert.mask[0].length) },
    };
    const learner = graph({ name: 'chord', inputs }, ({ inputs: at }) => {
      const l = g.logProbabilities(at.expert.logits, at.expert.tokens);
      const options = { weight: chosen, cutoff, cap: dualClip ?? 1e9 };
      const loss = chord(usualOf(at.usual).tokens, { l, mask: at.expert.mask }, g.constant(mu), options);
      return { outputs: { loss, slope: g.gradient(loss, [at.usual.logits, at.expert.logits]) } };
    });
    const made = run(learner, { inputs: { usual: grouped(usual), expert } }).outputs;
    const wanted = [output.loss, output.gradLogits, output.gradExpertLogits];
    expect(apart([made.loss, ...(made.slope as unknown as object[])], wanted)).toBeLessThan(tolerance);
  });
});

describe('values of latent tokens', () => {
  const affineOf = (kernel: number[][]) => ({ kernel, bias: new Array(kernel[0]!.length).fill(0) });

  it.each(cases('latent-tokens', 'forward'))(
    'forward pass and gradient of latents $id',
    ({ input, output, tolerance }) => {
      const { model: m, tokens, Z, queryLength } = input;
      const rows: readonly (readonly [kind: string, index: number, position: number])[] = output.rows;
      const verbal = rows.flatMap(([kind], k) => (kind === 'verbal' ? [k] : []));
      const [symbols, width] = [m.embed.length, m.embed[0].length];
      const same = { scale: new Array(width).fill(1), shift: new Array(width).fill(0) };
      const layers = m.layers.map((l: Numbers) => ({
        ...{ before: same, q: affineOf(l.wq), k: affineOf(l.wk), v: affineOf(l.wv), o: affineOf(l.wo) },
        ...{ between: same, up: affineOf(l.w1), down: affineOf(l.w2) },
      }));
      const sizes = { symbols, places: m.pos.length, width, layers: m.layers.length, wide: m.layers[0].w1[0].length };
      const inputs = {
        ...{ tokens: integers(tokens.length), order: integers(1, rows.length), positions: integers(1, rows.length) },
        ...{ verbal: integers(verbal.length), targets: integers(verbal.length), mask: floats(verbal.length) },
      };
      const learner = graph(
        { name: 'latents', parameters: decoderBlocks(sizes), state: { z: floats(Z.length, width) }, inputs },
        ({ parameters: p, state: { z }, inputs: at }) => {
          const logits = decode(p, withLatents(p, at.tokens, z, at.order), at.positions, m.heads);
          const loss = nextTokenLoss(logits, at.verbal, at.targets, at.mask);
          const seen = g.gather(g.reshape(logits, [rows.length, m.head[0].length]), at.verbal);
          return { outputs: { logits: seen, loss, slope: g.gradient(loss, z) } };
        },
      );
      const isAnswer = (_: number, k: number) => Number(k + 1 >= queryLength && k + 1 < tokens.length);
      const made = run(learner, {
        parameters: { embed: m.embed, pos: m.pos, layers, last: same, head: affineOf(m.head) },
        state: { z: Z },
        inputs: {
          tokens,
          order: rows.map(([kind, k]) => (kind === 'verbal' ? k : tokens.length + k)),
          positions: rows.map(([, , position]) => position),
          ...{ verbal, targets: tokens.map((_: number, k: number) => tokens[k + 1] ?? 0), mask: tokens.map(isAnswer) },
        },
      }).outputs;
      const wanted = [output.verbalLogits, output.loss, output.gradZ];
      expect(apart([made.logits, made.loss, made.slope], wanted)).toBeLessThan(tolerance);
    },
  );
});
