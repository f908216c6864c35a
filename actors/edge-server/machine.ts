import type { ActorEvent } from '../../src/event.ts';
import { aggregate, broadcast, freshRound, passage } from '../collecting.ts';
import { airStates, releaseLate } from '../over-the-air.ts';
import type { EdgeServerRole } from '../role.ts';
import { exchange, share } from './asynchronous.ts';
import { gossip, mix, noGossip } from './gossip.ts';
import { type EdgeServerContext, edgeServer } from './words.ts';

export type { EdgeServerContext };

/**
 * An edge server: `selecting → broadcasting → collecting → aggregating`, and every τ₂ rounds `mixing` with its
 * neighbours or `reporting` to the central server, before it closes the round and opens the next.
 */
export const edgeServerMachine = edgeServer.createMachine({
  id: 'edge-server',
  context: ({ input }) => ({
    role: input,
    ...freshRound(1, input.initial),
    ...noGossip,
    acknowledged: [],
    outgoing: undefined,
    isAgreeing: false,
    members: input.members,
    samples: input.samples,
  }),
  initial: 'waiting',
  on: {
    crashed: '.crashed',
    'gossip.received': { actions: 'hear' },
    'model.replaced': { actions: 'replace' },
    'model.shared': [
      {
        guard: 'isToBeMixed',
        actions: [
          { type: 'absorb', params: ({ event }) => taken(event) },
          { type: 'send', params: ({ context, event }) => acknowledgement(context, event) },
        ],
      },
      { actions: { type: 'send', params: ({ context, event }) => acknowledgement(context, event) } },
    ],
    'peer.lost': { actions: 'dropPeer' },
    'update.reported': { actions: releaseLate },
    'peer.returned': { actions: 'expectPeer' },
    'consensus.opened': { target: '.mixing', actions: 'openConsensus' },
    'member.joined': { actions: 'changeMembers' },
    'member.left': { actions: 'changeMembers' },
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
      entry: { type: 'schedule', params: ({ context }) => ({ id: 'question', round: context.round }) },
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
        'peer.returned': { target: 'selecting', reenter: true, actions: 'expectPeer' },
        'member.joined': { target: 'selecting', reenter: true, actions: 'changeMembers' },
        'member.left': { target: 'selecting', reenter: true, actions: 'changeMembers' },
      },
    },
    /** Nobody takes part: the round goes by all the same. */
    passing: {
      entry: { type: 'wait', params: ({ context }) => passage(context) },
      exit: { type: 'cancel', params: { id: 'deadline' } },
      always: { target: 'settling', guard: 'takesNoTime' },
      on: { 'deadline.passed': 'settling' },
    },
    broadcasting: {
      entry: { type: 'send', params: ({ context }) => broadcast(context.role, context) },
      always: 'collecting',
    },
    collecting: {
      entry: { type: 'wait', params: ({ context }) => passage(context) },
      exit: { type: 'cancel', params: { id: 'deadline' } },
      always: [
        { target: 'settling', guard: 'isCompleteButEmpty' },
        { target: 'updating', guard: 'goesAlone' },
        { target: 'granting', guard: 'sumsOverTheAir' },
        { target: 'aggregating', guard: 'isComplete' },
      ],
      on: {
        'update.received': { guard: 'isThisRound', actions: 'admit' },
        'update.reported': [{ guard: 'isThisRound', actions: 'hearReport' }, { actions: releaseLate }],
        'deadline.passed': { actions: 'expire' },
      },
    },
    ...airStates('settling'),
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
    /** Its own rounds are over; neighbours that go on without waiting still mix with it, and all may agree at the end. */
    finished: {},
    crashed: {
      entry: { type: 'send', params: ({ context }) => lost(context) },
      on: {
        '*': {},
        /** An exchange that had been asked for when it went down still is the model that it has. */
        'models.mixed': { actions: 'adoptMixed' },
        'model.replaced': { actions: 'replace' },
        'consensus.opened': { actions: 'openConsensus' },
        /** A neighbour that was down itself can't know who else is. */
        'peer.returned': {
          guard: 'isNeighbour',
          actions: { type: 'send', params: ({ context, event }) => lost(context, event) },
        },
        'member.joined': { actions: 'changeMembers' },
        'member.left': { actions: 'changeMembers' },
        restarted: [
          { target: 'finished', guard: 'isAgreeing' },
          {
            target: 'finished',
            guard: 'comesTooLate',
            actions: ['forgetPeers', { type: 'send', params: ({ context, event }) => back(context, event) }],
          },
          {
            target: 'selecting',
            guard: 'standsAlone',
            actions: ['rejoin', { type: 'send', params: ({ context, event }) => back(context, event) }],
          },
          {
            target: 'waiting',
            actions: ['rejoin', { type: 'send', params: ({ context, event }) => back(context, event) }],
          },
        ],
      },
    },
  },
});

const report = ({ role, samples, round, model }: EdgeServerContext) => ({
  id: 'report',
  to: role.parent as string,
  message: {
    type: 'update.received' as const,
    from: role.id,
    round: round / role.edgeRounds,
    model,
    samples,
    localSteps: 0,
    loss: Number.NaN,
  },
});

const acknowledgement = ({ role }: EdgeServerContext, event: ActorEvent) => {
  const { from, round } = event as Extract<ActorEvent, { type: 'model.shared' }>;
  return { to: from, message: { type: 'share.acknowledged' as const, from: role.id, round } };
};

const taken = (event: ActorEvent) => {
  const { from, model, weight = 0 } = event as Extract<ActorEvent, { type: 'model.shared' }>;
  return { from, model, weight };
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

/** All that it has to do with, or one that asks. */
const lost = ({ role, members }: EdgeServerContext, event?: ActorEvent) => ({
  to: event?.type === 'peer.returned' ? [event.peer] : peersOf(role, members),
  message: { type: 'peer.lost' as const, peer: role.id },
});

/** It is back, and takes part from this round on: a later one than any that it could keep waiting. */
const back = ({ role, members, round }: EdgeServerContext, event: ActorEvent) => ({
  to: peersOf(role, members),
  message: {
    ...{ type: 'peer.returned' as const, peer: role.id },
    round: event.type === 'restarted' ? Math.max(event.round, round) : round,
  },
});

const peersOf = ({ neighbours, parent }: EdgeServerRole, members: readonly string[]): string[] => [
  ...neighbours.map(({ id }) => id),
  ...members,
  ...(parent === undefined ? [] : [parent]),
];
