import type { Fact } from '../event.ts';
import type { Recorder } from '../kernel/recorder.ts';
import { Later } from '../later.ts';
import type { Instant } from '../units.ts';
import { awaitedBy, LaterModel, plain } from './later-model.ts';

/** A fact whose numbers are worked out still: it is made once they are there, and is none after all if it comes to that. */
export interface LaterFact {
  readonly needs: readonly Later<unknown>[];
  make(): Fact | undefined;
}

interface Entry extends LaterFact {
  readonly at: Instant;
  readonly actor: string;
}

/**
 * Facts on their way to the record. A world may be ahead of the numbers that its threads work out: a fact that has such
 * numbers waits for them, and all that became true after it waits behind it, so that the record keeps its order.
 */
export class Backlog {
  readonly #recorder: Recorder;
  readonly #isAhead: boolean;
  #entries: Entry[] = [];
  /** The first entry that has not gone on the record. */
  #head = 0;

  /** @param isAhead whether the world may be ahead: where it never is, facts have all their numbers */
  constructor(recorder: Recorder, isAhead: boolean) {
    this.#recorder = recorder;
    this.#isAhead = isAhead;
  }

  /** Facts that wait. */
  get length(): number {
    return this.#entries.length - this.#head;
  }

  record(at: Instant, actor: string, fact: Fact): void {
    if (!this.#isAhead) {
      this.#recorder.record(at, actor, fact);
      return;
    }
    const needs = needsOf(fact);
    if (this.length === 0 && needs.length === 0) this.#recorder.record(at, actor, settled(fact));
    else this.#entries.push({ at, actor, needs, make: () => settled(fact) });
  }

  recordLater(at: Instant, actor: string, fact: LaterFact): void {
    this.#entries.push({ at, actor, ...fact });
    this.release();
  }

  /** Puts on the record what has all its numbers, up to the first fact that hasn't. Throws what a number's step threw. */
  release(): void {
    while (this.#head < this.#entries.length) {
      const { at, actor, needs, make } = this.#entries[this.#head] as Entry;
      if (!needs.every(({ isSettled }) => isSettled)) break;
      this.#head++;
      try {
        const fact = make();
        if (fact !== undefined) this.#recorder.record(at, actor, fact);
      } catch (error) {
        // The record ends before it.
        this.#entries = [];
        this.#head = 0;
        throw error;
      }
    }
    if (this.#head < this.#entries.length && this.#head < CLEARED) return;
    this.#entries = this.#entries.slice(this.#head);
    this.#head = 0;
  }
}

/** Entries that are cleared away together. */
const CLEARED = 1024;
const NO_NEEDS: readonly Later<unknown>[] = [];

/** What of a fact isn't there yet; what has failed counts as there, and is thrown when it is read. */
function needsOf(fact: Fact): readonly Later<unknown>[] {
  let needs = NO_NEEDS;
  for (const name in fact) {
    const value: unknown = fact[name as keyof Fact];
    if (value instanceof LaterModel) needs = [...needs, ...awaitedBy(value)];
    else if (value instanceof Later && !value.isSettled) needs = [...needs, value];
  }
  return needs;
}

/** The fact with plain models and numbers. */
function settled(fact: Fact): Fact {
  if (!Object.values(fact).some(isLater)) return fact;
  // Name by name: a spread would cost more than all the rest.
  const copy: Record<string, unknown> = {};
  for (const name in fact) {
    const value: unknown = fact[name as keyof Fact];
    copy[name] = value instanceof Later ? value.value : value instanceof LaterModel ? plain(value) : value;
  }
  return copy as unknown as Fact;
}

const isLater = (value: unknown): boolean => value instanceof LaterModel || value instanceof Later;
