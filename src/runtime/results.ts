import { assert } from '../assert.ts';
import { InvariantError, SimulationError } from '../errors.ts';
import type { ModelVersion } from '../event.ts';
import { Later } from '../later.ts';
import type { Step } from '../step.ts';
import { LaterModel, type Made } from './later-model.ts';
import type { StepPool } from './steps.ts';
import { PHANTOM, RecordedOutput, type Transcript } from './transcript.ts';
import { turn } from './turn.ts';

/** Names the result of a step, which may still be on its way. */
export type ResultId = number;

/** Steps that are made once what they need is there. */
export interface Work {
  readonly needs: readonly Later<unknown>[];
  /** One step, whose output is the result, or several, whose outputs are, in order; or undefined where there is none. */
  make(): Step | readonly Step[] | undefined;
  /** The result where there is no step. */
  otherwise?(): unknown;
  /** Throws where the output can't be what it should. */
  check?(output: unknown): void;
}

interface Result {
  readonly work: Work;
  readonly output: Later<unknown>;
  /** Not while results come from a record. */
  isStarted: boolean;
  isGivenUp: boolean;
}

/** After so many waits there is a turn, even where nobody else has anything to say. */
const WAITS_PER_TURN = 32;

/** Work that has been started, and what has come of it. */
export class Results {
  readonly #pool: StepPool;
  readonly #transcript: Transcript | undefined;
  /** Those that nobody has asked for yet. */
  readonly #results = new Map<ResultId, Result>();
  #next = 0;
  #underWay = 0;
  #hasNews = false;
  #waits = 0;
  #wake: (() => void) | undefined;

  constructor(pool: StepPool, transcript?: Transcript) {
    this.#pool = pool;
    this.#transcript = transcript;
  }

  /** Results that are not there yet. */
  get underWay(): number {
    return this.#underWay;
  }

  start(work: Work): ResultId {
    const id = this.#next++;
    const result: Result = { work, output: new Later(), isStarted: false, isGivenUp: false };
    this.#results.set(id, result);
    if (!this.#isFeeding) this.#begin(result);
    return id;
  }

  isDone(id: ResultId): boolean {
    return this.#isFeeding || (this.#results.get(id)?.output.isSettled ?? false);
  }

  /** A result, which may still be on its way; each is asked for once. */
  output(id: ResultId): Later<unknown> {
    const result = this.#results.get(id);
    this.#results.delete(id);
    if (this.#transcript !== undefined && this.#isFeeding) return Later.of(this.#transcript.output());
    if (result === undefined) throw new InvariantError(`a result was asked for twice: ${id}`);
    if (!result.isStarted) this.#begin(result);
    return result.output;
  }

  /** A result that is there. Throws what its step threw. */
  take(id: ResultId): unknown {
    return this.output(id).value;
  }

  /** The model that a step makes. */
  model(id: ResultId): ModelVersion {
    const made = this.output(id) as Later<Made>;
    if (!made.isSettled) return new LaterModel(made);
    const { value } = made;
    if (value instanceof RecordedOutput && this.#transcript !== undefined) return this.#transcript.model(value);
    return { parameters: value.parameters, digest: value.digest };
  }

  giveUp(id: ResultId): void {
    const result = this.#results.get(id);
    if (result !== undefined) result.isGivenUp = true;
    this.#results.delete(id);
  }

  /** Sees to it that work goes on, and takes in what has been done: what hangs on small steps can begin then. */
  async look(): Promise<void> {
    this.#pool.flush();
    await turn();
    for (let helped = this.#pool.help?.(true); helped !== undefined; helped = this.#pool.help?.(true)) await helped;
    this.#hasNews = false;
  }

  /** Waits until more work is done. */
  async progress(): Promise<void> {
    // What a WeakRef was asked for lives until the end of a turn, and steps on this thread would never come to one.
    if (++this.#waits % WAITS_PER_TURN === 0) await turn();
    this.#resume();
    this.#pool.flush();
    while (!this.#hasNews && this.#underWay > 0) {
      const helped = this.#pool.help?.();
      if (helped === undefined) await this.#news();
      else {
        await helped;
        await turn();
      }
    }
    this.#hasNews = false;
  }

  async #news(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  /** Starts what was under way where the record ends. */
  #resume(): void {
    if (this.#isFeeding) return;
    for (const result of this.#results.values()) if (!result.isStarted) this.#begin(result);
  }

  get #isFeeding(): boolean {
    return this.#transcript?.isFeeding === true;
  }

  #begin(result: Result): void {
    result.isStarted = true;
    this.#underWay++;
    result.output.whenSettled(() => {
      this.#underWay--;
      this.#hasNews = true;
      this.#wake?.();
    });
    const open = result.work.needs.filter(({ isSettled }) => !isSettled);
    let left = open.length;
    if (left === 0) this.#run(result);
    for (const need of open) {
      need.whenSettled(() => {
        if (--left === 0) this.#run(result);
      });
    }
  }

  /** Makes the steps and runs them; work whose needs have failed fails like them. */
  #run({ work, output, isGivenUp }: Result): void {
    try {
      assert(!isGivenUp, 'work that was given up is not begun');
      for (const need of work.needs) need.value;
      const made = work.make();
      if (made === undefined) {
        output.settle(work.otherwise?.());
        return;
      }
      if (this.#transcript !== undefined) for (const step of 'module' in made ? [made] : made) checkWhole(step);
      const outputs = 'module' in made ? this.#pool.run(made) : Promise.all(made.map((step) => this.#pool.run(step)));
      outputs
        .then((value) => {
          work.check?.(value);
          output.settle(value);
        })
        .catch((error: unknown) => output.fail(error));
    } catch (error) {
      output.fail(error);
    }
  }
}

/** A model that a record has no numbers for must not be computed with. */
function checkWhole({ name, input }: Step): void {
  if (typeof input !== 'object' || input === null) return;
  const values = Object.values(input).flatMap((value: unknown) => value);
  if (!values.includes(PHANTOM)) return;
  throw new SimulationError({
    what: `incomplete checkpoint: it lacks a model that the step ${name} needs`,
    remedy: 'take an undamaged copy, or move the checkpoints away, and the run begins anew',
    code: 'TRACE_INVALID',
  });
}
