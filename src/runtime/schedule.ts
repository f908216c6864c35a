import type { EventId, Priority } from '../kernel/event-list.ts';
import type { Seconds } from '../units.ts';
import type { Pending } from './plan.ts';

/** Puts an event into the event list, so many seconds from now. */
export type Schedule = (pending: Pending, after?: Seconds, rank?: Priority) => EventId;
