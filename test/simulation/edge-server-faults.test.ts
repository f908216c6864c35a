import { describe, expect, it } from 'vitest';
import { exponentialFailures, federation, ring } from '../../actors/index.ts';
import { logDistance, radio, rayleigh, transferErasure } from '../../channels/index.ts';
import { asyncSdFeel, sdFeel } from '../../src/algorithms/index.ts';
import { heterogeneous } from '../../src/devices/index.ts';
import { quadratic } from '../../src/learning/index.ts';
import type { ScriptFunction } from '../../src/runtime/script.ts';
import { type ScenarioOptions, scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { factsOf, timingStudy } from '../support/study.ts';

/** Rounds of about 0.13 s, mixed after each; an exchange takes 0.014 s. */
const told = async (script: ScriptFunction | undefined, options: Partial<ScenarioOptions> = {}) => {
  const base = timingStudy({
    algorithm: sdFeel({ localSteps: 3, exchanges: 2 }),
    devices: { clock: heterogeneous({ gap: 2 }) },
    until: { rounds: 6 },
    ...options,
  }).options;
  const { trace, cause, models } = await simulate(scenario({ ...base, ...(script && { script }) }));
  return { facts: factsOf(trace), cause, models };
};
type Facts = Awaited<ReturnType<typeof told>>['facts'];
const asynchronous = asyncSdFeel({ minimumSteps: 3, maximumSteps: 12 });

const isServer = (name: unknown): boolean => String(name).startsWith('edge');
const lostBetweenServers = (facts: Facts) =>
  facts.filter(({ kind, actor, peer }) => kind === 'peer.lost' && isServer(actor) && isServer(peer));

// Goal: what happens to the links between edge servers, or to some of them, keeps nobody apart or waiting for good.
describe('edge servers on links that fail', () => {
  const failing = {
    channel: radio({
      pathLoss: logDistance(),
      fading: rayleigh(),
      loss: transferErasure({ probability: 0.2, attempts: 2 }),
    }),
    backhaul: {
      edge: { rate: 50e6, latency: 0.001, shared: true },
      failures: exponentialFailures({ meanUp: 0.3, meanDown: 0.2 }),
    },
  };

  it.each([
    ['synchronous', sdFeel({ localSteps: 3, exchanges: 2 })],
    ['asynchronous', asynchronous],
  ])('are never told that a neighbour is lost, and mix with both to the last: %s', async (_name, algorithm) => {
    const { facts, cause } = await told(undefined, { ...failing, algorithm, until: { rounds: 12 } });
    expect(cause).toBe('rounds');
    expect(facts.filter(({ kind }) => kind === 'link.cut').length).toBeGreaterThan(10);
    // Uploads are given up on the way, so clients and servers lose each other, but no two servers do.
    expect(facts.some(({ kind }) => kind === 'peer.lost')).toBe(true);
    expect(lostBetweenServers(facts)).toEqual([]);
    for (const server of ['edge-0', 'edge-1', 'edge-2', 'edge-3']) {
      const own = facts.filter(({ actor }) => actor === server);
      const last = own.filter(({ kind, round }) => kind === 'gossip.received' && round === 12).map(({ from }) => from);
      const mixed = own.findLast(({ kind }) => kind === 'models.mixed')?.servers as string[] | undefined;
      expect(mixed?.length ?? new Set(last).size + 1).toBe(3);
    }
  });
});

describe('edge servers that crash', () => {
  it('are not waited for by a neighbour that was down as they went', async () => {
    const { facts, cause } = await told(function* (world) {
      yield world.closed(1);
      world.crash('edge-1');
      yield world.after(0.05);
      world.crash('edge-2');
      yield world.closed(3);
      world.restart('edge-1');
    });
    expect(cause).toBe('rounds');
    expect(facts.findLast(({ kind, actor }) => kind === 'round.closed' && actor === 'edge-1')?.round).toBe(6);
  });

  it('keep nobody waiting when they come back in the last round', async () => {
    const { cause, models } = await told(function* (world) {
      yield world.closed(2);
      world.crash('edge-1');
      yield world.closed(5);
      yield world.after(0.01);
      world.restart('edge-1');
    });
    expect([cause, models.size]).toEqual(['rounds', 4]);
  });

  it.each([
    ['synchronous', sdFeel({ localSteps: 3, consensus: 1e-6 })],
    ['asynchronous', asyncSdFeel({ minimumSteps: 3, maximumSteps: 12, consensus: 1e-6 })],
  ])('stay out of a final consensus that has begun when they come back: %s', async (_name, algorithm) => {
    for (const until of [{ rounds: 3 }, { time: 0.4 }]) {
      const { facts, cause } = await told(
        function* (world) {
          yield world.closed(1);
          world.crash('edge-1');
          yield world.at(world.now + 0.3);
          world.restart('edge-1');
        },
        { algorithm, until, devices: {} },
      );
      const opened = facts.find(({ kind }) => kind === 'consensus.opened')?.at as number;
      const returned = facts.find(({ kind }) => kind === 'restarted')?.at as number;
      const reached = facts.filter(({ kind }) => kind === 'consensus.reached');
      expect(opened).toBeLessThan(returned);
      expect(reached.map(({ actor }) => actor).sort()).toEqual(['edge-0', 'edge-2', 'edge-3']);
      expect(returned).toBeLessThan(reached[0]?.at as number);
      expect(cause).toBe('rounds' in until ? 'rounds' : 'time');
    }
  });
});

describe('asynchronous edge servers that crash', () => {
  it('go on with a round of their own when they come back, and neighbours mix with them from their next exchange on', async () => {
    const { facts } = await told(
      function* (world) {
        yield world.at(1);
        world.crash('edge-3');
        yield world.at(1.5);
        world.restart('edge-3');
      },
      {
        algorithm: asynchronous,
        devices: { clock: heterogeneous({ gap: 20, macsPerSecond: 1e9, placement: 'byCluster' }) },
        until: { time: 4 },
      },
    );
    const back = facts.find(({ kind }) => kind === 'restarted');
    const rounds = facts.filter(({ kind, actor }) => kind === 'round.closed' && actor === 'edge-3');
    // The slowest goes on where it was, however far the fastest is ahead.
    expect(
      rounds
        .map(({ round }) => round)
        .every((round, i, all) => i === 0 || (round as number) <= (all[i - 1] as number) + 2),
    ).toBe(true);
    const around = facts.filter(
      ({ kind, actor }) => kind === 'models.mixed' && (actor === 'edge-0' || actor === 'edge-2'),
    );
    const served = (from: number, to: number) =>
      around.filter(({ at }) => at > from && at <= to).map(({ servers }) => (servers as string[]).includes('edge-3'));
    expect(new Set(served(1e9, 1.5e9))).toEqual(new Set([false]));
    const later = around.filter(({ at }) => at > (back?.at as number));
    for (const server of ['edge-0', 'edge-2']) {
      const [, second] = later.filter(({ actor }) => actor === server);
      expect(second?.servers).toContain('edge-3');
    }
  });

  it('hold the model that the exchanges left them with, to the byte, and begin from it', async () => {
    for (const at of [0.9, 1.1, 1.3, 1.7, 2.2]) {
      const { facts } = await told(
        function* (world) {
          yield world.at(at);
          world.crash('edge-1');
          yield world.at(3);
          world.restart('edge-1');
        },
        {
          topology: federation({ clients: 4, edgeServers: 4, graph: ring() }),
          task: quadratic({ targets: [0, 1, 2, 5], learningRate: 0.1, modelBits: 698_880, macsPerSample: 1e6 }),
          algorithm: asynchronous,
          devices: { clock: heterogeneous({ gap: 4, macsPerSecond: 1e7 }) },
          until: { time: 6 },
        },
      );
      const own = facts.filter(({ actor }) => actor === 'edge-1');
      const held = own.findLast(
        ({ kind, at: then }) => ['models.mixed', 'model.replaced'].includes(kind) && then <= 3e9,
      );
      const sent = facts.find(
        ({ kind, from, at: then }) => kind === 'model.received' && from === 'edge-1' && then >= 3e9,
      );
      expect(sent?.model).toBe(held?.model);
    }
  });
});

it('ends a final consensus phase that can’t come to its end, at a time of its own', async () => {
  const { facts, cause } = await told(
    function* (world) {
      yield world.closed(3);
      world.cut('edge-0', 'edge-1');
    },
    { algorithm: sdFeel({ localSteps: 3, edgeRounds: 3, consensus: 1e-3, consensusWithin: 5 }), until: { rounds: 4 } },
  );
  const opened = facts.find(({ kind }) => kind === 'consensus.opened')?.at as number;
  expect(cause).toBe('rounds');
  expect(facts.filter(({ kind }) => kind === 'consensus.reached')).toEqual([]);
  expect(facts.at(-1)?.at).toBeLessThanOrEqual(opened + 5e9);
});
