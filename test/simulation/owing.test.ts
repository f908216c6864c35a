/**
 * Goal: nobody is forgotten, and nothing outlives what it was started for. Method: small worlds in which somebody was lost
 * once, each run to an end that it must reach.
 */
import { describe, expect, it } from 'vitest';
import { federation, ring, star } from '../../actors/index.ts';
import { fixedRates, radio, rayleigh, transferErasure } from '../../channels/index.ts';
import { fedAsync, fedAvg, fedBuff, feel, mimic } from '../../src/algorithms/index.ts';
import { listedRounds, markovOnOff, rotatingGroups } from '../../src/devices/index.ts';
import { timingOnly } from '../../src/learning/index.ts';
import { quorum } from '../../src/policies/index.ts';
import { type ScenarioOptions, scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { factsOf } from '../support/study.ts';

const cell = (clients: number) => federation({ clients, edgeServers: 1 });
const run = async (options: Partial<ScenarioOptions>) => {
  const base = { name: 'owing', topology: cell(4), channel: fixedRates(), task: timingOnly() };
  const made = await simulate(scenario({ ...base, algorithm: fedAvg(), until: { rounds: 12 }, ...options }));
  return { ...made, facts: factsOf(made.trace) };
};
const trainings = (facts: ReturnType<typeof factsOf>, clients: number) =>
  Array.from(
    { length: clients },
    (_, index) => facts.filter(({ kind, actor }) => kind === 'training.finished' && actor === `client-${index}`).length,
  );

describe('a server has one question to its policy open at a time', () => {
  it('so that members whose late updates come while it asks are not forgotten', async () => {
    const { facts, cause } = await run({
      channel: fixedRates({ clientToCloud: 'relay' }),
      algorithm: fedAvg({ pacing: quorum({ updates: 1 }) }),
    });
    expect(cause).toBe('rounds');
    expect(trainings(facts, 4)).toEqual([12, 12, 12, 12]);
  });

  it.each([
    ['central server', fedAvg()],
    ['edge server', feel()],
  ])('so that members of a %s who come back together are all invited again', async (_, algorithm) => {
    const { facts } = await run({
      algorithm,
      *script(world) {
        yield world.closed(2);
        yield world.after(0.001);
        for (let i = 0; i < 4; i++) world.crash(`client-${i}`);
        yield world.after(1);
        for (let i = 0; i < 4; i++) world.restart(`client-${i}`);
      },
    });
    expect(trainings(facts, 4)).toEqual([11, 11, 11, 11]);
  });
});

describe('an asynchronous server', () => {
  it.each([1, 2, 3])('with %i clients goes on after uploads that are lost', async (clients) => {
    const { cause, facts } = await run({
      topology: cell(clients),
      channel: fixedRates({ loss: transferErasure({ probability: 0.5, attempts: 1 }) }),
      algorithm: fedAsync(),
      until: { rounds: 50, time: 2000 },
    });
    expect(cause).toBe('rounds');
    expect(facts.filter(({ kind }) => kind === 'work.lost').length).toBeGreaterThan(10);
  });

  it('loses time and updates by clients that drop out before they compute', async () => {
    const of = async (place: 'before' | undefined) => {
      const devices = place === undefined ? {} : { availability: rotatingGroups({ place }) };
      return run({ algorithm: fedAsync(), topology: cell(12), devices, until: { time: 60 } });
    };
    const [always, dropping] = [await of(undefined), await of('before')];
    expect(dropping.summary.dropouts).toBeGreaterThan(10);
    expect(dropping.summary.rounds).toBeLessThan(0.95 * always.summary.rounds);
  });

  it('comes to its end where nobody ever answers, since each try takes time', async () => {
    const availability = listedRounds({ place: 'before', rounds: [[0]], fullFirst: false });
    const { cause, summary } = await run({
      ...{ topology: cell(2), algorithm: fedAsync(), devices: { availability } },
      until: { time: 10 },
    });
    expect(cause).toBe('time');
    expect(summary.virtualSeconds).toBe(10);
  });

  it('invites again and again where members answer by chance', async () => {
    const availability = {
      inRound: (_: number, round: number, draws: never) => (draws as { at(i: number): () => number }).at(round)() < 0.3,
      sojourn: () => Number.POSITIVE_INFINITY,
    };
    const { cause } = await run({
      ...{ topology: cell(1), algorithm: fedBuff({ buffer: 1 }), devices: { availability: availability as never } },
      until: { rounds: 20 },
    });
    expect(cause).toBe('rounds');
  });
});

describe('what was started for a state ends with it', () => {
  it('a dropout that was drawn for one round strikes no other', async () => {
    const availability = {
      inRound: () => true,
      sojourn: () => Number.POSITIVE_INFINITY,
      dropout: (client: number, round: number) =>
        client === 0 && round === 1 ? ({ during: 'computing', share: 0.9 } as const) : undefined,
    };
    const clock = {
      macsPerSecond: ({ index }: { readonly index: number }) => (index === 0 ? 5e6 : 1e9),
    };
    const { facts, summary } = await run({
      ...{ topology: cell(3), devices: { clock, availability }, algorithm: fedAvg({ late: 'release' }) },
      schedule: ({ idle, round }) => ({ invite: idle, closeAfter: round === 1 ? 3 : 60 }),
      until: { rounds: 4 },
    });
    expect(summary.dropouts).toBe(0);
    expect(trainings(facts, 3)).toEqual([3, 4, 4]);
  });

  it.each([0.0001, 0.6, 1.2, 2.6])(
    'a transfer whose way is cut at %f s takes another one, on the air or on the wires',
    async (cutAt) => {
      const failures = {
        sojourn: (k: number, draws: { readonly name: string }) =>
          draws.name.startsWith('edge-0/edge-1') && k === 0 ? cutAt : Number.POSITIVE_INFINITY,
      };
      const wire = { rate: 698_880, latency: 0, shared: false };
      const { facts, cause } = await run({
        topology: federation({ clients: 4, edgeServers: 4, graph: ring() }),
        channel: fixedRates({ uplink: 698_880 / 2, clientToCloud: 'relay' }),
        backhaul: { routes: 'shortest', gateways: [0], whenCut: 'reroute', edge: wire, cloud: wire, failures },
        until: { rounds: 1, time: 100 },
      });
      expect(cause).toBe('rounds');
      expect(facts.filter(({ kind }) => kind === 'update.received')).toHaveLength(4);
    },
  );
});

describe('offline and online take turns', () => {
  it('whatever a script restarts that never crashed', async () => {
    const { facts } = await run({
      ...{ topology: cell(2), channel: radio(), algorithm: mimic() },
      devices: { availability: markovOnOff({ meanOnline: 0.04 }) },
      until: { rounds: 4, time: 300 },
      *script(world) {
        world.restart('client-1');
      },
    });
    const turns = facts.filter(({ kind, actor }) => actor === 'client-1' && /line$/.test(kind)).map(({ kind }) => kind);
    expect(turns.every((kind, at) => kind === (at % 2 === 0 ? 'went.offline' : 'came.online'))).toBe(true);
    expect(facts.some(({ kind }) => kind === 'restarted')).toBe(false);
  });
});

describe('time', () => {
  it('passes in rounds to which nobody is invited: as long as the quickest member would have taken', async () => {
    const { summary, facts } = await run({
      schedule: ({ round, idle }) => ({ invite: round === 2 ? idle : [] }),
      until: { rounds: 3 },
    });
    const [first, second] = facts.filter(({ kind }) => kind === 'round.closed').map(({ at }) => at);
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(first as number);
    expect(summary.rounds).toBe(3);
  });

  it('isn’t run off for ever by a transfer that can never end: its link is named', async () => {
    const stuck = run({
      ...{ topology: cell(1), channel: radio({ fading: rayleigh({ coherence: 0.01 }) }), until: { rounds: 2 } },
      *script(world) {
        yield world.after(0.01);
        world.block('client-0', { attenuationDb: 1000 });
      },
    });
    await expect(stuck).rejects.toThrow(
      /exceeded limit of steps of transfers .*client-0 to central, try 1, t = .*\[LIMIT_EXCEEDED\]/,
    );
  });

  it('stands still for so many events at most, and then says where', async () => {
    const nothing = { macsPerSecond: () => 1e15 };
    const available = { inRound: () => true, sojourn: () => 0 };
    const stuck = run({
      ...{
        topology: federation({ clients: 2, edgeServers: 2, graph: star() }),
        devices: { clock: nothing, availability: available },
      },
      until: { time: 10 },
    });
    await expect(stuck).rejects.toThrow(
      /exceeded limit of events at one instant: \d+ \(.*t = 0 s\).*\[LIMIT_EXCEEDED\]/,
    );
  });
});
