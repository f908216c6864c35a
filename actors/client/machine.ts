import { assign, setup, stateIn } from 'xstate';
import type { ActorEvent, ControlVariate, MemorySlot, ModelVersion, Update } from '../../src/event.ts';
import { asking } from '../asking.ts';
import type { ClientRole } from '../role.ts';
import { completion, contribution, made, shared } from './set-up.ts';

export interface ClientContext {
  readonly role: ClientRole;
  /** The server that it belongs to at present, and the one whose round it works for. */
  readonly server: string;
  readonly inviter: string;
  readonly round: number;
  /** The model it received and trains from. */
  readonly model: ModelVersion | undefined;
  /** Local steps that it was asked for; those of the algorithm where undefined. */
  readonly localSteps: number | undefined;
  /** What its server wants local steps corrected by. */
  readonly control: ControlVariate | undefined;
  readonly update: Update | undefined;
  /** The model that the update started from, where the server wants the difference. */
  readonly base: ModelVersion | undefined;
  /** What it keeps for good, also when it drops out or crashes. */
  readonly memory: readonly MemorySlot[];
  /** What it has made for other clients, by receiver, until that is sent. */
  readonly pieces: readonly MemorySlot[] | undefined;
}

/** It remembers what others have made for it, and says so. */
const KEEP_SHARED = [
  'keepShared',
  { type: 'send', params: ({ context }: { context: ClientContext }) => completion(context) },
] as const;

/** A function of the state value alone, so the runtime may repeat transitions that ask it. */
const isOnline = stateIn({ connection: 'online' });

/**
 * A client: `idle → receiving → training → transmitting`, in parallel with `online ⇄ offline` (and `crashed`).
 * Dropping out in any state of work loses exactly what that state had asked for.
 */
export const clientMachine = setup({
  types: {} as { context: ClientContext; events: ActorEvent; input: ClientRole },
  actions: {
    ...asking,
    accept: assign(({ context, event }) => (event.type === 'model.received' ? accepted(event) : context)),
    expect: assign(({ event }) =>
      event.type === 'download.started' ? { inviter: event.from, round: event.round } : {},
    ),
    expectSetUp: assign(({ event }) =>
      event.type === 'setup.requested' ? { inviter: event.from, round: event.round } : {},
    ),
    keepContribution: assign(({ context, event }) => (event.type === 'setup.prepared' ? made(context, event) : {})),
    keepShared: assign(({ context, event }) => (event.type === 'setup.shared' ? shared(context, event) : {})),
    keepUpdate: assign(({ context, event }) =>
      event.type === 'training.finished'
        ? { update: event, model: undefined, base: context.role.sendsBase ? context.model : undefined }
        : context,
    ),
    follow: assign(({ context, event }) =>
      event.type === 'handed.over' && event.from === context.server ? { server: event.to } : {},
    ),
    comeHome: assign(({ context }) => ({ inviter: context.server })),
    forget: assign({ model: undefined, control: undefined, update: undefined, base: undefined, pieces: undefined }),
  },
  guards: {
    reports: ({ context }) => context.role.reports,
    granted: ({ context, event }) => event.type === 'uplink.granted' && event.round === context.round,
    released: ({ context, event }) => event.type === 'uplink.released' && event.round === context.round,
    /** An upload of an earlier round may still report its end when the next one is on the air. */
    ofThisRound: ({ context, event }) => event.type === 'upload.finished' && event.round === context.round,
    fromServer: ({ context, event }) => event.type === 'peer.lost' && event.peer === context.inviter,
  },
}).createMachine({
  id: 'client',
  context: ({ input }) => ({
    role: input,
    server: input.server,
    inviter: input.server,
    round: 0,
    model: undefined,
    localSteps: undefined,
    control: undefined,
    update: undefined,
    base: undefined,
    memory: [],
    pieces: undefined,
  }),
  type: 'parallel',
  on: { 'handed.over': { actions: 'follow' } },
  states: {
    work: {
      initial: 'idle',
      states: {
        idle: {
          on: {
            'setup.requested': { target: 'preparing', guard: isOnline, actions: 'expectSetUp' },
            'download.started': { target: 'receiving', guard: isOnline, actions: 'expect' },
            'model.received': { target: 'training', guard: isOnline, actions: 'accept' },
            'setup.shared': { guard: isOnline, actions: KEEP_SHARED },
          },
        },
        /** Before the first round: it makes what the algorithm needs of it, and hands it to its server. */
        preparing: {
          entry: { type: 'prepare', params: ({ context }) => ({ id: 'training', round: context.round }) },
          exit: { type: 'cancel', params: { id: 'training' } },
          on: {
            'setup.prepared': { target: 'contributing', actions: 'keepContribution' },
            // The others go on without what it was making.
            'setup.shared': { target: 'idle', actions: KEEP_SHARED },
            'went.offline': 'lost',
            crashed: 'lost',
            'peer.lost': { target: 'lost', guard: 'fromServer' },
          },
        },
        contributing: {
          entry: { type: 'send', params: ({ context }) => contribution(context) },
          exit: { type: 'cancel', params: { id: 'upload' } },
          on: {
            'upload.finished': { target: 'idle', guard: 'ofThisRound', actions: 'forget' },
            // The server has it, though the client hasn't heard yet that its last bit is out.
            'model.received': { target: 'training', actions: 'accept' },
            'download.started': { target: 'receiving', actions: 'expect' },
            'setup.shared': { target: 'idle', actions: ['forget', ...KEEP_SHARED] },
            'went.offline': 'lost',
            crashed: 'lost',
            'peer.lost': { target: 'lost', guard: 'fromServer' },
          },
        },
        receiving: {
          on: {
            'model.received': { target: 'training', actions: 'accept' },
            'setup.shared': { target: 'idle', actions: KEEP_SHARED },
            'uplink.released': {
              ...{ target: 'idle', guard: 'released' },
              actions: [{ type: 'cancel', params: { id: 'download' } }, 'forget'],
            },
            'went.offline': 'lost',
            crashed: 'lost',
            'peer.lost': { target: 'lost', guard: 'fromServer' },
          },
        },
        training: {
          entry: {
            type: 'train',
            params: ({ context }) => training(context),
          },
          exit: { type: 'cancel', params: { id: 'training' } },
          on: {
            'training.finished': [
              { target: 'reporting', guard: 'reports', actions: 'keepUpdate' },
              { target: 'transmitting', actions: 'keepUpdate' },
            ],
            // Its server doesn't wait any longer.
            'uplink.released': { target: 'idle', guard: 'released', actions: 'forget' },
            'went.offline': 'lost',
            crashed: 'lost',
            'peer.lost': { target: 'lost', guard: 'fromServer' },
          },
        },
        /** Over the air: the server hears of the update, and says whether it is sent. */
        reporting: {
          entry: { type: 'send', params: ({ context }) => report(context) },
          exit: { type: 'cancel', params: { id: 'report' } },
          on: {
            'uplink.granted': { target: 'superposing', guard: 'granted' },
            'uplink.released': { target: 'idle', guard: 'released', actions: 'forget' },
            'model.received': { target: 'training', actions: 'accept' },
            'went.offline': 'lost',
            crashed: 'lost',
            'peer.lost': { target: 'lost', guard: 'fromServer' },
          },
        },
        /** Sends together with all others that were granted the air. */
        superposing: {
          entry: { type: 'transmit', params: ({ context }) => transmission(context) },
          on: {
            'upload.finished': { target: 'idle', guard: 'ofThisRound', actions: 'forget' },
            'model.received': { target: 'training', actions: 'accept' },
            'went.offline': 'lost',
            crashed: 'lost',
            'peer.lost': { target: 'lost', guard: 'fromServer' },
          },
        },
        transmitting: {
          entry: { type: 'send', params: ({ context }) => upload(context) },
          exit: { type: 'cancel', params: { id: 'upload' } },
          on: {
            'upload.finished': { target: 'idle', guard: 'ofThisRound', actions: ['forget', 'comeHome'] },
            'uplink.released': { target: 'idle', guard: 'released', actions: ['forget', 'comeHome'] },
            // The server has the update, though the client hasn't heard yet that its last bit is out.
            'model.received': { target: 'training', actions: 'accept' },
            'went.offline': 'lost',
            crashed: 'lost',
            'peer.lost': { target: 'lost', guard: 'fromServer' },
          },
        },
        /** What was under way is gone; the client is free at once, once it can be reached. */
        lost: {
          entry: [
            { type: 'cancel', params: { id: 'download' } },
            { type: 'note', params: ({ context }) => ({ note: { type: 'work.lost', round: context.round } as const }) },
            'forget',
          ],
          always: 'idle',
        },
      },
    },
    connection: {
      initial: 'online',
      states: {
        online: { on: { 'went.offline': 'offline', crashed: 'crashed' } },
        offline: {
          entry: { type: 'send', params: ({ context }) => notice(context, 'peer.lost') },
          on: {
            'came.online': {
              target: 'online',
              actions: { type: 'send', params: ({ context }) => notice(context, 'peer.returned') },
            },
            crashed: 'crashed',
            /** The server invited it before it heard: it hears again, and doesn't wait. */
            'download.started': {
              actions: [
                { type: 'cancel', params: { id: 'download' } },
                { type: 'send', params: ({ context }) => notice(context, 'peer.lost') },
              ],
            },
            'model.received': { actions: { type: 'send', params: ({ context }) => notice(context, 'peer.lost') } },
            'setup.shared': { actions: { type: 'send', params: ({ context }) => notice(context, 'peer.lost') } },
          },
        },
        crashed: {
          entry: { type: 'send', params: ({ context }) => notice(context, 'peer.lost') },
          on: {
            restarted: {
              target: 'online',
              actions: { type: 'send', params: ({ context }) => notice(context, 'peer.returned') },
            },
            'download.started': {
              actions: [
                { type: 'cancel', params: { id: 'download' } },
                { type: 'send', params: ({ context }) => notice(context, 'peer.lost') },
              ],
            },
            'model.received': { actions: { type: 'send', params: ({ context }) => notice(context, 'peer.lost') } },
            'setup.shared': { actions: { type: 'send', params: ({ context }) => notice(context, 'peer.lost') } },
          },
        },
      },
    },
  },
});

const accepted = ({ from, round, model, localSteps, control }: Extract<ActorEvent, { type: 'model.received' }>) => ({
  inviter: from,
  round,
  model,
  localSteps,
  control,
});

function training({ round, model, localSteps, control, memory }: ClientContext) {
  const effect = { id: 'training', round, model: model as ModelVersion };
  const asked = localSteps === undefined ? effect : { ...effect, localSteps };
  const corrected = control === undefined ? asked : { ...asked, control };
  return memory.length === 0 ? corrected : { ...corrected, memory };
}

/** Field by field: a spread here would cost more than the transition. */
function upload({ role, inviter, round, update, base }: ClientContext) {
  const { model, samples, localSteps, loss, squaredNorm, mean, variance } = update as Update;
  const message = { type: 'update.received' as const, from: role.id, round, model, samples, localSteps, loss };
  const isMeasured = squaredNorm !== undefined && mean !== undefined && variance !== undefined;
  const measured = isMeasured ? { ...message, squaredNorm, mean, variance } : message;
  return { id: 'upload', to: inviter, message: base === undefined ? measured : { ...measured, base } };
}

/** Where nothing is trained there is nothing to measure. */
function report({ role, inviter, round, update }: ClientContext) {
  const { samples, localSteps, loss, squaredNorm, mean, variance } = update as Update;
  const statistics = {
    squaredNorm: squaredNorm ?? Number.NaN,
    mean: mean ?? Number.NaN,
    variance: variance ?? Number.NaN,
  };
  const message = { type: 'update.reported' as const, from: role.id, round, samples, localSteps, loss, ...statistics };
  return { id: 'report', to: inviter, message };
}

const transmission = ({ inviter, round, update }: ClientContext) => ({
  ...{ to: inviter, round },
  model: (update as Update).model,
});

/** For its server, and for another one that waits for its work. */
const notice = ({ role, server, inviter }: ClientContext, type: 'peer.lost' | 'peer.returned') => ({
  to: server === inviter ? server : [inviter, server],
  message: { type, peer: role.id },
});
