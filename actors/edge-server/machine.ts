import { assign, setup } from 'xstate';
import type { ActorEvent } from '../../src/event.ts';
import { asking } from '../asking.ts';
import { admitted, aggregate, bereft, broadcast, freshRound, invited, isComplete, type Round } from '../collecting.ts';
import type { EdgeServerRole } from '../role.ts';
import { allAcknowledged, exchange, share } from './asynchronous.ts';
import { allHeard, type Gossip, gossip, heardOut, left, mix, noGossip, returned } from './gossip.ts';

export interface EdgeServerContext extends Round, Gossip {
  readonly role: EdgeServerRole;
  /** Neighbours that have got this round's model, where servers mix asynchronously. */
  readonly acknowledged: readonly string[];
  /** Whether it is in the final consensus phase. */
  readonly isAgreeing: boolean;
}

/**
 * An edge server: `selecting → broadcasting → collecting → aggregating`, and every τ₂ rounds `mixing` with its
 * neighbours or `reporting` to the central server, before it closes the round and opens the next.
 */
export const edgeServerMachine = setup({
  types: {} as { context: EdgeServerContext; events: ActorEvent; input: EdgeServerRole },
  actions: {
    ...asking,
    invite: assign(({ context, event }) => (event.type === 'cohort.scheduled' ? invited(context, event) : {})),
    admit: assign(({ context, event }) => (event.type === 'update.received' ? admitted(context, event) : {})),
    expire: assign({ overdue: true }),
    adopt: assign(({ event }) => (event.type === 'models.combined' ? { model: event.model } : {})),
    /** Central round q opens with edge round (q − 1) τ₂ + 1, however many this server has missed. */
    adoptAndOpen: assign(({ context, event }) =>
      event.type === 'model.received' ? freshRound((event.round - 1) * context.role.edgeRounds + 1, event.model) : {},
    ),
    adoptAndClose: assign(({ context, event }) =>
      event.type === 'model.received' ? { model: event.model, round: (event.round - 1) * context.role.edgeRounds } : {},
    ),
    adoptMixed: assign(({ event }) => (event.type === 'models.mixed' ? { model: event.model, acknowledged: [] } : {})),
    replace: assign(({ context, event }) =>
      event.type === 'model.replaced' && !context.isAgreeing ? { model: event.model } : {},
    ),
    countAcknowledgement: assign(({ context, event }) =>
      event.type === 'share.acknowledged' && event.round === context.round
        ? { acknowledged: [...context.acknowledged, event.from] }
        : {},
    ),
    dropPeer: assign(({ context, event }) =>
      event.type === 'peer.lost' ? { ...bereft(context, event.peer), away: left(context, event.peer) } : {},
    ),
    expectPeer: assign(({ context, event }) =>
      event.type === 'peer.returned' ? { away: returned(context, event.peer, event.round ?? 0) } : {},
    ),
    hear: assign(({ context, event }) =>
      event.type === 'gossip.received' && event.round >= context.round ? { inbox: [...context.inbox, event] } : {},
    ),
    openMixing: assign({ exchange: 1 }),
    openConsensus: assign(({ event }) =>
      event.type === 'consensus.opened' ? { isAgreeing: true, exchange: 1, round: event.round } : {},
    ),
    nextExchange: assign(({ context }) => ({ inbox: heardOut(context), exchange: context.exchange + 1 })),
    openNext: assign(({ context }) => freshRound(context.round + 1, context.model)),
    rejoin: assign(({ context, event }) =>
      event.type === 'restarted'
        ? { ...freshRound(Math.max(event.round, context.round), context.model), ...noGossip }
        : {},
    ),
  },
  guards: {
    isThisRound: ({ context, event }) => event.type === 'update.received' && event.round === context.round,
    nobodyIsFree: ({ event }) => event.type === 'cohort.scheduled' && event.idle === 0,
    nobodyIsInvited: ({ event }) => event.type === 'cohort.scheduled' && event.cohort.length === 0,
    isComplete: ({ context }) => isComplete(context.role, context),
    isCompleteButEmpty: ({ context }) => context.received === 0 && isComplete(context.role, context),
    goesAlone: ({ context }) => context.role.asynchronous !== undefined && isComplete(context.role, context),
    allAcknowledged: ({ context }) => allAcknowledged(context),
    mixes: ({ context: { role, round } }) =>
      role.neighbours.length > 0 && role.exchanges > 0 && round % role.edgeRounds === 0,
    reports: ({ context: { role, round } }) => role.parent !== undefined && round % role.edgeRounds === 0,
    allHeard: ({ context }) => allHeard(context),
    exchangesLeft: ({ context: { role, exchange, isAgreeing } }) =>
      exchange < (isAgreeing ? role.consensusExchanges : role.exchanges),
    waitsForAll: ({ context }) => context.role.barrier === 'global',
    isThisExchange: ({ context, event }) =>
      event.type === 'barrier.passed' && event.round === context.round && event.exchange === context.exchange,
    isAgreeing: ({ context }) => context.isAgreeing,
    isLast: ({ context }) => context.round >= context.role.rounds,
    standsAlone: ({ context }) => context.role.parent === undefined,
  },
}).createMachine({
  id: 'edge-server',
  context: ({ input }) => ({
    role: input,
    ...freshRound(1, input.initial),
    ...noGossip,
    acknowledged: [],
    isAgreeing: false,
  }),
  initial: 'waiting',
  on: {
    crashed: '.crashed',
    'gossip.received': { actions: 'hear' },
    'model.replaced': { actions: 'replace' },
    'model.shared': { actions: { type: 'send', params: ({ context, event }) => acknowledgement(context, event) } },
    'peer.lost': { actions: 'dropPeer' },
    'peer.returned': { actions: 'expectPeer' },
    'consensus.opened': { target: '.mixing', actions: 'openConsensus' },
  },
  states: {
    /** For the central server's model, or for the start where there is none. */
    waiting: {
      on: {
        started: { target: 'selecting', guard: 'standsAlone' },
        'model.received': { target: 'selecting', actions: 'adoptAndOpen' },
      },
    },
    selecting: {
      entry: { type: 'schedule', params: ({ context }) => ({ round: context.round }) },
      on: {
        'cohort.scheduled': [
          { guard: 'nobodyIsFree' },
          { target: 'settling', guard: 'nobodyIsInvited' },
          { target: 'broadcasting', actions: 'invite' },
        ],
        // A late update: its client is free again.
        'update.received': { target: 'selecting', reenter: true },
        'peer.returned': { target: 'selecting', reenter: true, actions: 'expectPeer' },
      },
    },
    broadcasting: {
      entry: { type: 'send', params: ({ context }) => broadcast(context.role, context) },
      always: 'collecting',
    },
    collecting: {
      entry: { type: 'wait', params: ({ context }) => deadline(context) },
      exit: { type: 'cancel', params: { id: 'deadline' } },
      always: [
        { target: 'settling', guard: 'isCompleteButEmpty' },
        { target: 'updating', guard: 'goesAlone' },
        { target: 'aggregating', guard: 'isComplete' },
      ],
      on: {
        'update.received': { guard: 'isThisRound', actions: 'admit' },
        'deadline.passed': { actions: 'expire' },
      },
    },
    aggregating: {
      entry: { type: 'combine', params: ({ context }) => aggregate(context.role, context) },
      on: { 'models.combined': { target: 'settling', actions: 'adopt' } },
    },
    /** Asynchronous: the clients' updates join the present model, which is mixed with the neighbours' at once. */
    updating: {
      entry: { type: 'exchange', params: ({ context }) => exchange(context) },
      on: { 'models.mixed': { target: 'sharing', actions: 'adoptMixed' } },
    },
    /** The next round waits until the neighbours have got the model. */
    sharing: {
      entry: { type: 'send', params: ({ context }) => share(context) },
      always: { target: 'closing', guard: 'allAcknowledged' },
      on: { 'share.acknowledged': { actions: 'countAcknowledgement' } },
    },
    /** The cluster's model stands; is it the turn of the others? */
    settling: {
      always: [
        { target: 'mixing', guard: 'mixes', actions: 'openMixing' },
        { target: 'reporting', guard: 'reports' },
        { target: 'closing' },
      ],
    },
    mixing: {
      initial: 'opening',
      onDone: [{ target: 'agreed', guard: 'isAgreeing' }, { target: 'closing' }],
      states: {
        opening: { always: [{ target: 'gathering', guard: 'waitsForAll' }, { target: 'exchanging' }] },
        gathering: {
          entry: { type: 'gather', params: ({ context: { round, exchange } }) => ({ round, exchange }) },
          on: { 'barrier.passed': { target: 'exchanging', guard: 'isThisExchange' } },
        },
        exchanging: {
          entry: { type: 'send', params: ({ context }) => gossip(context) },
          always: { target: 'combining', guard: 'allHeard' },
        },
        combining: {
          entry: { type: 'combine', params: ({ context }) => mix(context) },
          on: {
            'models.combined': [
              { target: 'opening', guard: 'exchangesLeft', actions: ['adopt', 'nextExchange'] },
              { target: 'mixed', actions: ['adopt', 'nextExchange'] },
            ],
          },
        },
        mixed: { type: 'final' },
      },
    },
    reporting: {
      entry: { type: 'send', params: ({ context }) => report(context) },
      exit: { type: 'cancel', params: { id: 'report' } },
      on: { 'model.received': { target: 'closing', actions: 'adoptAndClose' } },
    },
    closing: {
      entry: { type: 'note', params: ({ context }) => ({ note: closed(context) }) },
      always: [
        { target: 'finished', guard: 'isLast' },
        { target: 'selecting', actions: 'openNext' },
      ],
    },
    agreed: {
      entry: { type: 'note', params: ({ context }) => ({ note: agreement(context) }) },
      always: 'finished',
    },
    finished: {
      on: {
        '*': {},
        'gossip.received': { actions: 'hear' },
        'consensus.opened': { target: 'mixing', actions: 'openConsensus' },
      },
    },
    crashed: {
      entry: { type: 'send', params: ({ context }) => notice(context, 'peer.lost') },
      on: {
        '*': {},
        restarted: [
          {
            target: 'selecting',
            guard: 'standsAlone',
            actions: ['rejoin', { type: 'send', params: ({ context }) => notice(context, 'peer.returned') }],
          },
          {
            target: 'waiting',
            actions: ['rejoin', { type: 'send', params: ({ context }) => notice(context, 'peer.returned') }],
          },
        ],
      },
    },
  },
});

const deadline = ({ closeAfter, round }: EdgeServerContext) => ({
  id: 'deadline',
  seconds: closeAfter ?? Number.POSITIVE_INFINITY,
  event: { type: 'deadline.passed' as const, round },
});

const report = ({ role, round, model }: EdgeServerContext) => ({
  id: 'report',
  to: role.parent as string,
  message: {
    type: 'update.received' as const,
    from: role.id,
    round: round / role.edgeRounds,
    model,
    samples: role.samples,
    localSteps: 0,
    loss: Number.NaN,
  },
});

const acknowledgement = ({ role }: EdgeServerContext, event: ActorEvent) => {
  const { from, round } = event as Extract<ActorEvent, { type: 'model.shared' }>;
  return { to: from, message: { type: 'share.acknowledged' as const, from: role.id, round } };
};

const closed = ({ round, received, lost, model }: EdgeServerContext) => ({
  type: 'round.closed' as const,
  round,
  admitted: received,
  lost: lost.length,
  model,
});

const agreement = ({ role, round, model }: EdgeServerContext) => ({
  ...{ type: 'consensus.reached' as const, round, model },
  exchanges: role.consensusExchanges,
});

const notice = ({ role, round }: EdgeServerContext, type: 'peer.lost' | 'peer.returned') => ({
  to: [...role.neighbours.map(({ id }) => id), ...role.members, ...(role.parent === undefined ? [] : [role.parent])],
  message: type === 'peer.lost' ? { type, peer: role.id } : { type, peer: role.id, round },
});
