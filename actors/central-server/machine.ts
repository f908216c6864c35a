import { assign, setup } from 'xstate';
import type { ActorEvent, ControlVariate, Message } from '../../src/event.ts';
import { asking } from '../asking.ts';
import {
  admitted,
  aggregate,
  bereft,
  broadcast,
  freshRound,
  integrate,
  invited,
  isComplete,
  lateReleases,
  outstanding,
  passage,
  type Round,
  remembered,
} from '../collecting.ts';
import { airGuards, airStates, heardOverTheAir, releaseLate } from '../over-the-air.ts';
import type { CentralServerRole } from '../role.ts';
import {
  askAgain,
  completed,
  contributed,
  gone,
  handOut,
  isHandedOut,
  isSetUp,
  lacking,
  type Preparation,
  request,
  selection,
  unprepared,
} from './set-up.ts';

export interface CentralServerContext extends Round, Preparation {
  readonly role: CentralServerRole;
}

/** A central server: `selecting → broadcasting → collecting → aggregating`, over clients or over edge servers. */
export const centralServerMachine = setup({
  types: {} as { context: CentralServerContext; events: ActorEvent; input: CentralServerRole },
  actions: {
    ...asking,
    invite: assign(({ context, event }) => (event.type === 'cohort.scheduled' ? invited(context, event) : {})),
    admit: assign(({ context, event }) => (event.type === 'update.received' ? admitted(context, event) : {})),
    hearReport: assign((seen) => heardOverTheAir.report(seen)),
    keepGrants: assign((seen) => heardOverTheAir.grants(seen)),
    hearSum: assign((seen) => heardOverTheAir.sum(seen)),
    expire: assign({ overdue: true }),
    adopt: assign(({ event }) => (event.type === 'models.combined' ? { model: event.model } : {})),
    remember: assign(({ context, event }) =>
      event.type === 'models.combined' ? { memory: remembered(context.memory, event.memory ?? []) } : {},
    ),
    dropPeer: assign(({ context, event }) =>
      event.type === 'peer.lost' ? { ...bereft(context, event.peer), ...gone(context, event.peer) } : {},
    ),
    expectPeer: assign(({ context, event }) =>
      event.type === 'peer.returned' ? { away: context.away.filter((peer) => peer !== event.peer) } : {},
    ),
    keepContribution: assign(({ context, event }) =>
      event.type === 'setup.received' ? contributed(context, event) : {},
    ),
    countComplete: assign(({ context, event }) =>
      event.type === 'setup.completed' ? completed(context, event.from) : {},
    ),
    openNext: assign(({ context }) => freshRound(context.round + 1, context.model)),
    openAgain: assign(({ context }) => freshRound(context.round, context.model)),
  },
  guards: {
    isThisRound: ({ context, event }) =>
      (event.type === 'update.received' || event.type === 'update.reported') && event.round === context.round,
    ...airGuards,
    nobodyIsFree: ({ event }) => event.type === 'cohort.scheduled' && event.idle === 0,
    nobodyIsInvited: ({ event }) => event.type === 'cohort.scheduled' && event.cohort.length === 0,
    takesNoTime: ({ context }) => context.closeAfter === null,
    isComplete: ({ context }) => isComplete(context.role, context),
    hasSetUp: ({ context }) => context.role.setUp !== undefined,
    isSetUp: ({ context }) => isSetUp(context),
    isSetUpToShare: ({ context }) => context.role.setUp?.exchanges === true && isSetUp(context),
    exchanges: ({ context }) => context.role.setUp?.exchanges === true,
    isHandedOut: ({ context }) => isHandedOut(context),
    isUnprepared: ({ context }) => context.role.setUp !== undefined && context.round === 1 && !isSetUp(context),
    hasLate: ({ context }) => context.role.releasesLate && outstanding(context).length > 0,
    isCompleteButEmpty: ({ context }) =>
      context.received === 0 && context.role.setUp === undefined && isComplete(context.role, context),
    isCompleteToIntegrate: ({ context }) => context.role.remembers && isComplete(context.role, context),
    isLastOverEdgeServers: ({ context: { role, round } }) => role.overEdgeServers && round >= role.rounds,
    isLast: ({ context }) => context.round >= context.role.rounds,
  },
}).createMachine({
  id: 'central-server',
  context: ({ input }) => ({ role: input, ...freshRound(1, input.initial), ...unprepared }),
  initial: 'waiting',
  on: {
    crashed: '.crashed',
    'peer.lost': { actions: 'dropPeer' },
    'peer.returned': {
      guard: 'exchanges',
      actions: ['expectPeer', { type: 'send', params: ({ context, event }) => lacking(context, event) }],
    },
    'setup.completed': { actions: 'countComplete' },
    'update.reported': { actions: releaseLate },
  },
  states: {
    waiting: { on: { started: [{ target: 'preparing', guard: 'hasSetUp' }, { target: 'selecting' }] } },
    /** Before the first round: every member hands over what the algorithm needs of it. */
    preparing: {
      entry: [
        { type: 'send', params: ({ context }) => request(context) },
        {
          type: 'wait',
          params: ({ context: { role } }) => ({
            id: 'deadline',
            seconds: role.setUp?.closeAfter ?? Number.POSITIVE_INFINITY,
            event: { type: 'deadline.passed' as const, round: 0 },
          }),
        },
      ],
      exit: { type: 'cancel', params: { id: 'deadline' } },
      always: [
        { target: 'sharing', guard: 'isSetUpToShare', actions: 'openAgain' },
        { target: 'selecting', guard: 'isSetUp', actions: 'openAgain' },
      ],
      on: {
        'setup.received': { actions: 'keepContribution' },
        'deadline.passed': { actions: 'expire' },
        // It was away, or lost what it was making: it is asked again.
        'peer.returned': {
          actions: ['expectPeer', { type: 'send', params: ({ context, event }) => askAgain(context, event) }],
        },
      },
    },
    /** What members have made for each other goes to whom it is for. */
    sharing: {
      entry: { type: 'send', params: ({ context }) => handOut(context) },
      always: { target: 'selecting', guard: 'isHandedOut' },
    },
    selecting: {
      entry: { type: 'schedule', params: ({ context }) => selection(context) },
      // One question at a time: whatever leads out of here, or here again, takes it back.
      exit: { type: 'cancel', params: { id: 'question' } },
      on: {
        'cohort.scheduled': [
          { guard: 'nobodyIsFree' },
          { target: 'passing', guard: 'nobodyIsInvited', actions: 'invite' },
          { target: 'broadcasting', actions: 'invite' },
        ],
        // A late update: its client is free again, also where the update was lost.
        'update.received': { target: 'selecting', reenter: true },
        'peer.lost': { target: 'selecting', reenter: true, actions: 'dropPeer' },
        'update.reported': {
          ...{ target: 'selecting', reenter: true },
          actions: releaseLate,
        },
        'peer.returned': [
          {
            ...{ target: 'selecting', reenter: true, guard: 'exchanges' },
            actions: ['expectPeer', { type: 'send', params: ({ context, event }) => lacking(context, event) }],
          },
          { target: 'selecting', reenter: true },
        ],
        'setup.completed': { target: 'selecting', reenter: true, actions: 'countComplete' },
      },
    },
    /** Nobody takes part: the round goes by all the same. */
    passing: {
      entry: { type: 'wait', params: ({ context }) => passage(context) },
      exit: { type: 'cancel', params: { id: 'deadline' } },
      always: { target: 'closing', guard: 'takesNoTime' },
      on: { 'deadline.passed': 'closing' },
    },
    broadcasting: {
      entry: { type: 'send', params: ({ context }) => invitation(context) },
      always: 'collecting',
    },
    collecting: {
      entry: { type: 'wait', params: ({ context }) => passage(context) },
      exit: { type: 'cancel', params: { id: 'deadline' } },
      always: [
        { target: 'closing', guard: 'isCompleteButEmpty' },
        { target: 'granting', guard: 'sumsOverTheAir' },
        { target: 'integrating', guard: 'isCompleteToIntegrate' },
        { target: 'aggregating', guard: 'isComplete' },
      ],
      on: {
        'update.received': { guard: 'isThisRound', actions: 'admit' },
        'update.reported': [{ guard: 'isThisRound', actions: 'hearReport' }, { actions: releaseLate }],
        'deadline.passed': { actions: 'expire' },
      },
    },
    ...airStates('closing'),
    aggregating: {
      entry: { type: 'combine', params: ({ context }) => aggregate(context.role, context) },
      on: { 'models.combined': { target: 'closing', actions: 'adopt' } },
    },
    /** As aggregating, by a rule that has a memory. */
    integrating: {
      entry: { type: 'integrate', params: ({ context }) => integrate(context.role, context) },
      on: { 'models.combined': { target: 'closing', actions: ['adopt', 'remember'] } },
    },
    closing: {
      entry: { type: 'note', params: ({ context }) => ({ note: closed(context) }) },
      always: [
        { target: 'publishing', guard: 'isLastOverEdgeServers', actions: 'openNext' },
        { target: 'finished', guard: 'isLast' },
        { target: 'releasing', guard: 'hasLate' },
        { target: 'selecting', actions: 'openNext' },
      ],
    },
    /** Members that were late needn't go on; at the same instant, but after they have heard, the next round opens. */
    releasing: {
      entry: [
        { type: 'send', params: ({ context }) => lateReleases(context.role, context) },
        {
          type: 'wait',
          params: ({ context }) => ({
            id: 'release',
            seconds: 0,
            event: { type: 'deadline.passed' as const, round: context.round },
          }),
        },
      ],
      exit: { type: 'cancel', params: { id: 'release' } },
      on: { 'deadline.passed': { target: 'selecting', actions: 'openNext' } },
    },
    /** Edge servers close their last round with the last central model, so they get it too. */
    publishing: {
      entry: {
        type: 'send',
        params: ({ context }) => ({ ...broadcast(context.role, context), to: context.role.members }),
      },
      always: 'finished',
    },
    finished: { on: { '*': {} } },
    crashed: {
      entry: { type: 'send', params: ({ context }) => notice(context.role, 'peer.lost') },
      on: {
        '*': {},
        restarted: [
          {
            ...{ target: 'preparing', guard: 'isUnprepared' },
            actions: { type: 'send', params: ({ context }) => notice(context.role, 'peer.returned') },
          },
          {
            target: 'selecting',
            actions: ['openAgain', { type: 'send', params: ({ context }) => notice(context.role, 'peer.returned') }],
          },
        ],
      },
    },
  },
});

const closed = ({ role, round, received, lost, model }: CentralServerContext) =>
  role.overEdgeServers
    ? ({ type: 'central-round.closed', round, admitted: received, model } as const)
    : ({ type: 'round.closed', round, admitted: received, lost: lost.length, model } as const);

/** The model for every invited member, with what corrects its local steps where the rule does that. */
function invitation(context: CentralServerContext) {
  const { role, memory } = context;
  const { to, message } = broadcast(role, context);
  if (role.control === undefined) return { to, message };
  const kept = new Map(memory.map(({ slot, model }) => [slot, model]));
  const plus = kept.get(role.control);
  const messages = to.map((member, index): Message => {
    const [own, minus] = ['type' in message ? message : (message[index] as Message), kept.get(member)];
    const control: ControlVariate = { ...(plus && { plus }), ...(minus && { minus }) };
    return own.type === 'model.received' ? { ...own, control } : own;
  });
  return { to, message: messages };
}

const notice = ({ id, members }: CentralServerRole, type: 'peer.lost' | 'peer.returned') => ({
  to: members,
  message: { type, peer: id },
});
