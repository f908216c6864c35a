import { describe, expect, it } from 'vitest';
import { federation, ring } from '../../../actors/index.ts';
import { radio, rayleigh } from '../../../channels/index.ts';
import { fedAvg, hierFavg } from '../../../src/algorithms/index.ts';
import { bernoulli, heterogeneous } from '../../../src/devices/index.ts';
import type { Candidate, RoundView } from '../../../src/policies/policy.ts';
import { simulate } from '../../../src/scenario/simulate.ts';
import { blobs, study, timingStudy } from '../../support/study.ts';

type Seen = Omit<RoundView, 'idle' | 'draw'> & { readonly idle: readonly Candidate[]; readonly luck: number };

/** What a policy gets to see in a run; it invites whom `choose` says, or everyone. */
async function views(
  options: Parameters<typeof study>[0] = {},
  choose: (view: RoundView) => readonly Candidate[] = ({ idle }) => idle,
  make = timingStudy,
): Promise<Seen[]> {
  const seen: Seen[] = [];
  await simulate(
    make({
      ...options,
      schedule(view) {
        // Candidates answer for the present instant, so their fields are read at once.
        seen.push({ ...view, idle: view.idle.map((each) => ({ ...each })), luck: view.draw() });
        return { invite: choose(view) };
      },
    }),
  );
  return seen;
}

const of = (seen: readonly Seen[], server: string) => seen.filter((view) => view.server === server);

// Goal: the view of a scheduling policy holds what rounds and radio have made true. Method: policies that take notes.
describe('the view of a scheduling policy', () => {
  it('shows each edge server its own members, in order', async () => {
    const seen = await views({ until: { rounds: 1 } });
    expect(seen.map(({ server }) => server).sort()).toEqual(['edge-0', 'edge-1', 'edge-2', 'edge-3']);
    expect(of(seen, 'edge-1')[0]?.idle.map(({ id }) => id)).toEqual([5, 6, 7, 8, 9].map((each) => `client-${each}`));
    expect(seen.map(({ members }) => members)).toEqual([5, 5, 5, 5]);
  });

  it('remembers who took part, and grows stale on those who did not', async () => {
    const first = ({ idle }: RoundView) => idle.slice(0, 1);
    const last = of(await views({ until: { rounds: 4 } }, first), 'edge-0').at(-1);
    expect(last).toMatchObject({ round: 4 });
    expect(last?.idle.map(({ staleness }) => staleness)).toEqual([1, 4, 4, 4, 4]);
    expect(last?.idle.map(({ participations }) => participations)).toEqual([3, 0, 0, 0, 0]);
  });

  it('knows the training loss of a client from its last update on', async () => {
    const seen = of(await views({ task: blobs(), until: { rounds: 2 } }, undefined, study), 'edge-0');
    expect(seen[0]?.idle.map(({ loss }) => loss)).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(seen[1]?.idle.every(({ loss }) => Number.isFinite(loss))).toBe(true);
  });

  it('tells slow clients from fast ones, and a fading radio link from what it was', async () => {
    const seen = of(
      await views({
        channel: radio({ fading: rayleigh({ coherence: 0.001 }) }),
        devices: { clock: heterogeneous({ gap: 4 }) },
        until: { rounds: 2 },
      }),
      'edge-0',
    );
    const computing = seen[0]?.idle.map(({ computeSeconds }) => computeSeconds) ?? [];
    expect(new Set(computing).size).toBe(computing.length);
    expect(seen[1]?.idle.map(({ snrDb }) => snrDb)).not.toEqual(seen[0]?.idle.map(({ snrDb }) => snrDb));
  });

  it('estimates an upload alone on the air as model bits over rate, on links of fixed rate', async () => {
    const [view] = await views({ until: { rounds: 1 } });
    expect(view?.idle[0]?.uploadSeconds).toBeCloseTo(698_880 / (1e6 * Math.log2(51)), 12);
    expect(view?.idle[0]?.snrDb).toBe(Number.POSITIVE_INFINITY);
  });

  it('leaves out who does not answer, yet counts all members', async () => {
    const seen = await views({ devices: { availability: bernoulli({ probability: 0.5 }) }, until: { rounds: 20 } });
    expect(seen.some(({ idle, members }) => idle.length < members)).toBe(true);
    expect(new Set(seen.map(({ members }) => members))).toEqual(new Set([5]));
  });

  it('draws luck by server and round, the same however often a policy was asked before', async () => {
    const topology = federation({ clients: 20, edgeServers: 4, graph: ring() });
    const luck = async (rounds: number) =>
      (await views({ topology, until: { rounds } })).map((view) => [view.server, view.round, view.luck].join());
    const [short, long] = [await luck(2), await luck(4)];
    expect(new Set(long).size).toBe(long.length);
    expect(short.filter((each) => !long.includes(each))).toEqual([]);
  });

  it('is asked for by the central server where clients answer to it', async () => {
    const seen = await views({ algorithm: fedAvg({ localSteps: 1 }), until: { rounds: 2 } });
    expect(new Set(seen.map(({ server }) => server))).toEqual(new Set(['central']));
    expect(seen[0]?.idle.length).toBe(20);
  });

  it('is not asked for whole edge servers: a central server invites them all', async () => {
    const seen = await views({ algorithm: hierFavg({ localSteps: 1, edgeRounds: 2 }), until: { rounds: 4 } });
    expect(seen.flatMap(({ server }) => (server.startsWith('edge-') ? [] : [server]))).toEqual([]);
    expect(seen.length).toBe(4 * 4);
  });
});
