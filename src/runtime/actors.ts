import type { AnyStateMachine } from 'xstate';
import { present } from '../assert.ts';
import type { ActorEvent } from '../event.ts';
import type { Effect } from '../kernel/effect.ts';
import { type ActorState, type Driver, drive } from './actor.ts';
import type { ActorKind, ActorSpec } from './plan.ts';

interface Actor {
  readonly kind: ActorKind;
  readonly driver: Driver;
  state: ActorState;
}

/**
 * Where a client's work can be when it takes an invitation. One whose update has arrived may still be waiting to hear that its
 * last bit is out, or that its server does without it.
 */
const FREE: ReadonlySet<string> = new Set(['idle', 'transmitting', 'reporting', 'superposing']);

/** The cast of a run and the state that each actor is in. */
export class Actors {
  readonly #actors = new Map<string, Actor>();

  constructor(cast: readonly ActorSpec[]) {
    const drivers = new Map<AnyStateMachine, Driver>();
    for (const { id, kind, machine, role } of cast) {
      const driver = drivers.get(machine) ?? drive(machine);
      drivers.set(machine, driver);
      this.#actors.set(id, { kind, driver, state: driver.initial(role) });
    }
  }

  get ids(): readonly string[] {
    return [...this.#actors.keys()];
  }

  kind(id: string): ActorKind | undefined {
    return this.#actors.get(id)?.kind;
  }

  /** Hands an actor an event; what it asks for is valid until the next call. */
  send(id: string, event: ActorEvent): readonly Effect[] {
    const actor = present(this.#actors.get(id), id);
    actor.state = actor.driver.next(actor.state, event);
    return actor.driver.asked;
  }

  /** The state value: a string, or an object for parallel and nested states. */
  state(id: string): unknown {
    return present(this.#actors.get(id), id).state.value;
  }

  /** Whether an actor can take an invitation now, if it owes its server nothing. */
  isFree(id: string): boolean {
    const { kind, state } = present(this.#actors.get(id), id);
    if (kind !== 'client') return state.value === 'waiting' || state.value === 'reporting';
    const { work, connection } = state.value as { readonly work: string; readonly connection: string };
    return connection === 'online' && FREE.has(work);
  }

  /** Whether an event changes nothing: only who is up crashes, and only who is down comes back or is out of reach of the rest. */
  isMoot(id: string, { type }: ActorEvent): boolean {
    if (type === 'restarted') return !this.#isCrashed(id);
    return (type === 'crashed' || type === 'went.offline' || type === 'came.online') && this.#isCrashed(id);
  }

  #isCrashed(id: string): boolean {
    const { value } = present(this.#actors.get(id), id).state;
    return value === 'crashed' || (value as { readonly connection?: string }).connection === 'crashed';
  }

  /** Whether a client can be reached. */
  isOnline(id: string): boolean {
    const { value } = present(this.#actors.get(id), id).state;
    return (value as { readonly connection?: string }).connection === 'online';
  }

  /** The first round that no server has opened yet. */
  get nextRound(): number {
    let round = 0;
    for (const [id, { kind }] of this.#actors) if (kind === 'edge-server') round = Math.max(round, this.round(id));
    return round + 1;
  }

  /** Where a server joins again: in a round that nobody has opened yet, or in its own next one where it waits for nobody. */
  joiningRound(id: string): number {
    const { kind, state } = present(this.#actors.get(id), id);
    const { role } = state.context as { readonly role: { readonly asynchronous?: object | undefined } };
    return kind === 'edge-server' && role.asynchronous !== undefined ? this.round(id) + 1 : this.nextRound;
  }

  /** The round that a server is in. */
  round(id: string): number {
    return (present(this.#actors.get(id), id).state.context as { round: number }).round;
  }
}
