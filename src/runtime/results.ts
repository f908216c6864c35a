import { InvariantError } from '../errors.ts';
import type { Step } from '../step.ts';
import type { StepPool } from './steps.ts';
import { PHANTOM, type Transcript } from './transcript.ts';

/** Names the result of a step, which may still be on its way. */
export type ResultId = number;

interface Result {
  readonly step: Step;
  output: unknown;
  done: boolean;
  /** Not while results come from a record. */
  isStarted: boolean;
}

/** Steps that have been started, and what has come of them. */
export class Results {
  readonly #pool: StepPool;
  readonly #transcript: Transcript | undefined;
  readonly #results = new Map<ResultId, Result>();
  #next = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(pool: StepPool, transcript?: Transcript) {
    this.#pool = pool;
    this.#transcript = transcript;
  }

  start(step: Step): ResultId {
    const id = this.#next++;
    const result: Result = { step, output: undefined, done: false, isStarted: false };
    this.#results.set(id, result);
    if (this.#transcript?.isFeeding !== true) this.#run(id, result);
    return id;
  }

  #run(id: ResultId, result: Result): void {
    result.isStarted = true;
    if (this.#transcript !== undefined) checkWhole(result.step);
    this.#pool.run(result.step).then(
      (output) => {
        result.output = output;
        result.done = true;
        this.#wake?.();
      },
      (error: unknown) => {
        // Nobody waits for a step that was given up.
        if (!this.#results.has(id)) return;
        this.#failure ??= { error };
        this.#wake?.();
      },
    );
  }

  isDone(id: ResultId): boolean {
    return this.#transcript?.isFeeding === true || (this.#results.get(id)?.done ?? false);
  }

  take(id: ResultId): unknown {
    const output = this.#results.get(id)?.output;
    this.#results.delete(id);
    return this.#transcript?.isFeeding === true ? this.#transcript.output() : output;
  }

  giveUp(id: ResultId): void {
    this.#results.delete(id);
  }

  /** Waits until all of `ids` are done; throws what a step threw. */
  async wait(ids: readonly ResultId[]): Promise<void> {
    // Steps that were under way where the record ends.
    for (const [id, result] of this.#results) if (!result.isStarted) this.#run(id, result);
    this.#pool.flush();
    while (!ids.every((id) => this.isDone(id))) {
      if (this.#failure !== undefined) throw this.#failure.error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }
}

/** A model that a record has no numbers for must not be computed with. */
function checkWhole({ name, input }: Step): void {
  if (holdsPhantom(input)) throw new InvariantError(`step ${name} needs a model that no checkpoint holds`);
}

/** Whether it stands in a step's input: as it is, in a list, or in one of the parts of which the input is made. */
function holdsPhantom(input: unknown): boolean {
  if (input === PHANTOM) return true;
  if (typeof input !== 'object' || input === null || ArrayBuffer.isView(input)) return false;
  for (const name in input) if (holdsPhantom((input as Record<string, unknown>)[name])) return true;
  return false;
}
