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

  /** Whether a server could invite this actor now. */
  isIdle(id: string): boolean {
    const {
      kind,
      state: { value },
    } = present(this.#actors.get(id), id);
    const state = value as string | { work?: string; connection?: string };
    if (kind !== 'client') return state === 'waiting' || state === 'reporting';
    return typeof state === 'object' && state.work === 'idle' && state.connection === 'online';
  }

  /** The first round that no server has opened yet: a restarted server joins there. */
  get nextRound(): number {
    let round = 0;
    for (const [id, { kind }] of this.#actors) if (kind === 'edge-server') round = Math.max(round, this.round(id));
    return round + 1;
  }

  /** The round that a server is in. */
  round(id: string): number {
    return (present(this.#actors.get(id), id).state.context as { round: number }).round;
  }
}
