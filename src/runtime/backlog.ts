import type { Fact } from '../event.ts';
import type { Recorder } from '../kernel/recorder.ts';
import { Later } from '../later.ts';
import type { Instant } from '../units.ts';
import { LaterModel, plain } from './later-model.ts';

/** A fact whose numbers are worked out still: it is made once they are there, and is none after all if it comes to that. */
export interface LaterFact {
  readonly needs: readonly Later<unknown>[];
  make(): Fact | undefined;
}

interface Entry {
  readonly at: Instant;
  readonly actor: string;
  readonly fact: Fact | undefined;
  /** What makes the fact, where there is none yet. */
  readonly later: LaterFact | undefined;
}

/**
 * Facts on their way to the record. A world may be ahead of the numbers that its threads work out: a fact that has such
 * numbers waits for them, and all that became true after it waits behind it, so that the record keeps its order. Models and
 * numbers in it that were late stay as they are: they are read like any others, and copies would cost more than the record.
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
    if (!this.#isAhead || (this.length === 0 && isThere(fact))) this.#recorder.record(at, actor, fact);
    else this.#entries.push({ at, actor, fact, later: undefined });
  }

  recordLater(at: Instant, actor: string, later: LaterFact): void {
    this.#entries.push({ at, actor, fact: undefined, later });
    this.release();
  }

  /** Puts on the record what has all its numbers, up to the first fact that hasn't. Throws what a number's step threw. */
  release(): void {
    while (this.#head < this.#entries.length) {
      const { at, actor, fact, later } = this.#entries[this.#head] as Entry;
      if (later === undefined ? !isThere(fact as Fact) : !later.needs.every(({ isSettled }) => isSettled)) break;
      this.#head++;
      try {
        const made = later === undefined ? fact : later.make();
        if (made !== undefined) this.#recorder.record(at, actor, made);
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

/** Whether all of a fact is there; what has failed counts as there, and is thrown when it is read. */
function isThere(fact: Fact): boolean {
  for (const name in fact) {
    const value: unknown = fact[name as keyof Fact];
    if (value instanceof LaterModel ? !value.made.isSettled : value instanceof Later && !value.isSettled) return false;
  }
  return true;
}

/** A fact that is there with plain models and numbers, for who looks at them. */
export function plainFact(fact: Fact): Fact {
  let copy: Record<string, unknown> | undefined;
  for (const name in fact) {
    const value: unknown = fact[name as keyof Fact];
    if (!(value instanceof Later || value instanceof LaterModel)) continue;
    copy ??= { ...fact };
    copy[name] = value instanceof Later ? value.value : plain(value);
  }
  return (copy ?? fact) as Fact;
}
