import type { TraceEvent } from '../../trace/reader.ts';
import { Lane } from './lane.ts';
import { afterReport, hasLane, isClient, STATES, type State, stateAfter } from './states.ts';

/** Changes of state and spans that all lanes may hold together, and lanes of clients that stand alone. */
export interface LaneBounds {
  readonly items: number;
  readonly lanes: number;
}

export const LANE_BOUNDS: LaneBounds = { items: 240_000, lanes: 4096 };

interface Actor {
  readonly name: string;
  state: State;
  since: number;
}

export interface NamedLane {
  readonly name: string;
  readonly lane: Lane;
}

/** Time in each state [ns], by role: `clients`, `edge servers`, `central server`. */
export type TimeInStates = Readonly<Record<string, readonly number[]>>;

/** Follows what every actor does; as many lanes and changes as fit, and no more. */
export class Lanes {
  readonly #bounds: LaneBounds;
  readonly #actors = new Map<string, Actor>();
  /** By name, clients by the number of their group. */
  #lanes = new Map<string, Lane>();
  #groupSize = 1;
  #room: number;
  /** What lanes held when they were last measured, and what has been added since. */
  #items = 0;
  readonly #times = new Map<string, number[]>();
  #now = 0;

  constructor(bounds: LaneBounds = LANE_BOUNDS) {
    this.#bounds = bounds;
    this.#room = bounds.items;
  }

  see(event: TraceEvent): void {
    this.#now = event.at;
    if (event.kind === 'update.reported') this.#enter(String(event.from), event.at, afterReport);
    if (!hasLane(event.actor)) return;
    this.#enter(event.actor, event.at, (before) => stateAfter(event, before) ?? before);
  }

  /** Lanes up to now: servers first, then clients in order. */
  upToNow(): { readonly lanes: readonly NamedLane[]; readonly times: TimeInStates; readonly groupSize: number } {
    for (const actor of this.#actors.values()) this.#settle(actor, this.#now);
    const rank = (key: string): number =>
      (key === 'central' ? -2e9 : key.startsWith('edge-') ? -1e9 : 0) + numberIn(key);
    const keys = [...this.#lanes.keys()].sort((a, b) => rank(a) - rank(b));
    const lanes = keys.map((key) => ({ name: this.#nameOf(key), lane: this.#lanes.get(key) as Lane }));
    return { lanes, times: Object.fromEntries(this.#times), groupSize: this.#groupSize };
  }

  #enter(name: string, at: number, next: (before: State) => State): void {
    const known = this.#actors.get(name);
    const actor = known ?? { name, state: 0, since: 0 };
    if (known === undefined) {
      this.#actors.set(name, actor);
      this.#laneOf(name, true);
    }
    const state = next(actor.state);
    if (state === actor.state) return;
    this.#settle(actor, at);
    actor.state = state;
  }

  /** Writes down what an actor has done up to an instant. */
  #settle(actor: Actor, at: number): void {
    const { name, state, since } = actor;
    if (at <= since) return;
    const lane = this.#laneOf(name, false);
    const before = lane.size;
    lane.add(since, at, state);
    this.#items += lane.size - before;
    this.#book(name, state, at - since);
    actor.since = at;
    if (lane.size > this.#room) this.#fit(lane);
    if (this.#items > this.#bounds.items) this.#shrink();
  }

  #fit(lane: Lane): void {
    const before = lane.size;
    lane.shrinkTo(this.#room);
    this.#items += lane.size - before;
  }

  /** Halves what a lane may hold until all fit. */
  #shrink(): void {
    while (this.#items > this.#bounds.items && this.#room > 1) {
      this.#room = Math.max(1, Math.floor(Math.min(this.#room, longest(this.#lanes)) / 2));
      for (const lane of this.#lanes.values()) this.#fit(lane);
    }
  }

  #book(name: string, state: State, nanoseconds: number): void {
    const role = roleOf(name);
    const times = this.#times.get(role) ?? STATES.map(() => 0);
    this.#times.set(role, times);
    times[state] = (times[state] as number) + nanoseconds;
  }

  #laneOf(name: string, isNew: boolean): Lane {
    const key = this.#keyOf(name);
    const found = this.#lanes.get(key);
    if (found !== undefined) {
      if (isNew) this.#join(found);
      return found;
    }
    const lane = new Lane();
    this.#lanes.set(key, lane);
    if (this.#lanes.size > this.#bounds.lanes) this.#group();
    return this.#lanes.get(this.#keyOf(name)) as Lane;
  }

  /** One more actor shares a lane; it has waited since the start. */
  #join(lane: Lane): void {
    const before = lane.size;
    lane.absorb(new Lane());
    this.#items += lane.size - before;
  }

  /** Two neighbouring lanes of clients become one, until there are few enough. */
  #group(): void {
    this.#groupSize *= 2;
    const lanes = new Map<string, Lane>();
    for (const [key, lane] of this.#lanes) {
      const to = isClient(key) ? `client-${Math.floor(numberIn(key) / 2)}` : key;
      const found = lanes.get(to);
      if (found === undefined) lanes.set(to, lane);
      else found.absorb(lane);
    }
    this.#lanes = lanes;
    this.#items = [...lanes.values()].reduce((sum, { size }) => sum + size, 0);
  }

  #keyOf(name: string): string {
    if (this.#groupSize === 1 || !isClient(name)) return name;
    return `client-${Math.floor(numberIn(name) / this.#groupSize)}`;
  }

  #nameOf(key: string): string {
    if (this.#groupSize === 1 || !isClient(key)) return key;
    const first = numberIn(key) * this.#groupSize;
    return `client-${first} … ${first + this.#groupSize - 1}`;
  }
}

const numberIn = (name: string): number => Number(name.slice(name.indexOf('-') + 1)) || 0;

const longest = (lanes: ReadonlyMap<string, Lane>): number =>
  [...lanes.values()].reduce((most, { size }) => Math.max(most, size), 1);

function roleOf(name: string): string {
  if (isClient(name)) return 'clients';
  return name === 'central' ? 'central server' : 'edge servers';
}
