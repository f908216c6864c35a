import { describe, expect, it } from 'vitest';
import { complete, exponentialFailures, federation, givenGraph, line, ring } from '../../actors/index.ts';
import {
  type Allocation,
  coChannel,
  equalFinishOfdma,
  fixedRates,
  ofdma,
  proportionalFair,
  relay,
  roundRobinAccess,
  slottedAloha,
} from '../../channels/index.ts';
import { radio } from '../../channels/radio.ts';
import { fedAvg, hierFavg, sdFeel } from '../../src/algorithms/index.ts';
import { battery, homogeneous, pattern } from '../../src/devices/index.ts';
import { Mbps } from '../../src/index.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { dbmToWatts } from '../../src/units.ts';
import { factsOf, timingStudy } from '../support/study.ts';

const wire = (rate: number) => ({ rate, latency: 0, shared: true });
const MODEL_BITS = 698_880;

describe('routes of a scenario', () => {
  const topology = federation({ clients: 4, edgeServers: 4, graph: line() });
  const over = async (backhaul: Parameters<typeof timingStudy>[0] & object, options = {}) =>
    (
      await simulate(
        timingStudy({
          ...relay(),
          ...backhaul,
          topology,
          algorithm: hierFavg({ edgeRounds: 1 }),
          until: { rounds: 1 },
        }),
        options,
      )
    ).summary.virtualSeconds;

  it('lead to the cloud through the gateway, where they share the last links', async () => {
    const direct = await over({ backhaul: { cloud: wire(Mbps(5)), edge: wire(Mbps(50)) } });
    const shortest = await over({
      backhaul: { cloud: wire(Mbps(5)), edge: wire(Mbps(50)), routes: 'shortest', gateways: [0] },
    });
    // Four reports at once: a link of 5 Mbit/s each, or one for all of them.
    expect(shortest - direct).toBeCloseTo((3 * MODEL_BITS) / Mbps(5), 8);
  });

  it('are refused where they can’t be', async () => {
    await expect(over({ backhaul: { routes: 'shortest', gateways: [0, 4] } })).rejects.toThrow(
      'invalid gateway: 4 (backhaul.gateways); name edge servers 0 … 3 [TOPOLOGY_INVALID]',
    );
    await expect(over({ backhaul: { gateways: [0] } })).rejects.toThrow('invalid backhaul.gateways: [0]');
    await expect(over({ backhaul: { whenCut: 'reroute' } })).rejects.toThrow('invalid backhaul.whenCut: "reroute"');
    const islands = federation({
      ...{ clients: 4, edgeServers: 4 },
      graph: (nodes: number) => ({ nodes, neighbours: [[1], [0], [3], [2]] }),
    });
    const study = timingStudy({ ...relay(), topology: islands, backhaul: { routes: 'shortest' }, algorithm: fedAvg() });
    await expect(simulate(study)).rejects.toThrow('no way from edge server 0 to edge server 2');
    expect(givenGraph.partName).toBe('given');
  });
});

describe('links that fail', () => {
  const failing = (algorithm = sdFeel({ localSteps: 3 }), whenCut: 'stall' | 'reroute' = 'stall') =>
    simulate(
      timingStudy({
        ...{ topology: federation({ clients: 6, edgeServers: 3, graph: complete() }), algorithm },
        channel: fixedRates(),
        backhaul: {
          ...{ edge: wire(Mbps(1)), routes: 'shortest', whenCut },
          failures: exponentialFailures({ meanUp: 20, meanDown: 5 }),
        },
        until: { time: 2000 },
      }),
    );

  it('go down and come back by themselves, at instants that are the world’s and not the algorithm’s', async () => {
    const cuts = async (...how: Parameters<typeof failing>) =>
      factsOf((await failing(...how)).trace).filter(({ actor }) => actor === 'environment');
    const [sdFeelCuts, fedAvgCuts] = [await cuts(), await cuts(fedAvg())];
    expect(fedAvgCuts).toEqual(sdFeelCuts);
    const one = sdFeelCuts.filter(({ a, b }) => a === 'edge-0' && b === 'edge-1').map(({ kind }) => kind);
    expect(one).toEqual(one.map((_, index) => (index % 2 === 0 ? 'link.cut' : 'link.mended')));
    // Six links, each with a cycle of 25 s on average: 480 failures in 2000 s. A cycle's variance is 20² + 5², so that
    // of a count over a time T is T σ² / μ³; four standard deviations.
    const failures = sdFeelCuts.filter(({ kind }) => kind === 'link.cut').length;
    expect(Math.abs(failures - (6 * 2000) / 25)).toBeLessThan(4 * Math.sqrt((6 * 2000 * 425) / 25 ** 3) + 6);
  });

  it('cost rounds, fewer where transfers go another way', async () => {
    const rounds = async (...how: Parameters<typeof failing>) => (await failing(...how)).summary.rounds;
    const [stalled, rerouted] = [await rounds(), await rounds(undefined, 'reroute')];
    expect(stalled).toBeLessThan(rerouted);
  });
});

// Goal: a battery ends at the instant that powers and capacity say, and its client loses exactly what it was doing. Method:
// one client on a link of fixed rate, whose powers are constants.
describe('a battery', () => {
  const MACS = 1e9;
  const COMPUTE_WATTS = 1e-28 * MACS ** 3;
  const POWER_DBM = 20;
  const channel = fixedRates({ uplink: 1e6, clientPower: POWER_DBM });
  const run = (capacity: number, options: Parameters<typeof battery>[0] = {}, until = { time: 1e4, rounds: 6 }) =>
    simulate(
      timingStudy({
        ...{ channel, topology: federation({ clients: 1, edgeServers: 1 }), until },
        devices: { clock: homogeneous({ macsPerSecond: MACS }), battery: battery({ capacity, ...options }) },
      }),
    );

  it('runs empty in mid-upload, takes its client offline for good, and all it had is spent', async () => {
    const [computing, sending] = [await lengths(), MODEL_BITS / 1e6];
    const each = COMPUTE_WATTS * computing + dbmToWatts(POWER_DBM) * sending;
    const capacity = 2 * each + COMPUTE_WATTS * computing + dbmToWatts(POWER_DBM) * 0.25;
    const { trace, summary } = await run(capacity);
    const facts = factsOf(trace);
    const empty = facts.find(({ kind }) => kind === 'battery.empty');
    expect(empty).toMatchObject({ actor: 'client-0', charge: 0 });
    expect(empty!.at / 1e9).toBeCloseTo(2 * (computing + sending) + computing + 0.25, 6);
    const after = facts.filter(({ at, actor }) => at >= empty!.at && actor === 'client-0').map(({ kind }) => kind);
    expect(after.slice(0, 3)).toEqual(['battery.empty', 'went.offline', 'work.lost']);
    expect(summary.rounds).toBe(3);
    expect(summary.dropouts).toBe(1);
    expect(summary.energyJoules).toBeCloseTo(capacity, 9);
  });

  /** Time of a local update on mains. */
  async function lengths(): Promise<number> {
    const { trace } = await simulate(
      timingStudy({
        ...{ channel, topology: federation({ clients: 1, edgeServers: 1 }), until: { rounds: 1 } },
        devices: { clock: homogeneous({ macsPerSecond: MACS }) },
      }),
    );
    return factsOf(trace).find(({ kind }) => kind === 'training.finished')!.at / 1e9;
  }

  it('comes back when it is charged, and not while its client is away for another reason', async () => {
    const options = { harvest: 0.01, returnShare: 0.5 };
    const { trace } = await run(0.05, options, { time: 60, rounds: 1000 });
    const facts = factsOf(trace).filter(({ actor }) => actor === 'client-0');
    const turns = facts.filter(({ kind }) => /^battery|line$/.test(kind)).map(({ kind }) => kind);
    expect(turns.slice(0, 5)).toEqual([
      ...['battery.empty', 'went.offline', 'battery.charged', 'came.online'],
      'battery.empty',
    ]);
    const [empty, , charged] = facts.filter(({ kind }) => /^battery|line$/.test(kind)) as [
      { at: number },
      unknown,
      { at: number },
    ];
    expect((charged.at - empty.at) / 1e9).toBeCloseTo((0.5 * 0.05) / 0.01, 6);
    const both = await simulate(
      timingStudy({
        ...{ channel, topology: federation({ clients: 1, edgeServers: 1 }), until: { time: 60, rounds: 1000 } },
        devices: {
          clock: homogeneous({ macsPerSecond: MACS }),
          battery: battery({ capacity: 0.05, ...options }),
          availability: pattern({ online: 3, offline: 4 }),
        },
      }),
    );
    const states = factsOf(both.trace)
      .filter(({ kind }) => kind === 'went.offline' || kind === 'came.online')
      .map(({ kind }) => kind);
    expect(states).toEqual(states.map((_, index) => (index % 2 === 0 ? 'went.offline' : 'came.online')));
    expect(states.length).toBeGreaterThan(4);
  });
});

describe('interference in a run', () => {
  it('slows uploads down, and the same seed gives the same trace', async () => {
    const once = (interference?: ReturnType<typeof coChannel>) =>
      simulate(
        timingStudy({
          topology: federation({ clients: 20, edgeServers: 4, graph: ring() }),
          channel: radio(interference === undefined ? {} : { interference }),
          until: { rounds: 3 },
        }),
      );
    const [clear, disturbed, again] = [await once(), await once(coChannel()), await once(coChannel())];
    expect(disturbed.summary.virtualSeconds).toBeGreaterThan(clear.summary.virtualSeconds);
    expect(again.trace).toEqual(disturbed.trace);
  });
});

describe('access schemes in a run', () => {
  const access = { bandwidth: 2e6 };
  const run = (scheme: Exclude<Parameters<typeof radio>[0], undefined>['access']) =>
    simulate(
      timingStudy({
        topology: federation({ clients: 12, edgeServers: 2 }),
        channel: radio({ access: scheme as never, bandwidth: access.bandwidth }),
        until: { rounds: 3 },
      }),
    );

  it.each([
    ['turns', roundRobinAccess(access)],
    ['proportionally fair turns', proportionalFair(access)],
    ['collisions', slottedAloha(access)],
    ['a common end', equalFinishOfdma(access)],
  ])('carry rounds to their end with %s', async (_, scheme) => {
    const { summary } = await run(scheme);
    expect(summary.rounds).toBe(3);
    expect(summary.uplinkBits).toBe(3 * 12 * MODEL_BITS);
  });

  it('follow the fading to an advantage, and lose to collisions', async () => {
    const seconds = async (scheme: Parameters<typeof run>[0]) => (await run(scheme)).summary.virtualSeconds;
    const [fair, turns, aloha] = [
      await seconds(proportionalFair(access)),
      await seconds(roundRobinAccess(access)),
      await seconds(slottedAloha(access)),
    ];
    expect(fair).toBeLessThan(turns);
    expect(turns).toBeLessThan(aloha);
  });

  it('can be a function of the user’s own: more bandwidth for weaker links ends sooner than equal shares', async () => {
    const allocation: Allocation = (demands) => {
      const needs = demands.map(({ remaining, snr }) => remaining / Math.log2(2 + snr));
      const total = needs.reduce((sum, need) => sum + need, 0);
      return needs.map((need) => ({ bandwidth: (access.bandwidth * need) / total, airtime: 1 }));
    };
    const [own, equal] = [await run(allocation as never), await run(ofdma(access))];
    expect(own.summary.virtualSeconds).toBeLessThan(equal.summary.virtualSeconds);
    expect(own.summary.uplinkBits).toBe(equal.summary.uplinkBits);
  });

  it('names a function of the user’s own that grants nonsense', async () => {
    await expect(run((() => [{ bandwidth: -1, airtime: 1 }]) as never)).rejects.toThrow('invalid allocation');
  });
});
