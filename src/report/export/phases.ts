import type { TraceEvent } from '../../trace/reader.ts';

/** What an actor was at from one instant to another [ns of virtual time]. */
export interface Phase {
  readonly actor: string;
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What an actor is at; undefined while it has nothing to do. */
interface Present {
  name: string | undefined;
  since: number;
  round: unknown;
  /** When the last update came in that the server was waiting for. */
  arrival: number | undefined;
  /** When it last began to send; since then a phase of its track is open, or one began there. */
  sent: number | undefined;
}

/** What a track goes over to: the phase that ends may be named by how it ends. */
interface Change {
  readonly to: string | undefined;
  readonly was?: string;
  /** Its messages set out now. */
  readonly sends?: boolean;
}

const UNREACHABLE: ReadonlySet<unknown> = new Set(['offline', 'crashed']);
const SENDING: ReadonlySet<unknown> = new Set(['transmitting', 'superposing', 'contributing']);
/** What a server can end that doesn't need it any more; and what ends once all have what the set-up came to. */
const RELEASABLE: ReadonlySet<unknown> = new Set([
  ...['receiving', 'training', 'reporting', 'superposing', 'transmitting'],
]);
const CUT_SHORT: ReadonlySet<unknown> = new Set(['preparing', 'contributing', 'receiving']);

/** How a client goes on, as its statechart does; what its machine leaves unanswered changes nothing. */
function clientChange({ name, round }: Present, event: TraceEvent): Change | undefined {
  const isReachable = !UNREACHABLE.has(name);
  switch (event.kind) {
    case 'went.offline':
      return name === 'crashed' ? undefined : { to: 'offline' };
    case 'crashed':
      return { to: 'crashed' };
    case 'came.online':
    case 'restarted':
      return { to: undefined };
    case 'work.lost':
      return isReachable ? { to: undefined } : undefined;
    case 'setup.requested':
      return name === undefined ? { to: 'preparing' } : undefined;
    case 'setup.shared':
      return CUT_SHORT.has(name) ? { to: undefined } : undefined;
    case 'setup.prepared':
      return name === 'preparing' ? { to: 'contributing', sends: true } : undefined;
    case 'download.started':
      return name === undefined || name === 'contributing' ? { to: 'receiving' } : undefined;
    case 'model.received':
      return isReachable && name !== 'training' && name !== 'preparing' ? { to: 'training' } : undefined;
    case 'training.finished':
      if (name !== 'training') return undefined;
      return { to: 'squaredNorm' in event ? 'reporting' : 'transmitting', sends: true };
    case 'uplink.granted':
      return isWaiting(name) ? { was: 'reporting', to: 'superposing', sends: true } : undefined;
    case 'uplink.released':
      return RELEASABLE.has(name) && event.round === round ? { to: undefined } : undefined;
    case 'upload.finished':
      return SENDING.has(name) && event.round === round ? { to: undefined } : undefined;
    default:
      return undefined;
  }
}

/** Timing-only updates have no statistics to report: only the grant tells that it was a report. */
const isWaiting = (name: string | undefined): boolean => name === 'reporting' || name === 'transmitting';

/** How a server goes on. Its states without a duration don't show. */
function serverChange({ name }: Present, event: TraceEvent): Change | undefined {
  switch (event.kind) {
    case 'started':
      return { to: 'selecting', sends: true };
    case 'setup.received':
      return name === 'selecting' ? { was: 'preparing', to: 'selecting', sends: true } : undefined;
    case 'setup.completed':
      return name === 'selecting' ? { was: 'sharing', to: 'selecting' } : undefined;
    case 'cohort.scheduled':
      return {
        to: (event.cohort as unknown[]).length > 0 || name === 'collecting' ? 'collecting' : 'selecting',
        sends: true,
      };
    case 'uplink.scheduled':
      return { to: 'listening', sends: true };
    case 'aggregate.received':
      return { to: 'aggregating' };
    case 'models.combined':
      return { was: (event.exchange as number) > 0 ? 'mixing' : (name ?? 'aggregating'), to: 'waiting', sends: true };
    case 'models.mixed':
      return { to: 'sharing', sends: true };
    case 'model.received':
      return name === 'waiting' ? { was: 'reporting', to: 'closing' } : undefined;
    case 'round.closed':
    case 'central-round.closed':
      return { to: 'selecting' };
    case 'consensus.opened':
      return { to: 'mixing', sends: true };
    case 'consensus.reached':
      return { to: undefined };
    case 'crashed':
      return { to: 'crashed' };
    case 'restarted':
      return { was: 'crashed', to: 'waiting', sends: true };
    default:
      return undefined;
  }
}

/** From these a client knows in which round it is. */
const INVITATIONS: ReadonlySet<string> = new Set(['download.started', 'model.received', 'setup.requested']);
const ARRIVALS: ReadonlySet<string> = new Set(['update.received', 'update.reported', 'deadline.passed']);
/** Left over when a run ends: nobody knows whether anything was still to come. */
const OPEN_ENDED: ReadonlySet<string> = new Set(['selecting', 'waiting', 'closing']);

/** Follows the actors of a trace through its events; knows of each no more than what it is at. */
export class Phases {
  readonly #present = new Map<string, Present>();
  readonly #isClient: (actor: string) => boolean;

  constructor(isClient: (actor: string) => boolean) {
    this.#isClient = isClient;
  }

  /** Phases that an event ends. */
  follow(event: TraceEvent): Phase[] {
    const { actor, at, kind } = event;
    const present = this.#of(actor);
    if (ARRIVALS.has(kind) && present.name === 'collecting') present.arrival = at;
    const change = this.#isClient(actor) ? clientChange(present, event) : serverChange(present, event);
    if (INVITATIONS.has(kind)) present.round = event.round;
    if (change === undefined) return [];
    const ended = this.#end(actor, present, at, change.was);
    if (change.sends === true) present.sent = at;
    Object.assign(present, { name: change.to, since: at, arrival: undefined });
    return ended;
  }

  /** When an actor's latest message set out. */
  sent(actor: string): number | undefined {
    return this.#present.get(actor)?.sent;
  }

  /** Phases that are open where the trace ends. */
  end(at: number): Phase[] {
    return [...this.#present].flatMap(([actor, present]) =>
      this.#end(actor, present, OPEN_ENDED.has(present.name ?? '') ? present.since : at, undefined),
    );
  }

  #of(actor: string): Present {
    const known = this.#present.get(actor);
    if (known !== undefined) return known;
    const fresh: Present = { name: undefined, since: 0, round: undefined, arrival: undefined, sent: undefined };
    this.#present.set(actor, fresh);
    return fresh;
  }

  /** A server that has all it was waiting for adds up from then on. */
  #end(actor: string, { name, since, arrival }: Present, at: number, was: string | undefined): Phase[] {
    if (name === undefined) return [];
    const ended = was ?? name;
    if (ended !== 'collecting' || arrival === undefined || arrival === at)
      return [{ actor, name: ended, from: since, to: at }];
    return [
      { actor, name: 'collecting', from: since, to: arrival },
      { actor, name: 'aggregating', from: arrival, to: at },
    ];
  }
}
