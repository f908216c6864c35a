import { describe, expect, it } from 'vitest';
import { line, ring } from '../../actors/index.ts';
import { fixedRates } from '../../channels/index.ts';
import { asyncSdFeel, fedAvg, hierFavg, sdFeel } from '../../src/algorithms/index.ts';
import { heterogeneous, markovOnOff, shiftedExponential } from '../../src/devices/index.ts';
import { realise } from '../../src/part.ts';
import { metropolis } from '../../src/policies/index.ts';
import { jointWeights } from '../../src/runtime/exchange-weights.ts';
import type { ScenarioOptions } from '../../src/scenario/scenario.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { type QuadraticStudy, quadraticScenario } from '../support/quadratic.ts';
import { factsOf, study } from '../support/study.ts';

const G1: QuadraticStudy = {
  targets: [0, 1, 2, 5],
  learningRate: 0.1,
  edgeServers: 4,
  graph: ring(),
  algorithm: sdFeel({ localSteps: 3, edgeRounds: 2, exchanges: 1 }),
};
const run = (rounds: number, options: QuadraticStudy, changes: Partial<ScenarioOptions> = {}) =>
  simulate(scenario({ ...quadraticScenario(rounds, options).options, ...changes }));

/** F(w) = ½ mean (w − c_i)² of the golden run. */
const objective = (w: number): number => G1.targets.reduce((sum, c) => sum + 0.125 * (w - c) ** 2, 0);

describe('the virtual mean model inside a round', () => {
  it.each([
    ['SD-FEEL', G1.algorithm],
    ['HierFAVG', hierFavg({ localSteps: 3, edgeRounds: 2 })],
    ['FedAvg', fedAvg({ localSteps: 3 })],
  ])('goes its way whatever aggregation does: u_k = c̄ (1 − (1 − η)^k), under %s', async (_name, algorithm) => {
    const { scores } = await run(4, { ...G1, algorithm }, { evaluate: { everySteps: 1 } });
    const inside = scores.filter(({ iteration }) => iteration !== undefined);
    expect(inside.map(({ iteration, round }) => [iteration, round])).toEqual(
      Array.from({ length: 12 }, (_, at) => [at + 1, Math.ceil((at + 1) / 3)]),
    );
    for (const { iteration, loss } of inside) {
      expect(loss).toBeCloseTo(objective(2 * (1 - 0.9 ** (iteration as number))), 12);
    }
  });

  it('is scored when the slowest client has taken the step', async () => {
    const seconds = [2, 1, 4, 1];
    const clock = { macsPerSecond: ({ index }: { index: number }) => 1 / (seconds[index] as number) };
    const { scores } = await run(1, G1, { evaluate: { everySteps: 1 }, devices: { clock } });
    const inside = scores.filter(({ iteration }) => iteration !== undefined);
    expect(inside.map(({ at }) => at)).toEqual([4, 8, 12]);
  });

  it('is scored at every multiple of the steps that were asked for, counted over rounds', async () => {
    const { scores } = await run(4, G1, { evaluate: { everySteps: 4 } });
    expect(scores.flatMap(({ iteration }) => iteration ?? [])).toEqual([4, 8, 12]);
  });

  it('is a mean over whoever is left, in the order of iterations, while clients come and go', async () => {
    const { scores, summary } = await simulate(
      study({
        devices: {
          availability: markovOnOff({ meanOnline: 0.01, meanOffline: 0.003 }),
          straggler: shiftedExponential(),
        },
        evaluate: { everySteps: 1 },
        until: { rounds: 12 },
      }),
    );
    expect(summary.dropouts).toBeGreaterThan(5);
    const iterations = scores.flatMap(({ iteration }) => iteration ?? []);
    expect(iterations.length).toBeGreaterThan(30);
    expect(iterations).toEqual(iterations.toSorted((a, b) => a - b));
    expect(scores.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  });

  it('is not asked of servers that wait for nobody', async () => {
    const algorithm = asyncSdFeel({ minimumSteps: 3 });
    await expect(run(2, { ...G1, algorithm }, { evaluate: { everySteps: 1 } })).rejects.toThrow(
      /unsupported everySteps.*everySeconds/s,
    );
  });

  it('is not asked of clients that pass over their own samples, so many steps as these take', async () => {
    const algorithm = sdFeel({ localEpochs: 1 });
    await expect(run(2, { ...G1, algorithm }, { evaluate: { everySteps: 1 } })).rejects.toThrow(
      /unsupported everySteps: clients that pass .*everySeconds/s,
    );
  });
});

describe('every edge server’s own model', () => {
  const after = [0.937118, 0.468559, 1.2494906667, 1.0933043333];

  it('is scored beside the mean, in the order of servers, where that is asked for', async () => {
    const { scores, trace } = await run(2, G1, { evaluate: { servers: true } });
    scores.at(-1)?.servers?.forEach(({ loss }, d) => expect(loss).toBeCloseTo(objective(after[d] as number), 9));
    const line = factsOf(trace).findLast(({ kind }) => kind === 'model.evaluated');
    expect(line?.serverLosses).toEqual(scores.at(-1)?.servers?.map(({ loss }) => loss));
  });

  it('lies as far from the mean as the consensus error says', async () => {
    const { scores } = await run(2, G1);
    const mean = 0.937118;
    const expected = Math.sqrt(after.reduce((sum, each) => sum + (each - mean) ** 2 / 4, 0));
    expect(scores.at(-1)?.consensusError).toBeCloseTo(expected, 9);
    expect(scores[0]?.consensusError).toBe(0);
  });

  it('has no consensus error where one server holds the model', async () => {
    const { scores } = await run(2, { ...G1, algorithm: fedAvg({ localSteps: 3 }) });
    expect(scores.every(({ consensusError }) => consensusError === undefined)).toBe(true);
  });
});

// Goal: the last line of the algorithm, "servers keep gossiping until agreement". Method: its length R = ⌈ln ε / ln ζ⌉, what
// it leaves of the disagreement, and that it moves no mean.
describe('the final consensus phase', () => {
  const apart = (options: Parameters<typeof sdFeel>[0]) =>
    run(2, { ...G1, algorithm: sdFeel({ localSteps: 3, edgeRounds: 2, ...options }) });

  it('shrinks disagreement by ε at least, and leaves the mean where it was', async () => {
    const [without, agreed] = [await apart({}), await apart({ consensus: 1e-3 })];
    const [before, after] = [without.scores.at(-1), agreed.scores.at(-1)];
    expect(after?.consensusError).toBeLessThanOrEqual(1e-3 * (before?.consensusError as number));
    expect(after?.loss).toBeCloseTo(before?.loss as number, 12);
    for (const { parameters } of agreed.models.values()) expect(parameters?.[0]).toBeCloseTo(0.937118, 3);
  });

  it('takes R = ⌈ln ε / ln ζ⌉ exchanges, and their time', async () => {
    // ζ = 1/3 on the ring of four: ⌈6.29⌉ = 7 for ε = 10⁻³.
    const [without, agreed] = [await apart({}), await apart({ consensus: 1e-3 })];
    const reached = factsOf(agreed.trace).filter(({ kind }) => kind === 'consensus.reached');
    expect(reached.map(({ exchanges }) => exchanges)).toEqual([7, 7, 7, 7]);
    const exchange = 64 / 50e6;
    expect(agreed.summary.virtualSeconds - without.summary.virtualSeconds).toBeCloseTo(7 * exchange, 9);
  });

  it('follows a run that ends by time, and an asynchronous one', async () => {
    const algorithm = asyncSdFeel({ minimumSteps: 2, consensus: 1e-6 });
    const devices = { clock: heterogeneous({ gap: 5, macsPerSecond: 10 }) };
    const { scores, cause } = await run(
      1,
      { ...G1, algorithm },
      { until: { time: 7.3 }, devices, evaluate: { everySeconds: 1 } },
    );
    expect(cause).toBe('time');
    const [before, after] = scores.slice(-2);
    expect(before?.consensusError).toBeGreaterThan(0.01);
    expect(after?.consensusError).toBeLessThan(1e-5);
  });

  it('goes on without a server that is down', async () => {
    const { models, trace } = await run(
      6,
      { ...G1, graph: line(), algorithm: sdFeel({ localSteps: 3, consensus: 1e-6 }) },
      {
        *script(world) {
          yield world.closed(2);
          world.crash('edge-3');
        },
      },
    );
    expect(factsOf(trace).filter(({ kind }) => kind === 'consensus.reached').length).toBe(3);
    const [a, b, c] = [...models.values()].map(({ parameters }) => parameters?.[0] as number) as [
      number,
      number,
      number,
    ];
    expect(Math.max(a, b, c) - Math.min(a, b, c)).toBeLessThan(1e-4);
  });

  it('is refused where disagreement never shrinks', async () => {
    const identity = (graph: { readonly neighbours: readonly unknown[] }) =>
      graph.neighbours.map((_, j) => graph.neighbours.map((_, d) => (j === d ? 1 : 0)));
    await expect(apart({ consensus: 0.5, mixing: identity })).rejects.toThrow(/can't agree/);
  });
});

describe('the barrier before an exchange', () => {
  const COMPUTING = [1, 2, 4, 3];
  const timed = (barrier: 'neighbour' | 'global', rounds: number) =>
    run(
      rounds,
      { ...G1, algorithm: sdFeel({ localSteps: 1, edgeRounds: 1, exchanges: 2, barrier }) },
      {
        devices: { clock: { macsPerSecond: ({ index }: { index: number }) => 1 / (COMPUTING[index] as number) } },
        backhaul: { edge: { shared: false } },
      },
    );

  it('makes everyone wait for the slowest where it is global, as closed latency formulas assume', async () => {
    const { trace } = await timed('global', 5);
    const closed = factsOf(trace).filter(({ kind, round }) => kind === 'round.closed' && round === 5);
    const [up, exchange] = [64 / (1e6 * Math.log2(51)), 64 / 50e6];
    for (const { at } of closed) expect(at / 1e9).toBeCloseTo(5 * (4 + up + 2 * exchange), 6);
  });

  it('changes times alone: neighbours that wait for each other only hold the same models, no later', async () => {
    const [near, all] = [await timed('neighbour', 5), await timed('global', 5)];
    expect([...near.models.values()].map(({ digest }) => digest)).toEqual(
      [...all.models.values()].map(({ digest }) => digest),
    );
    const ends = ({ trace }: typeof near) =>
      factsOf(trace).flatMap(({ kind, at, actor, round }) =>
        kind === 'round.closed' ? [[`${actor} ${round}`, at] as const] : [],
      );
    const later = new Map(ends(all));
    for (const [name, at] of ends(near)) expect(at).toBeLessThanOrEqual(later.get(name) as number);
    expect(ends(near).some(([name, at]) => at < (later.get(name) as number))).toBe(true);
  });

  it('does not wait for a server that is down, nor hang when it comes back', async () => {
    const { rounds } = (
      await simulate(
        scenario({
          ...quadraticScenario(8, { ...G1, algorithm: sdFeel({ localSteps: 1, barrier: 'global' }) }).options,
          *script(world) {
            yield world.closed(2);
            world.crash('edge-1');
            yield world.closed(4);
            world.restart('edge-1');
          },
        }),
      )
    ).summary;
    expect(rounds).toBe(8);
  });
});

describe('asynchronous servers that finish at one instant', () => {
  it('are synchronous SD-FEEL where all do and ties are batched', async () => {
    const study = { ...G1, samples: [1, 2, 3, 2] };
    const channel = fixedRates();
    const batched = await run(
      6,
      { ...study, algorithm: asyncSdFeel({ minimumSteps: 3, maximumSteps: 3, ties: 'batched' }) },
      { channel },
    );
    const waiting = await run(6, { ...study, algorithm: sdFeel({ localSteps: 3 }) }, { channel });
    [...batched.models.values()].forEach(({ parameters }, d) => {
      const other = [...waiting.models.values()][d]?.parameters?.[0] as number;
      expect(Math.abs((parameters?.[0] as number) - other)).toBeLessThan(1e-12);
    });
    const iterations = factsOf(batched.trace).flatMap(({ kind, iteration }) =>
      kind === 'models.mixed' ? [iteration] : [],
    );
    expect(iterations).toEqual([1, 2, 3, 4, 5, 6].flatMap((t) => [t, t, t, t]));
  });

  it('form one iteration where only some do, whose weights keep the data-weighted mean', async () => {
    const clock = { macsPerSecond: ({ index }: { index: number }) => (index < 2 ? 2 : 1) };
    const algorithm = asyncSdFeel({ minimumSteps: 1, maximumSteps: 1, ties: 'batched' });
    const { trace } = await run(4, { ...G1, algorithm }, { devices: { clock } });
    const mixed = factsOf(trace).filter(({ kind }) => kind === 'models.mixed');
    const active = mixed.map(({ actor, iteration }) => `${iteration}: ${actor}`);
    expect(active.slice(0, 4)).toEqual(['1: edge-0', '1: edge-1', '2: edge-2', '2: edge-3']);
    const shares = [0.1, 0.2, 0.3, 0.4];
    const graph = realise(ring())(4);
    const mixing = realise(metropolis())(graph, shares);
    // Servers 0 and 1 are active: the link between 2 and 3 takes no part.
    const links = mixing.map((row, j) => row.map((weight, d) => (j === d || (j > 1 && d > 1) ? 0 : weight)));
    const joint = jointWeights(links);
    shares.forEach((share, d) => {
      expect(joint.reduce((sum, row) => sum + (row[d] as number), 0)).toBeCloseTo(1, 12);
      expect(joint[d]?.reduce((sum, weight, j) => sum + weight * (shares[j] as number), 0)).toBeCloseTo(share, 12);
    });
  });
});
