import type { ActorEvent } from '../src/event.ts';
import { isComplete, type Round } from './collecting.ts';
import type { CollectorRole } from './role.ts';
import { granted, grantFor, grants, listen, release, releases, reported, summed, update } from './sending.ts';

/** A server that collects, as a transition of its machine sees it. */
interface Seen {
  readonly context: Round & { readonly role: CollectorRole };
  readonly event: ActorEvent;
}

/** What a server keeps of a round over the air. */
export const heardOverTheAir = {
  report: ({ context, event }: Seen) => (event.type === 'update.reported' ? reported(context, event) : {}),
  grants: ({ context, event }: Seen) => (event.type === 'uplink.scheduled' ? granted(context, event) : {}),
  sum: ({ event }: Pick<Seen, 'event'>) => (event.type === 'aggregate.received' ? summed(event) : {}),
};

export const airGuards = {
  sumsOverTheAir: ({ context }: Seen) => context.role.uplink !== undefined && isComplete(context.role, context),
  nobodySends: ({ context, event }: Seen) =>
    event.type === 'uplink.scheduled' && (granted(context, event).granted?.cohort ?? []).length === 0,
  nobodyWasHeard: ({ event }: Seen) => event.type === 'aggregate.received' && event.senders.length === 0,
};

/** For a report that comes too late: its client's update isn't needed. */
export const releaseLate = {
  type: 'send',
  params: ({ context, event }: Seen) => release(context.role, event),
} as const;

/**
 * The branch of a server's round that sums over the air: `granting → listening → joining`, and from there, or from where
 * nobody sends or is heard, on to the state in which a round with its model settled goes on.
 */
export const airStates = <Next extends string>(next: Next) =>
  ({
    /** Who of those that have reported sends? */
    granting: {
      entry: { type: 'grant', params: ({ context }: Seen) => grantFor(context) },
      exit: { type: 'cancel', params: { id: 'question' } },
      on: {
        'uplink.scheduled': [
          {
            target: next,
            guard: 'nobodySends',
            actions: ['keepGrants', { type: 'send', params: ({ context }: Seen) => releases(context.role, context) }],
          },
          { target: 'listening', actions: 'keepGrants' },
        ],
      },
    },
    /** All that were granted the air send at once; what they amount to comes from the channel. */
    listening: {
      entry: [
        { type: 'listen', params: ({ context }: Seen) => listen(context) },
        { type: 'send', params: ({ context }: Seen) => grants(context.role, context) },
        { type: 'send', params: ({ context }: Seen) => releases(context.role, context) },
      ],
      on: {
        'aggregate.received': [
          { target: next, guard: 'nobodyWasHeard', actions: 'hearSum' },
          { target: 'joining', actions: 'hearSum' },
        ],
      },
    },
    /** The estimate joins the model. */
    joining: {
      entry: { type: 'combine', params: ({ context }: Seen) => update(context.role, context) },
      on: { 'models.combined': { target: next, actions: 'adopt' } },
    },
  }) as const;
