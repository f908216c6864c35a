import { assign, setup } from 'xstate';
import type { ActorEvent } from '../../src/event.ts';
import { asking } from '../asking.ts';
import type { AsynchronousCentralServerRole } from '../role.ts';
import {
  broadcast,
  closed,
  combine,
  emptyStream,
  except,
  forget,
  invite,
  isFull,
  open,
  retry,
  type Stream,
  take,
} from './asynchronous.ts';

/**
 * A central server that waits for nobody: `inviting → broadcasting → gathering → integrating`. Whoever is free is invited
 * with the present model; when enough updates are in, they make the next version, however old the models behind them are.
 */
export const asynchronousCentralServerMachine = setup({
  types: {} as { context: Stream; events: ActorEvent; input: AsynchronousCentralServerRole },
  actions: {
    ...asking,
    invite: assign(({ context, event }) => (event.type === 'cohort.scheduled' ? invite(context, event) : {})),
    dropPeer: assign(({ context, event }) => (event.type === 'peer.lost' ? forget(context, event.peer) : {})),
    forgetAll: assign({ inFlight: [] }),
    receive: assign(({ context, event }) =>
      event.type === 'update.received' ? { mail: [...context.mail, event] } : {},
    ),
    openMail: assign(({ context }) => open(context)),
    takeFromBuffer: assign(({ context }) => take(context)),
    adopt: assign(({ event }) => (event.type === 'models.combined' ? { model: event.model } : {})),
    openNext: assign(({ context }) => ({ round: context.round + 1, taken: [], discarded: [] })),
  },
  guards: {
    nobodyIsInvited: ({ event }) => event.type === 'cohort.scheduled' && event.cohort.length === 0,
    hasMail: ({ context }) => context.mail.length > 0,
    isFull: ({ context }) => isFull(context),
    isLast: ({ context }) => context.round >= context.role.rounds,
  },
}).createMachine({
  id: 'asynchronous-central-server',
  context: ({ input }) => emptyStream(input),
  initial: 'waiting',
  on: { crashed: '.crashed', 'update.received': { actions: 'receive' }, 'peer.lost': { actions: 'dropPeer' } },
  states: {
    waiting: { on: { started: 'inviting' } },
    inviting: {
      entry: {
        type: 'schedule',
        params: ({ context }) => ({ id: 'question', round: context.round, except: except(context) }),
      },
      // One question at a time: whatever leads out of here, or here again, takes it back.
      exit: { type: 'cancel', params: { id: 'question' } },
      on: {
        // Somebody is free again, or here again, since the question was asked.
        'peer.lost': { target: 'inviting', reenter: true, actions: 'dropPeer' },
        'peer.returned': { target: 'inviting', reenter: true },
        'cohort.scheduled': [
          { target: 'gathering', guard: 'nobodyIsInvited', actions: 'invite' },
          { target: 'broadcasting', actions: 'invite' },
        ],
      },
    },
    broadcasting: {
      entry: { type: 'send', params: ({ context }) => broadcast(context) },
      always: 'gathering',
    },
    gathering: {
      entry: { type: 'wait', params: ({ context }) => retry(context) },
      exit: { type: 'cancel', params: { id: 'retry' } },
      always: [
        { target: 'arriving', guard: 'hasMail' },
        // Whom it was waiting for has broken away.
        { target: 'integrating', guard: 'isFull', actions: 'takeFromBuffer' },
      ],
      on: {
        'peer.returned': 'inviting',
        // Its update was lost on the way: who is still there is free again.
        'peer.lost': { target: 'inviting', actions: 'dropPeer' },
        'deadline.passed': 'inviting',
      },
    },
    /** One update at a time, also where several come at one instant: its client goes on before the next one is opened. */
    arriving: {
      entry: 'openMail',
      always: [{ target: 'integrating', guard: 'isFull', actions: 'takeFromBuffer' }, { target: 'inviting' }],
    },
    integrating: {
      entry: { type: 'combine', params: ({ context }) => combine(context) },
      on: { 'models.combined': { target: 'closing', actions: 'adopt' } },
    },
    closing: {
      entry: { type: 'note', params: ({ context }) => closed(context) },
      always: [
        { target: 'finished', guard: 'isLast' },
        { target: 'inviting', actions: 'openNext' },
      ],
    },
    finished: { on: { '*': {} } },
    crashed: {
      entry: { type: 'send', params: ({ context }) => notice(context, 'peer.lost') },
      on: {
        '*': {},
        restarted: {
          target: 'inviting',
          actions: ['forgetAll', { type: 'send', params: ({ context }) => notice(context, 'peer.returned') }],
        },
      },
    },
  },
});

const notice = ({ role }: Stream, type: 'peer.lost' | 'peer.returned') => ({
  to: role.members,
  message: { type, peer: role.id },
});
