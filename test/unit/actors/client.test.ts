import { describe, expect, it } from 'vitest';
import type { ClientContext } from '../../../actors/client/machine.ts';
import { clientMachine } from '../../../actors/index.ts';
import type { ActorEvent } from '../../../src/event.ts';
import { act, clientRole, model, only, typesOf, updateOf } from '../../support/acting.ts';

const begun: ActorEvent = { type: 'download.started', from: 'edge-0', round: 4 };
const trained: ActorEvent = { type: 'training.finished', round: 4, ...updateOf('trained') };
const uploaded: ActorEvent = { type: 'upload.finished', round: 4, bits: 1, seconds: 1 };

/** Tells a fresh client what brings it into a state of work. */
const paths = {
  idle: [],
  receiving: [begun],
  training: [begun, model('edge-0', 4)],
  transmitting: [begun, model('edge-0', 4), trained],
} satisfies Record<string, ActorEvent[]>;

const clientIn = (state: keyof typeof paths) => {
  const client = act<ClientContext>(clientMachine, clientRole);
  client.tell(...paths[state]);
  expect(client.state).toEqual({ work: state, connection: 'online' });
  return client;
};

const WORKING = ['receiving', 'training', 'transmitting'] as const;
const RUNNING_OUT: Record<(typeof WORKING)[number], string[]> = {
  receiving: [],
  training: ['training'],
  transmitting: ['upload'],
};

describe('a client', () => {
  it('goes from idle through receiving, training and transmitting back to idle, and asks for a step at each', () => {
    const client = act<ClientContext>(clientMachine, clientRole);
    expect(client.state).toEqual({ work: 'idle', connection: 'online' });
    expect(client.tell(begun)).toEqual([]);
    expect(client.tell(model('edge-0', 4))).toEqual([
      { type: 'train', id: 'training', round: 4, model: { parameters: undefined, digest: 'of 4' } },
    ]);
    const sending = client.tell(trained);
    expect(typesOf(sending)).toEqual(['cancel', 'send']);
    expect(only(sending, 'send')).toMatchObject({
      ...{ id: 'upload', to: 'edge-0' },
      message: {
        type: 'update.received',
        from: 'client-0',
        round: 4,
        model: { digest: 'trained' },
        samples: 10,
        localSteps: 5,
        loss: 0.5,
      },
    });
    client.tell(uploaded);
    expect(client.state).toEqual({ work: 'idle', connection: 'online' });
  });

  it('starts to train straight away where a model comes without a download', () => {
    const client = act<ClientContext>(clientMachine, clientRole);
    client.tell(model('edge-0', 1));
    expect(client.state).toMatchObject({ work: 'training' });
  });

  it('holds no model while it is idle', () => {
    const client = clientIn('transmitting');
    client.tell(uploaded);
    expect(client.context).toMatchObject({ model: undefined, update: undefined });
  });

  it.each(WORKING)('loses exactly what it was at when it goes offline while %s, and says so', (state) => {
    const client = clientIn(state);
    const effects = client.tell({ type: 'went.offline' });
    expect(client.state).toEqual({ work: 'idle', connection: 'offline' });
    expect(effects.flatMap((effect) => (effect.type === 'cancel' ? [effect.id] : []))).toEqual([
      ...RUNNING_OUT[state],
      'download',
    ]);
    expect(only(effects, 'note').note).toEqual({ type: 'work.lost', round: 4 });
    expect(only(effects, 'send')).toMatchObject({ to: 'edge-0', message: { type: 'peer.lost', peer: 'client-0' } });
    expect(client.context).toMatchObject({ model: undefined, update: undefined });
  });

  it.each(WORKING)('loses what it was at when it crashes while %s, and comes back with an empty desk', (state) => {
    const client = clientIn(state);
    const effects = client.tell({ type: 'crashed' });
    expect(client.state).toEqual({ work: 'idle', connection: 'crashed' });
    expect(only(effects, 'note').note.type).toBe('work.lost');
    const back = client.tell({ type: 'restarted', round: 9 });
    expect(client.state).toEqual({ work: 'idle', connection: 'online' });
    expect(only(back, 'send')).toMatchObject({ to: 'edge-0', message: { type: 'peer.returned', peer: 'client-0' } });
  });

  it.each(WORKING)('drops its work when its server is lost while %s, and stays online', (state) => {
    const client = clientIn(state);
    const effects = client.tell({ type: 'peer.lost', peer: 'edge-0' });
    expect(client.state).toEqual({ work: 'idle', connection: 'online' });
    expect(only(effects, 'note').note.type).toBe('work.lost');
    expect(typesOf(effects)).not.toContain('send');
  });

  it.each(WORKING)('does not care that another server is lost while %s', (state) => {
    const client = clientIn(state);
    expect(client.tell({ type: 'peer.lost', peer: 'edge-7' })).toEqual([]);
    expect(client.state).toMatchObject({ work: state });
  });

  it('loses nothing when it goes offline while idle', () => {
    const effects = clientIn('idle').tell({ type: 'went.offline' });
    expect(typesOf(effects)).toEqual(['send']);
  });

  it('tells its server when it is back online', () => {
    const client = clientIn('idle');
    const back = client.tell({ type: 'went.offline' }, { type: 'came.online' });
    expect(only(back, 'send')).toMatchObject({ to: 'edge-0', message: { type: 'peer.returned', peer: 'client-0' } });
    expect(client.state).toEqual({ work: 'idle', connection: 'online' });
  });

  it('stays crashed when its phone would have come online, and crashes while offline', () => {
    const client = clientIn('idle');
    client.tell({ type: 'went.offline' }, { type: 'crashed' });
    expect(client.state).toMatchObject({ connection: 'crashed' });
    expect(client.tell({ type: 'came.online' })).toEqual([]);
    expect(client.state).toMatchObject({ connection: 'crashed' });
  });

  it.each(['went.offline', 'crashed'] as const)(
    'does not begin to work after it %s, and says again that it is away',
    (type) => {
      const client = clientIn('idle');
      client.tell({ type });
      const away = { type: 'send', to: 'edge-0', message: { type: 'peer.lost', peer: 'client-0' } };
      expect(client.tell(begun)).toEqual([{ type: 'cancel', id: 'download' }, away]);
      expect(client.tell(model('edge-0', 4))).toEqual([away]);
      expect(client.state).toMatchObject({ work: 'idle' });
    },
  );

  it('does not take a model while it trains on another', () => {
    const client = clientIn('training');
    expect(client.tell(model('edge-0', 5))).toEqual([]);
    expect(client.context.round).toBe(4);
  });
});
