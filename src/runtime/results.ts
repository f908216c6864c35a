import type { Step } from '../step.ts';
import type { StepPool } from './steps.ts';

/** Names the result of a step, which may still be on its way. */
export type ResultId = number;

interface Result {
  readonly step: Step;
  output: unknown;
  done: boolean;
}

/** Steps that have been started, and what has come of them. */
export class Results {
  readonly #pool: StepPool;
  readonly #results = new Map<ResultId, Result>();
  #next = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(pool: StepPool) {
    this.#pool = pool;
  }

  start(step: Step): ResultId {
    const id = this.#next++;
    const result: Result = { step, output: undefined, done: false };
    this.#results.set(id, result);
    this.#pool.run(step).then(
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
    return id;
  }

  isDone(id: ResultId): boolean {
    return this.#results.get(id)?.done ?? false;
  }

  take(id: ResultId): unknown {
    const output = this.#results.get(id)?.output;
    this.#results.delete(id);
    return output;
  }

  giveUp(id: ResultId): void {
    this.#results.delete(id);
  }

  /** Waits until all of `ids` are done; throws what a step threw. */
  async wait(ids: readonly ResultId[]): Promise<void> {
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
