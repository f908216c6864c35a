import { describe, expect, it } from 'vitest';
import { federation, ring } from '../../actors/index.ts';
import { coChannel, givenPlaces, logDistance, ofdma, radio, randomWaypoint, rayleigh } from '../../channels/index.ts';
import { asyncSdFeel, fedAvg, hierFavg, sdFeel } from '../../src/algorithms/index.ts';
import { markovOnOff } from '../../src/devices/index.ts';
import { type Handover, nearest, noHandover, strongest } from '../../src/policies/index.ts';
import { type ScenarioOptions, scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { factsOf, study, timingStudy } from '../support/study.ts';

/** Fast clients in four small cells that lie close together, so that many cross a border within a few rounds. */
const onTheMove = (options: Partial<ScenarioOptions> = {}, handover = strongest({ period: 0.5, timeToTrigger: 0.5 })) =>
  timingStudy({
    topology: federation({ clients: 12, edgeServers: 4, graph: ring(), handover }),
    channel: radio({
      ...{ pathLoss: logDistance({ exponent: 3.5 }), fading: rayleigh({ coherence: 0.05 }), cellRadius: 60 },
      layout: givenPlaces({
        places: [
          [0, 0],
          [80, 0],
          [80, 80],
          [0, 80],
        ],
      }),
      mobility: randomWaypoint({ radius: 120, slowest: 5, fastest: 20, step: 0.5 }),
      access: ofdma({ bandwidth: 1e6 }),
    }),
    until: { time: 25 },
    ...options,
  });

type Facts = ReturnType<typeof factsOf>;
const ofKind = (facts: Facts, kind: string) => facts.filter((each) => each.kind === kind);

/** Checks the record of a run with handovers: nobody is invited by a stranger, nothing is used twice. */
function checkMembership(facts: Facts): void {
  const serverOf = new Map(Array.from({ length: 12 }, (_, n) => [`client-${n}`, `edge-${Math.floor(n / 3)}`]));
  const used = new Set<string>();
  for (const fact of facts) {
    if (fact.kind === 'handed.over') {
      expect(fact.from).toBe(serverOf.get(fact.actor));
      serverOf.set(fact.actor, fact.to as string);
    } else if (fact.kind === 'cohort.scheduled' && fact.actor.startsWith('edge')) {
      for (const client of fact.cohort as string[]) expect(serverOf.get(client)).toBe(fact.actor);
    } else if (fact.kind === 'update.received' && fact.actor.startsWith('edge')) {
      const name = `${fact.from} ${fact.round} at ${fact.actor}`;
      expect(used).not.toContain(name);
      used.add(name);
    }
  }
}

describe('handover in a run', () => {
  it('makes a client the new server’s, which invites it from its next round on', async () => {
    const facts = factsOf((await simulate(onTheMove())).trace);
    const moves = ofKind(facts, 'handed.over');
    expect(moves.length).toBeGreaterThan(5);
    checkMembership(facts);
    expect(ofKind(facts, 'member.joined')).toHaveLength(moves.length);
    expect(ofKind(facts, 'member.left')).toHaveLength(moves.length);
    const first = moves[0]!;
    const invited = facts.find(
      ({ at, kind, actor, cohort }) =>
        at > first.at &&
        kind === 'cohort.scheduled' &&
        actor === first.to &&
        (cohort as string[]).includes(first.actor),
    );
    expect(invited).toBeDefined();
  });

  it('carries an upload on to the server whose round it is, in mid-transfer', async () => {
    const facts = factsOf((await simulate(onTheMove())).trace);
    // A client that was handed over between the end of its training and its upload's.
    const carried = ofKind(facts, 'upload.finished').filter(({ at, actor, round }) => {
      const began = facts.find(
        (each) => each.kind === 'training.finished' && each.actor === actor && each.round === round && each.at < at,
      );
      return facts.some(
        (each) => each.kind === 'handed.over' && each.actor === actor && began!.at < each.at && each.at < at,
      );
    });
    expect(carried.length).toBeGreaterThan(0);
    for (const { actor, round, at } of carried) {
      const invitation = facts.findLast(
        (each) => each.at < at && each.kind === 'model.received' && each.actor === actor && each.round === round,
      );
      const arrived = facts.find(
        (each) => each.at >= at && each.kind === 'update.received' && each.from === actor && each.round === round,
      );
      if (arrived !== undefined) expect(arrived.actor).toBe(invitation!.from);
    }
  });

  it.each([
    ['SD-FEEL', sdFeel({ localSteps: 3 })],
    ['HierFAVG', hierFavg({ localSteps: 3, edgeRounds: 2 })],
    ['asynchronous SD-FEEL', asyncSdFeel()],
    ['FedAvg', fedAvg({ localSteps: 3 })],
  ])('keeps rounds of %s going, with interference and clients that come and go', async (_, algorithm) => {
    const { channel } = onTheMove().options;
    const radioOptions = (channel as { options: object }).options;
    const run = () =>
      simulate(
        onTheMove(
          {
            algorithm,
            channel: radio({ ...radioOptions, interference: coChannel() }),
            devices: { availability: markovOnOff({ meanOnline: 20, meanOffline: 2 }) },
            until: { time: 20 },
          },
          nearest({ period: 0.5, timeToTrigger: 0, hysteresis: 1 }),
        ),
      );
    const [once, again] = [await run(), await run()];
    expect(again.summary.fingerprint).toEqual(once.summary.fingerprint);
    const facts = factsOf(once.trace);
    expect(ofKind(facts, 'handed.over').length).toBeGreaterThan(10);
    checkMembership(facts);
    // Rounds go on until the end.
    expect(facts.findLast(({ kind }) => kind === 'round.closed')!.at / 1e9).toBeGreaterThan(15);
  });

  it('waits out a time to trigger, and a margin keeps clients where they are', async () => {
    const count = async (handover: ReturnType<typeof strongest>) =>
      ofKind(factsOf((await simulate(onTheMove({}, handover))).trace), 'handed.over').length;
    const eager = await count(strongest({ period: 0.5, timeToTrigger: 0, hysteresisDb: 0 }));
    const patient = await count(strongest({ period: 0.5, timeToTrigger: 2, hysteresisDb: 0 }));
    const content = await count(strongest({ period: 0.5, timeToTrigger: 0, hysteresisDb: 60 }));
    expect(patient).toBeLessThan(eager);
    expect(content).toBe(0);
    expect(await count(noHandover() as never)).toBe(0);
  });

  it('trains on real data with the same bytes each time, and an empty cell keeps nobody waiting', async () => {
    const { options } = onTheMove();
    // Everyone goes to the first cell: the others have no members, and go on mixing.
    const handover: Handover = { period: 0.01, timeToTrigger: 0, wanted: ({ servers }) => servers[0]! };
    const topology = federation({ clients: 12, edgeServers: 4, graph: ring(), handover });
    const run = () =>
      simulate(scenario({ ...study().options, channel: options.channel, topology, until: { rounds: 30 } }));
    const [once, again] = [await run(), await run()];
    expect(again.trace).toEqual(once.trace);
    expect(once.summary.rounds).toBe(30);
    const closed = ofKind(factsOf(once.trace), 'round.closed').filter(({ round }) => (round as number) >= 25);
    expect(new Set(closed.map(({ actor, admitted }) => `${actor} ${admitted}`))).toEqual(
      new Set(['edge-0 12', 'edge-1 0', 'edge-2 0', 'edge-3 0']),
    );
  });

  it('names a policy that wants what there is not', async () => {
    const handover = { period: 1, timeToTrigger: 0, wanted: () => ({ id: 'edge-9' }) as never };
    const topology = federation({ clients: 12, edgeServers: 4, handover });
    await expect(simulate(onTheMove({ topology }))).rejects.toThrow(
      'invalid handover policy: one of the servers expected',
    );
  });
});
