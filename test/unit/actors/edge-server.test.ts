import { sum } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import type { EdgeServerContext } from '../../../actors/edge-server/machine.ts';
import { edgeServerMachine } from '../../../actors/index.ts';
import type { EdgeServerRole } from '../../../actors/role.ts';
import type { ActorEvent } from '../../../src/event.ts';
import {
  act,
  combined,
  edgeRole,
  heard,
  model,
  modelOf,
  only,
  received,
  scheduled,
  typesOf,
} from '../../support/acting.ts';

const edge = (changes: Partial<EdgeServerRole> = {}) => act<EdgeServerContext>(edgeServerMachine, edgeRole(changes));

const started: ActorEvent = { type: 'started' };
const lost = (peer: string): ActorEvent => ({ type: 'peer.lost', peer });
const returned = (peer: string, round?: number): ActorEvent => ({
  type: 'peer.returned',
  peer,
  ...(round === undefined ? {} : { round }),
});

/** One client's round up to the cluster's model. */
const collected = (round: number): ActorEvent[] => [
  scheduled(round, ['client-0']),
  received('client-0', round),
  combined(round, 0, `cluster's ${round}`),
];

const ONE_CLIENT = { members: ['client-0'] };

describe('an edge server that mixes', () => {
  it('sends the cluster’s model to its neighbours, and waits for theirs', () => {
    const server = edge(ONE_CLIENT);
    const effects = server.tell(started, ...collected(1));
    expect(server.state).toEqual({ mixing: 'exchanging' });
    expect(only(effects, 'send')).toMatchObject({
      to: ['edge-0', 'edge-2'],
      message: { type: 'gossip.received', from: 'edge-1', round: 1, exchange: 1, model: { digest: "cluster's 1" } },
    });
    expect(server.tell(heard('edge-2', 1))).toEqual([]);
    const asked = only(server.tell(heard('edge-0', 1)), 'combine');
    expect(asked.models.map(({ digest }) => digest)).toEqual(['edge-0:1.1', "cluster's 1", 'edge-2:1.1']);
    expect(asked.weights).toEqual([0.25, 0.5, 0.25]);
    const closing = server.tell(combined(1, 1, 'mixed'));
    expect(only(closing, 'note').note).toMatchObject({ type: 'round.closed', round: 1, model: { digest: 'mixed' } });
    expect(only(closing, 'schedule').round).toBe(2);
  });

  it('goes through every exchange with the models that all had before it', () => {
    const server = edge({ ...ONE_CLIENT, exchanges: 2 });
    server.tell(started, ...collected(1), heard('edge-0', 1), heard('edge-2', 1));
    const second = server.tell(combined(1, 1, 'after one'));
    expect(only(second, 'send')).toMatchObject({ message: { exchange: 2, model: { digest: 'after one' } } });
    server.tell(heard('edge-0', 1, 2));
    const { models } = only(server.tell(heard('edge-2', 1, 2)), 'combine');
    expect(models.map(({ digest }) => digest)).toEqual(['edge-0:1.2', 'after one', 'edge-2:1.2']);
    server.tell(combined(1, 2, 'after two'));
    expect(server.state).toBe('selecting');
  });

  it('keeps messages that come early, of a later exchange or round, and uses each in its turn', () => {
    const server = edge({ ...ONE_CLIENT, exchanges: 2 });
    server.tell(started, heard('edge-0', 1), heard('edge-0', 1, 2), heard('edge-2', 1), heard('edge-0', 2));
    const first = only(server.tell(...collected(1)), 'combine');
    expect(first.models.map(({ digest }) => digest)).toEqual(['edge-0:1.1', "cluster's 1", 'edge-2:1.1']);
    server.tell(combined(1, 1, 'after one'));
    const second = only(server.tell(heard('edge-2', 1, 2)), 'combine');
    expect(second.models.map(({ digest }) => digest)).toEqual(['edge-0:1.2', 'after one', 'edge-2:1.2']);
    server.tell(combined(1, 2, 'after two'), ...collected(2));
    const third = only(server.tell(heard('edge-2', 2)), 'combine');
    expect(third.models[0]!.digest).toBe('edge-0:2.1');
    expect(server.context.inbox.every(({ round }) => round === 2)).toBe(true);
  });

  it('mixes in every τ₂-th round only', () => {
    const server = edge({ ...ONE_CLIENT, edgeRounds: 2 });
    server.tell(started, ...collected(1));
    expect(server.state).toBe('selecting');
    server.tell(...collected(2));
    expect(server.state).toEqual({ mixing: 'exchanging' });
  });

  it('closes without mixing where it has no neighbours or makes no exchanges', () => {
    for (const changes of [{ neighbours: [] }, { exchanges: 0 }]) {
      const server = edge({ ...ONE_CLIENT, ...changes });
      expect(typesOf(server.tell(started, ...collected(1)))).toEqual(['note', 'schedule']);
    }
  });

  it('gives a lost neighbour’s weight to itself, so that weights still sum to 1', () => {
    const server = edge(ONE_CLIENT);
    server.tell(started, ...collected(1), heard('edge-0', 1));
    const { models, weights } = only(server.tell(lost('edge-2')), 'combine');
    expect(models.map(({ digest }) => digest)).toEqual(['edge-0:1.1', "cluster's 1"]);
    expect(weights).toEqual([0.25, 0.75]);
    expect(sum([...weights])).toBe(1);
  });

  it('mixes with itself alone where all neighbours are lost', () => {
    const server = edge(ONE_CLIENT);
    const effects = server.tell(started, lost('edge-0'), lost('edge-2'), ...collected(1));
    expect(only(effects, 'combine').weights).toEqual([1]);
  });

  it('still uses what a lost neighbour had sent for this exchange', () => {
    const server = edge(ONE_CLIENT);
    server.tell(started, ...collected(1), heard('edge-2', 1), lost('edge-2'));
    expect(only(server.tell(heard('edge-0', 1)), 'combine').weights).toEqual([0.25, 0.5, 0.25]);
  });

  it('waits for a neighbour again from the round in which it takes part again', () => {
    const server = edge(ONE_CLIENT);
    server.tell(started, lost('edge-2'), returned('edge-2', 2), ...collected(1));
    expect(only(server.tell(heard('edge-0', 1)), 'combine').weights).toEqual([0.25, 0.75]);
    server.tell(combined(1, 1, 'mixed'), ...collected(2), heard('edge-0', 2));
    expect(server.state).toEqual({ mixing: 'exchanging' });
    expect(only(server.tell(heard('edge-2', 2)), 'combine').weights).toEqual([0.25, 0.5, 0.25]);
  });

  it('throws its inbox away when it crashes, and joins in the round that it is told', () => {
    const server = edge({ ...ONE_CLIENT, exchanges: 2 });
    server.tell(started, ...collected(1), heard('edge-0', 1));
    const down = server.tell({ type: 'crashed' });
    expect(only(down, 'send')).toMatchObject({
      to: ['edge-0', 'edge-2', 'client-0'],
      message: { type: 'peer.lost', peer: 'edge-1' },
    });
    expect(server.tell(heard('edge-2', 1), combined(1, 1, 'late'))).toEqual([]);
    const back = server.tell({ type: 'restarted', round: 5 });
    expect(server.context).toMatchObject({ round: 5, inbox: [], away: [], exchange: 1 });
    expect(server.context.model.digest).toBe("cluster's 1");
    expect(only(back, 'schedule').round).toBe(5);
    expect(only(back, 'send').message).toEqual({ type: 'peer.returned', peer: 'edge-1', round: 5 });
  });

  it('does not go back in rounds when it restarts', () => {
    const server = edge({ ...ONE_CLIENT, neighbours: [] });
    server.tell(started, ...collected(1), ...collected(2), { type: 'crashed' }, { type: 'restarted', round: 1 });
    expect(server.context.round).toBe(3);
  });

  it('closes an empty round with the model it had, at its deadline or when all are lost', () => {
    for (const end of [{ type: 'deadline.passed', round: 1 } as const, lost('client-0')]) {
      const server = edge({ ...ONE_CLIENT, neighbours: [] });
      const effects = server.tell(started, scheduled(1, ['client-0'], 10), end);
      expect(only(effects, 'note').note).toMatchObject({
        type: 'round.closed',
        admitted: 0,
        model: { digest: 'initial' },
      });
    }
  });

  it('waits where there is nobody to invite, keeps gossip meanwhile, and asks again when someone comes back', () => {
    const server = edge(ONE_CLIENT);
    server.tell(started, scheduled(1, []), heard('edge-0', 1));
    expect(server.state).toBe('selecting');
    expect(server.tell(returned('client-0'))).toEqual([
      { type: 'cancel', id: 'question' },
      { type: 'schedule', id: 'question', round: 1 },
    ]);
    expect(server.context.inbox).toHaveLength(1);
  });

  it('mixes the model it had when the policy invites nobody of those who are free', () => {
    const server = edge(ONE_CLIENT);
    const effects = server.tell(started, scheduled(1, [], null, 1));
    expect(server.state).toEqual({ mixing: 'exchanging' });
    expect(only(effects, 'send')).toMatchObject({
      message: { type: 'gossip.received', round: 1, model: { digest: 'initial' } },
    });
  });

  it('ends after its last round', () => {
    const server = edge({ ...ONE_CLIENT, neighbours: [], rounds: 1 });
    server.tell(started, ...collected(1));
    expect(server.state).toBe('finished');
    expect(server.tell(heard('edge-0', 2), received('client-0', 2))).toEqual([]);
    expect(server.state).toBe('finished');
  });

  it('still passes on what neighbours share after its last round, and opens none when it comes back late', () => {
    const server = edge({ ...ONE_CLIENT, neighbours: [], rounds: 1 });
    server.tell(started, ...collected(1));
    const shared = { type: 'model.shared', from: 'edge-0', round: 7, model: modelOf('shared') } as const;
    expect(only(server.tell(shared), 'send')).toMatchObject({
      to: 'edge-0',
      message: { type: 'share.acknowledged', round: 7 },
    });
    server.tell({ type: 'crashed' }, { type: 'restarted', round: 2 });
    expect(server.state).toBe('finished');
  });
});

describe('an edge server under a central server', () => {
  const under = { ...ONE_CLIENT, neighbours: [], selfWeight: 0, position: 0, parent: 'central', edgeRounds: 2 };

  it('waits for the central model, not for the start', () => {
    const server = edge(under);
    expect(server.tell(started)).toEqual([]);
    expect(server.state).toBe('waiting');
    expect(server.tell(model('central', 1))).toEqual([{ type: 'schedule', id: 'question', round: 1 }]);
  });

  it('reports every τ₂ rounds with all its samples, and closes the round with the model that comes back', () => {
    const server = edge(under);
    server.tell(model('central', 1), ...collected(1));
    const report = server.tell(...collected(2));
    expect(server.state).toBe('reporting');
    expect(only(report, 'send')).toMatchObject({
      ...{ id: 'report', to: 'central' },
      message: { type: 'update.received', from: 'edge-1', round: 1, samples: 30, model: { digest: "cluster's 2" } },
    });
    const closing = server.tell(model('central', 2, 'global'));
    expect(closing).toContainEqual({ type: 'cancel', id: 'report' });
    expect(only(closing, 'note').note).toMatchObject({ type: 'round.closed', round: 2, model: { digest: 'global' } });
    expect(only(closing, 'schedule').round).toBe(3);
  });

  it('comes back after a crash with the next central model, in the edge round that this one opens', () => {
    const server = edge(under);
    server.tell(model('central', 1), scheduled(1, ['client-0']), { type: 'crashed' }, { type: 'restarted', round: 3 });
    expect(server.state).toBe('waiting');
    expect(only(server.tell(model('central', 4)), 'schedule').round).toBe(7);
  });
});
