import { SimulationError } from '../errors.ts';
import type { Seconds } from '../units.ts';
import { reason } from './policy-guard.ts';
import type { Schedule } from './schedule.ts';

/** What a script can wait for. */
export type Wait =
  | { readonly until: 'instant'; readonly at: Seconds }
  | { readonly until: 'closed'; readonly round: number };

/** What a script can do to the world, and wait for. Names are those of the actors: `client-3`, `edge-0`, `central`. */
export interface ScriptWorld {
  /** Virtual seconds since the start. */
  readonly now: Seconds;
  /** Every actor's name. */
  readonly actors: readonly string[];
  /** Waits for an instant: `yield world.at(120)`. */
  at(instant: Seconds): Wait;
  /** Waits for a while. */
  after(span: Seconds): Wait;
  /** Waits until a round is over. */
  closed(round: number): Wait;
  /** Stops an actor at once; what it was doing is lost. */
  crash(actor: string): void;
  /** Brings a crashed actor back, with an empty desk. */
  restart(actor: string): void;
  /** Cuts a client's access link, or the link between two servers; transfers on it stand still. */
  cut(a: string, b?: string): void;
  /** Mends what was cut. */
  mend(a: string, b?: string): void;
  /** Puts an obstacle on a client's access link, for a while or for good. */
  block(client: string, options: { readonly attenuationDb: number; readonly lasting?: Seconds }): void;
  /** Makes a client's local updates take `factor` times as long, from the next one on, for a while or for good. */
  slow(client: string, options: { readonly factor: number; readonly lasting?: Seconds }): void;
}

/** A scenario's story: a generator that acts on the world and yields what it waits for. */
export type ScriptFunction = (world: ScriptWorld) => Generator<Wait, void, undefined>;

/** Runs a script: resumes it when what it waits for has come. */
export class Script {
  readonly #story: Generator<Wait, void, undefined>;
  readonly #world: ScriptWorld;
  readonly #schedule: Schedule;
  #round: number | undefined;
  #lastClosed = 0;

  constructor(script: ScriptFunction, world: ScriptWorld, schedule: Schedule) {
    this.#world = world;
    this.#schedule = schedule;
    this.#story = script(world);
  }

  start(): void {
    this.#schedule({ to: 'script' });
  }

  /** A round is over. */
  closed(round: number): void {
    this.#lastClosed = round;
    if (this.#round === undefined || round < this.#round) return;
    this.#round = undefined;
    this.#schedule({ to: 'script' });
  }

  resume(): void {
    const { value: wait, done } = this.#next();
    if (done === true) return;
    if (!isWait(wait)) {
      throw this.#failure(
        `invalid wait: ${JSON.stringify(wait)}`,
        'yield world.at(…), world.after(…) or world.closed(…)',
      );
    }
    if (wait.until === 'instant') {
      if (wait.at < this.#world.now)
        throw this.#failure(`invalid instant: ${wait.at} s has passed`, 'wait for a later one');
      this.#schedule({ to: 'script' }, wait.at - this.#world.now);
    } else if (wait.round <= this.#lastClosed) this.#schedule({ to: 'script' });
    else this.#round = wait.round;
  }

  #next() {
    try {
      return this.#story.next();
    } catch (error) {
      if (error instanceof SimulationError) throw error;
      throw this.#failure(`invalid script: it threw: ${reason(error)}`, 'mend the script', error);
    }
  }

  #failure(what: string, remedy: string, cause?: unknown): SimulationError {
    return new SimulationError(
      { what, where: `script, t = ${this.#world.now} s`, remedy, code: 'SCRIPT_FAILED' },
      { cause },
    );
  }
}

const isWait = (wait: unknown): wait is Wait =>
  typeof wait === 'object' &&
  wait !== null &&
  (('at' in wait && Number.isFinite(wait.at)) || ('round' in wait && Number.isInteger(wait.round)));
