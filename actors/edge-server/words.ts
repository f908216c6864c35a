import { assign, setup } from 'xstate';
import type { ActorEvent } from '../../src/event.ts';
import { asking } from '../asking.ts';
import { admitted, bereft, freshRound, invited, isComplete, type Round } from '../collecting.ts';
import { airGuards, heardOverTheAir } from '../over-the-air.ts';
import type { EdgeServerRole } from '../role.ts';
import { allAcknowledged, type Outgoing, outgoing } from './asynchronous.ts';
import { allHeard, type Gossip, heardOut, left, noGossip, returned } from './gossip.ts';
import { changed, type Members } from './members.ts';

export interface EdgeServerContext extends Round, Gossip, Members {
  readonly role: EdgeServerRole;
  /** Neighbours that have got this round's model, where servers mix asynchronously. */
  readonly acknowledged: readonly string[];
  /** What neighbours are to take in of its last exchange, where they do so later. */
  readonly outgoing: Outgoing | undefined;
  /** Whether it is in the final consensus phase. */
  readonly isAgreeing: boolean;
}

/** What an edge server does and asks itself on the way: the words of its statechart. */
export const edgeServer = setup({
  types: {} as { context: EdgeServerContext; events: ActorEvent; input: EdgeServerRole },
  actions: {
    ...asking,
    invite: assign(({ context, event }) => (event.type === 'cohort.scheduled' ? invited(context, event) : {})),
    admit: assign(({ context, event }) => (event.type === 'update.received' ? admitted(context, event) : {})),
    hearReport: assign((seen) => heardOverTheAir.report(seen)),
    keepGrants: assign((seen) => heardOverTheAir.grants(seen)),
    hearSum: assign((seen) => heardOverTheAir.sum(seen)),
    expire: assign({ overdue: true }),
    adopt: assign(({ event }) => (event.type === 'models.combined' ? { model: event.model } : {})),
    /** Central round q opens with edge round (q − 1) τ₂ + 1, however many this server has missed. */
    adoptAndOpen: assign(({ context, event }) =>
      event.type === 'model.received' ? freshRound((event.round - 1) * context.role.edgeRounds + 1, event.model) : {},
    ),
    adoptAndClose: assign(({ context, event }) =>
      event.type === 'model.received' ? { model: event.model, round: (event.round - 1) * context.role.edgeRounds } : {},
    ),
    adoptMixed: assign(({ event }) =>
      event.type === 'models.mixed' ? { model: event.model, acknowledged: [], outgoing: outgoing(event) } : {},
    ),
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
      event.type === 'peer.returned' ? { away: returned(context, event.peer, joins(context, event)) } : {},
    ),
    hear: assign(({ context, event }) =>
      event.type === 'gossip.received' && event.round >= context.round ? { inbox: [...context.inbox, event] } : {},
    ),
    changeMembers: assign(({ context, event }) => changed(context, event)),
    openMixing: assign({ exchange: 1 }),
    openConsensus: assign(({ event }) =>
      event.type === 'consensus.opened' ? { isAgreeing: true, exchange: 1, round: event.round } : {},
    ),
    nextExchange: assign(({ context }) => ({ inbox: heardOut(context), exchange: context.exchange + 1 })),
    openNext: assign(({ context }) => freshRound(context.round + 1, context.model)),
    rejoin: assign(({ context, event }) =>
      event.type === 'restarted'
        ? { ...freshRound(Math.max(event.round, context.round), context.model), ...noGossip, acknowledged: [] }
        : {},
    ),
    forgetPeers: assign(() => noGossip),
  },
  guards: {
    isThisRound: ({ context, event }) =>
      (event.type === 'update.received' || event.type === 'update.reported') && event.round === context.round,
    ...airGuards,
    /** It waits for a member to be free; with no members at all, its neighbours needn't wait for it. */
    nobodyIsFree: ({ context: { role, members }, event }) =>
      event.type === 'cohort.scheduled' && event.idle === 0 && (members.length > 0 || role.asynchronous !== undefined),
    nobodyIsInvited: ({ event }) => event.type === 'cohort.scheduled' && event.cohort.length === 0,
    takesNoTime: ({ context }) => context.closeAfter === null,
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
    isToBeMixed: ({ context, event }) =>
      event.type === 'model.shared' && event.weight !== undefined && !context.isAgreeing,
    isNeighbour: ({ context, event }) =>
      event.type === 'peer.returned' && context.role.neighbours.some(({ id }) => id === event.peer),
    isLast: ({ context }) => context.round >= context.role.rounds,
    comesTooLate: ({ context, event }) => event.type === 'restarted' && event.round > context.role.rounds,
    standsAlone: ({ context }) => context.role.parent === undefined,
  },
});

/**
 * The round of this server in which a neighbour that is back takes part again: the one that it names, or the next where each
 * goes by a clock of its own. Whoever comes back after the final consensus has begun has no part in it.
 */
function joins(
  { role, round, isAgreeing }: EdgeServerContext,
  event: Extract<ActorEvent, { type: 'peer.returned' }>,
): number {
  if (isAgreeing) return Number.POSITIVE_INFINITY;
  return role.asynchronous === undefined ? (event.round ?? 0) : round + 1;
}
