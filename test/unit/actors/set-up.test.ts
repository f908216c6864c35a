/** What clients hand over before the first round, to their server or to each other; and who is late for the next round. */
import { describe, expect, it } from 'vitest';
import { type CentralServerContext, centralServerMachine } from '../../../actors/central-server/machine.ts';
import { type ClientContext, clientMachine } from '../../../actors/client/machine.ts';
import type { ActorEvent } from '../../../src/event.ts';
import { act, centralRole, clientRole, combined, modelOf, received, scheduled } from '../../support/acting.ts';

const started = { type: 'started' } as const;
const MEMBERS = ['client-0', 'client-1', 'client-2'] as const;
const piece = (from: string, to: string) => modelOf(`${from} for ${to}`);
const contribution = (from: string): ActorEvent => ({
  ...{ type: 'setup.received', from, round: 0, model: modelOf('-') },
  memory: MEMBERS.filter((to) => to !== from).map((to) => ({ slot: to, model: piece(from, to) })),
});
const completed = (from: string): ActorEvent => ({ type: 'setup.completed', from, round: 0 });
const sharing = (closeAfter = Number.POSITIVE_INFINITY) =>
  act<CentralServerContext>(
    centralServerMachine,
    centralRole({ remembers: true, setUp: { name: 'share', exchanges: true, closeAfter } }),
  );

type Sent = { type: string; to: string[]; message: { type: string; memory: { slot: string; model: unknown }[] }[] };

describe('a server whose members exchange something before the first round', () => {
  it('passes on what each has made for each, once it has it all, and waits for all to have it', () => {
    const server = sharing();
    expect(server.tell(started)).toMatchObject([
      { type: 'send', to: [...MEMBERS], message: { type: 'setup.requested' } },
      { type: 'wait', seconds: Number.POSITIVE_INFINITY },
    ]);
    server.tell(contribution('client-2'));
    server.tell(contribution('client-0'));
    expect(server.state).toBe('preparing');
    const sent = server.tell(contribution('client-1')).find(({ type }) => type === 'send') as unknown as Sent;
    expect(server.state).toBe('sharing');
    expect(sent.to).toEqual([...MEMBERS]);
    // In the order of members, whatever order they came in.
    expect(sent.message[1]?.memory).toEqual([
      { slot: 'client-0/share', model: piece('client-0', 'client-1') },
      { slot: 'client-2/share', model: piece('client-2', 'client-1') },
    ]);
    server.tell(completed('client-0'));
    server.tell(completed('client-2'));
    expect(server.state).toBe('sharing');
    expect(server.tell(completed('client-1'))).toEqual([{ type: 'schedule', id: 'question', round: 1, except: [] }]);
  });

  it('goes on without a member that is away, invites it only once it has its pieces, and sends them when it is back', () => {
    const server = sharing();
    server.tell(started);
    for (const id of MEMBERS) server.tell(contribution(id));
    server.tell(completed('client-0'));
    server.tell(completed('client-1'));
    expect(server.tell({ type: 'peer.lost', peer: 'client-2' })).toEqual([
      { type: 'schedule', id: 'question', round: 1, except: ['client-2'] },
    ]);
    server.tell(scheduled(1, ['client-0', 'client-1']));
    const sent = server.tell({ type: 'peer.returned', peer: 'client-2' })[0] as unknown as Sent;
    expect(sent.to).toEqual(['client-2']);
    expect(sent.message[0]?.memory.map(({ slot }) => slot)).toEqual(['client-0/share', 'client-1/share']);
    server.tell(completed('client-2'));
    server.tell(completed('client-2'));
    expect(server.context.complete).toEqual(['client-0', 'client-1', 'client-2']);
  });

  it('leaves out who comes too late, but never everyone', () => {
    const server = sharing(10);
    expect(server.tell(started)).toContainEqual(expect.objectContaining({ type: 'wait', seconds: 10 }));
    server.tell({ type: 'deadline.passed', round: 0 });
    expect(server.state).toBe('preparing');
    const sent = server.tell(contribution('client-1')).find(({ type }) => type === 'send') as unknown as Sent;
    expect(sent.message.map(({ memory }) => memory.length)).toEqual([1, 0, 1]);
    server.tell(contribution('client-0'));
    expect(server.context.ready).toEqual(['client-1']);
    expect(server.context.overdue).toBe(false);
  });

  it('asks those again that it lacks when it comes back from a crash', () => {
    const server = sharing();
    server.tell(started);
    server.tell(contribution('client-1'));
    server.tell({ type: 'crashed' });
    const asked = server.tell({ type: 'restarted', round: 1 });
    expect(server.state).toBe('preparing');
    expect(asked).toContainEqual(
      expect.objectContaining({
        to: ['client-0', 'client-2'],
        message: expect.objectContaining({ type: 'setup.requested' }),
      }),
    );
  });
});

describe('a client that exchanges something before the first round', () => {
  const made: ActorEvent = {
    ...{ type: 'setup.prepared', round: 0, model: modelOf('-') },
    memory: MEMBERS.map((slot) => ({ slot, model: piece('client-0', slot) })),
  };
  const theirs = (makers: string[]): ActorEvent => ({
    ...{ type: 'setup.shared', from: 'edge-0', round: 0, makers },
    memory: makers
      .filter((maker) => maker !== 'client-0')
      .map((maker) => ({ slot: `${maker}/share`, model: piece(maker, 'client-0') })),
  });
  const preparing = () => {
    const client = act<ClientContext>(clientMachine, { ...clientRole, exchanges: 'share' });
    client.tell({ type: 'setup.requested', from: 'edge-0', round: 0 });
    return client;
  };

  it('sends away what it has made for others, keeps its own, and trains with all', () => {
    const client = preparing();
    const [, sent] = client.tell(made) as unknown as { message: { memory: { slot: string }[] } }[];
    expect(sent?.message.memory.map(({ slot }) => slot)).toEqual(['client-1', 'client-2']);
    client.tell({ type: 'upload.finished', round: 0, bits: 1, seconds: 1 });
    expect(client.tell(theirs([...MEMBERS]))).toMatchObject([{ type: 'send', message: { type: 'setup.completed' } }]);
    const [train] = client.tell({ type: 'model.received', from: 'edge-0', round: 1, model: modelOf('w') });
    expect(train).toMatchObject({
      type: 'train',
      memory: MEMBERS.map((maker) => ({ slot: `${maker}/share`, model: piece(maker, 'client-0') })),
    });
  });

  it('forgets its own where it came too late, wherever it was with that', () => {
    for (const before of [[], [made]]) {
      const client = preparing();
      for (const event of before) client.tell(event);
      const effects = client.tell(theirs(['client-1', 'client-2']));
      expect(effects).toContainEqual({ type: 'cancel', id: before.length === 0 ? 'training' : 'upload' });
      expect(client.state).toEqual({ work: 'idle', connection: 'online' });
      expect(client.context.memory.map(({ slot }) => slot)).toEqual(['client-1/share', 'client-2/share']);
    }
  });

  it('tells its server that it is away when pieces come', () => {
    const client = preparing();
    client.tell({ type: 'went.offline' });
    expect(client.tell(theirs([...MEMBERS]))).toMatchObject([{ message: { type: 'peer.lost', peer: 'client-0' } }]);
    expect(client.context.memory).toEqual([]);
  });
});

describe('a round that is over before everyone is', () => {
  it('has its server release the late ones, and open the next round at the same instant, after they have heard', () => {
    const pacing = ({ received: count }: { received: number }) => count >= 1;
    const server = act<CentralServerContext>(
      centralServerMachine,
      centralRole({ releasesLate: true, pacing, rounds: 2 }),
    );
    server.tell(started);
    server.tell(scheduled(1, [...MEMBERS]));
    server.tell(received('client-1', 1));
    server.tell({ type: 'peer.lost', peer: 'client-0' });
    expect(server.tell(combined(1, 0, 'new'))).toMatchObject([
      { type: 'note' },
      { type: 'send', to: ['client-2'], message: { type: 'uplink.released', round: 1 } },
      { type: 'wait', seconds: 0 },
    ]);
    server.tell({ type: 'deadline.passed', round: 1 });
    expect([server.state, server.context.round]).toEqual(['selecting', 2]);
  });

  it('ends what its client was doing for it, but nothing for a later one', () => {
    const client = act<ClientContext>(clientMachine, clientRole);
    client.tell({ type: 'model.received', from: 'edge-0', round: 2, model: modelOf('w') });
    expect(client.tell({ type: 'uplink.released', from: 'edge-0', round: 1 })).toEqual([]);
    expect(client.tell({ type: 'uplink.released', from: 'edge-0', round: 2 })).toEqual([
      { type: 'cancel', id: 'training' },
    ]);
    expect(client.state).toEqual({ work: 'idle', connection: 'online' });
    client.tell({ type: 'download.started', from: 'edge-0', round: 3 });
    expect(client.tell({ type: 'uplink.released', from: 'edge-0', round: 3 })).toEqual([
      { type: 'cancel', id: 'download' },
    ]);
  });
});
