import { describe, expect, it } from 'vitest';
import { federation, ring } from '../../actors/index.ts';
import { hierLike, radio, rayleigh, tdma, transferErasure } from '../../channels/index.ts';
import { fedAvg, hierFavg, sdFeel } from '../../src/algorithms/index.ts';
import { bernoulli, markovOnOff } from '../../src/devices/index.ts';
import { fastest } from '../../src/policies/index.ts';
import type { ScriptFunction } from '../../src/runtime/script.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { factsOf, timingStudy } from '../support/study.ts';

const told = async (script: ScriptFunction, options: Parameters<typeof timingStudy>[0] = {}) => {
  const { summary, trace, cause } = await simulate(timingStudy({ script, ...options }));
  return { summary, cause, facts: factsOf(trace) };
};

// Goal: a script's faults hit exactly whom they name, when they say; everyone else goes on.
// Method: directed faults in timing-only runs, read back from the trace.
describe('scripted faults', () => {
  it('lose what a crashed client was doing, close its round without it, and take it back after a restart', async () => {
    const { facts, cause, summary } = await told(
      function* (world) {
        yield world.closed(1);
        yield world.after(0.001);
        world.crash('client-3');
        yield world.closed(3);
        world.restart('client-3');
      },
      { until: { rounds: 6 } },
    );
    expect(cause).toBe('rounds');
    expect(summary.dropouts).toBe(1);
    const closed = facts.filter(({ kind, actor }) => kind === 'round.closed' && actor === 'edge-0');
    expect(closed.map(({ admitted }) => admitted)).toEqual([5, 4, 4, 4, 5, 5]);
    expect(closed.map(({ lost }) => lost)).toEqual([0, 1, 0, 0, 0, 0]);
  });

  it('hold the transfers of a cut client until its link is mended', async () => {
    const run = (lasting: number) =>
      told(
        function* (world) {
          yield world.at(0.05);
          world.cut('client-0');
          yield world.after(lasting);
          world.mend('client-0');
        },
        { until: { rounds: 1 } },
      );
    const [short, long] = [await run(0.01), await run(0.51)];
    expect(long.summary.virtualSeconds - short.summary.virtualSeconds).toBeCloseTo(0.5, 8);
    expect(long.facts.filter(({ kind }) => kind === 'link.cut' || kind === 'link.mended').length).toBe(2);
  });

  it('hold the mixing of two servers while the link between them is cut', async () => {
    const free = await told(function* () {}, { until: { rounds: 1 } });
    const cut = await told(
      function* (world) {
        world.cut('edge-0', 'edge-1');
        yield world.at(1);
        world.mend('edge-0', 'edge-1');
      },
      { until: { rounds: 1 } },
    );
    expect(free.summary.virtualSeconds).toBeLessThan(1);
    expect(cut.summary.virtualSeconds).toBeGreaterThan(1);
  });

  it('make an attenuated radio link slower for as long as the obstacle stands', async () => {
    const channel = radio({ fading: rayleigh({ coherence: 0.01 }) });
    const free = await told(function* () {}, { channel, until: { rounds: 3 } });
    const blocked = await told(
      function* (world) {
        world.block('client-0', { attenuationDb: 40, lasting: 0.5 });
        yield world.at(0);
      },
      { channel, until: { rounds: 3 } },
    );
    expect(blocked.summary.virtualSeconds).toBeGreaterThan(free.summary.virtualSeconds);
  });

  it('make a slowed client compute as many times as long, from its next update on', async () => {
    const spanOf = (facts: ReturnType<typeof factsOf>, round: number) => {
      const at = (kind: string) =>
        facts.find((each) => each.kind === kind && each.actor === 'client-0' && each.round === round)?.at ?? 0;
      return at('training.finished') - at('model.received');
    };
    const { facts } = await told(function* (world) {
      yield world.closed(1);
      world.slow('client-0', { factor: 8 });
    });
    expect(spanOf(facts, 3) / spanOf(facts, 1)).toBeCloseTo(8, 6);
  });

  it('let neighbours mix without a crashed edge server, and with it again after its restart', async () => {
    const { facts, cause } = await told(
      function* (world) {
        yield world.closed(2);
        yield world.after(0.01);
        world.crash('edge-1');
        yield world.closed(5);
        world.restart('edge-1');
      },
      { until: { rounds: 9 } },
    );
    expect(cause).toBe('rounds');
    const roundsOf = (actor: string) =>
      facts.filter((each) => each.kind === 'round.closed' && each.actor === actor).map(({ round }) => round);
    expect(roundsOf('edge-0')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(roundsOf('edge-1').slice(0, 2)).toEqual([1, 2]);
    expect(roundsOf('edge-1').at(-1)).toBe(9);
  });

  it('let a central server go on without a crashed edge server, and invite it again after its restart', async () => {
    const { facts, cause } = await told(
      function* (world) {
        yield world.closed(2);
        yield world.after(0.01);
        world.crash('edge-1');
        yield world.after(5);
        world.restart('edge-1');
      },
      { until: { rounds: 12 }, algorithm: hierFavg({ localSteps: 3, edgeRounds: 2 }) },
    );
    expect(cause).toBe('rounds');
    const rounds = facts
      .filter((each) => each.kind === 'round.closed' && each.actor === 'edge-1')
      .map(({ round }) => round);
    expect(rounds.at(-1)).toBe(12);
    expect(new Set(rounds).size).toBe(rounds.length);
  });

  it('end a run that nothing can go on in, and say so', async () => {
    const { cause } = await told(function* (world) {
      yield world.closed(1);
      for (const actor of world.actors) if (actor.startsWith('client')) world.crash(actor);
    });
    expect(cause).toBe('drained');
  });

  it.each([
    [
      'an unknown actor',
      (world: Parameters<ScriptFunction>[0]) => world.crash('client-99'),
      /unknown actor: "client-99" \(script, t = 0 s\).*client-0 … client-19/,
    ],
    [
      'a negative factor',
      (world: Parameters<ScriptFunction>[0]) => world.slow('client-0', { factor: -1 }),
      /invalid factor: -1/,
    ],
    [
      'a server where a client is meant',
      (world: Parameters<ScriptFunction>[0]) => world.block('edge-0', { attenuationDb: 3 }),
      /"edge-0" is no client/,
    ],
    [
      'servers without a link',
      (world: Parameters<ScriptFunction>[0]) => world.cut('edge-0', 'client-1'),
      /invalid link/,
    ],
  ])('are refused when they name %s', async (_name, act, message) => {
    await expect(
      told(function* (world) {
        act(world);
      }),
    ).rejects.toThrow(message);
  });

  it('fail a run with place and reason when the script throws or yields nonsense', async () => {
    await expect(
      told(function* (world) {
        yield world.at(0.1);
        throw new Error('out of ideas');
      }),
    ).rejects.toThrow(/it threw: out of ideas \(script, t = 0\.1 s\)/);
    await expect(
      told(function* () {
        yield 5 as never;
      }),
    ).rejects.toThrow(/invalid wait: 5/);
  });
});

describe('availability', () => {
  it('leaves out clients that do not answer in a round, as often as Bernoulli says', async () => {
    const { summary, trace } = await simulate(
      timingStudy({ devices: { availability: bernoulli({ probability: 0.7 }) }, until: { rounds: 200 } }),
    );
    const cohorts = factsOf(trace).filter(({ kind }) => kind === 'cohort.scheduled');
    const invited = cohorts.reduce((sum, { cohort }) => sum + (cohort as string[]).length, 0);
    const asked = cohorts.length * 5;
    // Four standard errors of a mean of Bernoulli draws; empty cohorts are asked no more in that round.
    expect(Math.abs(invited / asked - 0.7)).toBeLessThan(4 * Math.sqrt((0.7 * 0.3) / asked));
    expect(summary.rounds).toBe(200);
  });

  it('takes clients away in the middle of their work, and the run goes on', async () => {
    const availability = markovOnOff({ meanOnline: 0.4, meanOffline: 0.2 });
    const { summary, trace, cause } = await simulate(timingStudy({ devices: { availability }, until: { rounds: 60 } }));
    expect(cause).toBe('rounds');
    expect(summary.dropouts).toBeGreaterThan(20);
    const facts = factsOf(trace);
    for (const { at, actor, round } of facts.filter(({ kind }) => kind === 'work.lost')) {
      const late = facts.some(
        (each) => each.kind === 'training.finished' && each.actor === actor && each.round === round && each.at > at,
      );
      expect(late).toBe(false);
    }
  });

  it('never counts an update twice, nor more updates than invitations', async () => {
    const availability = markovOnOff({ meanOnline: 0.3, meanOffline: 0.1 });
    const channel = radio({ fading: rayleigh({ coherence: 0.02 }), access: tdma() });
    const { trace } = await simulate(
      timingStudy({ channel, devices: { availability }, algorithm: fedAvg({ localSteps: 2 }), until: { rounds: 40 } }),
    );
    const open = new Map<number, Set<unknown>>();
    for (const fact of factsOf(trace)) {
      const round = fact.round as number;
      if (fact.kind === 'cohort.scheduled') open.set(round, new Set(fact.cohort as string[]));
      if (fact.kind === 'update.received') expect(open.get(round)?.delete(fact.from)).toBe(true);
    }
  });
});

it('closes a round at the deadline of the schedule, and ignores what comes later', async () => {
  const { trace } = await simulate(
    timingStudy({
      ...hierLike(),
      topology: federation({ clients: 8, edgeServers: 2, graph: ring() }),
      schedule: fastest({ cohort: 4, closeAfter: 0.05 }),
      algorithm: sdFeel({ localSteps: 1 }),
      until: { time: 1, rounds: 5 },
    }),
  );
  const facts = factsOf(trace);
  expect(facts.filter(({ kind }) => kind === 'deadline.passed').length).toBeGreaterThan(2);
  expect(facts.filter(({ kind, admitted }) => kind === 'round.closed' && admitted === 0).length).toBeGreaterThan(0);
});

it('leaves the air to the others while the client whose turn it is has lost its link', async () => {
  const run = (script: ScriptFunction) => told(script, { channel: radio({ access: tdma() }), until: { rounds: 1 } });
  const { facts } = await run(function* (world) {
    world.cut('client-0');
    yield world.at(30);
    world.mend('client-0');
  });
  const arrivals = facts.filter(({ kind, actor }) => kind === 'update.received' && actor === 'edge-0');
  expect(arrivals.map(({ at }) => at < 30e9)).toEqual([true, true, true, true, false]);
});

it('lets time pass where a policy never invites anyone, instead of standing still for ever', async () => {
  const idle = timingStudy({ schedule: () => ({ invite: [] }), algorithm: fedAvg(), until: { time: 100 } });
  const { cause, summary } = await simulate(idle);
  expect([cause, summary.virtualSeconds, summary.energyJoules]).toEqual(['time', 100, 0]);
  expect(summary.rounds).toBeGreaterThan(10);
});

it('counts an upload that is given up as lost, as often as the loss model says, and goes on', async () => {
  const channel = radio({ loss: transferErasure({ probability: 0.6, attempts: 1 }) });
  const { summary, cause } = await simulate(timingStudy({ channel, until: { rounds: 100 } }));
  expect(cause).toBe('rounds');
  const uploads = 100 * 20;
  // Four standard errors of a mean of Bernoulli draws.
  expect(Math.abs(summary.dropouts / uploads - 0.6)).toBeLessThan(4 * Math.sqrt((0.6 * 0.4) / uploads));
});
