/**
 * Goal: no update of a client meets the luck of another, whatever versions of a model they belong to. Method: what renewal
 * theory says of clients that are always at work, and the same updates under servers that make versions at different paces.
 */
import { describe, expect, it } from 'vitest';
import { federation } from '../../actors/index.ts';
import { fixedRates, retransmission } from '../../channels/index.ts';
import { fedAvg, fedBuff } from '../../src/algorithms/index.ts';
import type { Straggler } from '../../src/devices/contract.ts';
import { logNormalStragglers, pareto, shiftedExponential, transientSlowDown } from '../../src/devices/index.ts';
import { timingOnly } from '../../src/learning/index.ts';
import { exponential } from '../../src/math/distributions.ts';
import { type ScenarioOptions, scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { blobs, factsOf } from '../support/study.ts';

const [CLIENTS, UPDATES] = [15, Number(process.env.FADELAB_RENEWALS ?? 6000)];
const TASK = timingOnly({ modelBits: 1, macsPerSample: 100, batchSize: 10 });
/** A local step takes a second, an upload no time that counts. */
const cell = (options: Partial<ScenarioOptions>) =>
  scenario({
    ...{ name: 'renewal', topology: federation({ clients: CLIENTS, edgeServers: 1 }), task: TASK },
    channel: fixedRates({ clientToCloud: 1e15 }),
    devices: { clock: { macsPerSecond: () => 1000 }, straggler: EXPONENTIAL },
    algorithm: fedBuff({ buffer: 1, localSteps: 1 }),
    until: { rounds: 100 },
    ...options,
  });

const EXPONENTIAL: Straggler = { duration: (nominal, draws, index) => nominal * exponential(draws.at(index)) };

/** Laws of T / t, with mean and variance; the latter of sums, per term, where terms are not independent. */
const LAWS = [
  { name: 'exponential', straggler: EXPONENTIAL, mean: 1, variance: 1 },
  { name: 'shifted-exponential', straggler: shiftedExponential({ scale: 0.5 }), mean: 1.5, variance: 0.25 },
  { name: 'pareto', straggler: pareto({ shape: 4 }), mean: 4 / 3, variance: 2 / 9 },
  {
    ...{ name: 'log-normal', straggler: logNormalStragglers({ deviation: 0.5 }), mean: Math.exp(0.125) },
    variance: (Math.exp(0.25) - 1) * Math.exp(0.25),
  },
  {
    ...{ name: 'transient', straggler: transientSlowDown({ probability: 0.1, factor: 5, spell: 5 }), mean: 1.4 },
    variance: 5 * 0.1 * 0.9 * 16,
  },
];

describe('clients that are always at work', () => {
  // N(t) has the mean t / E T + (c² − 1) / 2 and the variance c² t / E T for each client, c² = Var T / (E T)² (Cox, Renewal
  // Theory, 1962, §4.2): over N updates of n clients a rate is off by c / √N, and by n (c² + 1) / 2 N at most from its start.
  it.each(LAWS)('deliver n / E[T] updates per second: $name', async ({ straggler, mean, variance }) => {
    const spread = variance / mean ** 2;
    const tolerance = 4 * Math.sqrt(spread / UPDATES) + (CLIENTS * (spread + 1)) / (2 * UPDATES);
    for (const buffer of [1, 5, 15]) {
      const { summary } = await simulate(
        cell({
          devices: { clock: { macsPerSecond: () => 1000 }, straggler },
          algorithm: fedBuff({ buffer, localSteps: 1 }),
          until: { rounds: UPDATES / buffer },
        }),
        { trace: 'none' },
      );
      const rate = (summary.rounds * buffer) / summary.virtualSeconds;
      expect(Math.abs((rate * mean) / CLIENTS - 1), `K = ${buffer}`).toBeLessThan(tolerance);
    }
  });

  it('never send one update twice', async () => {
    const { trace } = await simulate(
      cell({ task: blobs(), algorithm: fedBuff({ buffer: 15 }), until: { rounds: 30 } }),
    );
    const trained = factsOf(trace).filter(({ kind }) => kind === 'training.finished');
    const updates = trained.map(({ actor, model }) => `${actor} ${JSON.stringify(model)}`);
    expect(updates.length).toBeGreaterThan(400);
    expect(new Set(updates).size).toBe(updates.length);
  });
});

describe('the luck of an update', () => {
  /** How long each client's updates take to compute and to send, one after the other. */
  async function lives(algorithm: ScenarioOptions['algorithm']) {
    const channel = fixedRates({ clientToCloud: 2, erasure: retransmission({ probability: 0.4 }) });
    const { trace } = await simulate(cell({ channel, algorithm, until: { time: 60 } }));
    const [begun, all] = [new Map<string, number>(), new Map<string, { computing: number[]; sending: unknown[] }>()];
    for (const { kind, actor, at, seconds } of factsOf(trace)) {
      const own = all.get(actor) ?? { computing: [], sending: [] };
      all.set(actor, own);
      if (kind === 'model.received') begun.set(actor, at);
      else if (kind === 'training.finished') own.computing.push(at - (begun.get(actor) as number));
      else if (kind === 'upload.finished') own.sending.push(seconds);
    }
    return all;
  }

  it('is the same whenever its server makes versions', async () => {
    const [rounds, ...streams] = await Promise.all(
      [fedAvg({ localSteps: 1 }), ...[1, 5, 15].map((buffer) => fedBuff({ buffer, localSteps: 1 }))].map(lives),
    );
    for (const [client, { computing, sending }] of rounds as Awaited<ReturnType<typeof lives>>) {
      if (!client.startsWith('client')) continue;
      expect(new Set(computing).size).toBe(computing.length);
      expect(new Set(sending).size).toBeGreaterThan(1);
      for (const other of streams) {
        const its = other.get(client);
        const known = (list: readonly unknown[], of: readonly unknown[]) => list.slice(0, of.length);
        expect(known(its?.computing ?? [], computing)).toEqual(known(computing, its?.computing ?? []));
        expect(known(its?.sending ?? [], sending)).toEqual(known(sending, its?.sending ?? []));
      }
    }
  });
});
