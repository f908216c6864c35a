import { SimulationError } from '../errors.ts';
import { noteShared } from '../math/shared.ts';
import type { Step } from '../step.ts';
import type { Seconds } from '../units.ts';
import type { GroupEnd, Outcome } from './compute-thread.ts';
import type { EnduringPool } from './enduring-pool.ts';
import { type Lane, openLane } from './lane.ts';
import type { Made } from './later-model.ts';
import { begunOf, isTakenBack, type Progress, progress, takeBack } from './progress.ts';
import { watchdog } from './watchdog.ts';

/** A step is tried this often before a thread that dies or hangs under it ends the run. */
const TRIES_MAX = 3;
/** A step may be lost this often with threads that die under others' steps, or while they start. */
const LOSSES_MAX = 20;
/** What the latest group counts for in the pace. */
const NEWS_SHARE = 0.25;

/** A step for whose result somebody waits. */
export interface Waiting {
  readonly step: Step;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** How many threads have died or hung while they ran this step. */
  readonly deaths: number;
  /** How many have taken it with them without having begun it. */
  readonly losses: number;
}

/** Steps on their way to a thread or on it. */
interface Group {
  readonly steps: readonly Waiting[];
  readonly progress: Progress;
  readonly unwatch: () => void;
}

/** A thread's place, and what it has to do, in the order in which it does it. */
interface Place {
  /** Where there is none, the next group opens one. */
  lane: Lane | undefined;
  groups: Group[];
  isHung: boolean;
}

interface SenderOptions {
  readonly threads: number;
  readonly stepTimeout: Seconds;
  readonly warn: (message: string) => void;
  /** Called whenever a group is done, or lost. */
  readonly onSettled: () => void;
}

/** Sends groups of steps to threads, and sends those again whose thread dies, hangs or runs out of memory under them. */
export class StepSender {
  readonly #pool: EnduringPool;
  readonly #options: SenderOptions;
  readonly #watch: ReturnType<typeof watchdog>;
  readonly #places: readonly Place[];
  /** In the order in which they were sent. */
  readonly #underWay = new Set<Group>();
  readonly #done = new Set<string>();
  #steps = 0;
  #pace = Number.POSITIVE_INFINITY;

  constructor(pool: EnduringPool, options: SenderOptions) {
    this.#pool = pool;
    this.#options = options;
    this.#watch = watchdog(options.stepTimeout);
    this.#places = Array.from({ length: options.threads }, () => ({ lane: undefined, groups: [], isHung: false }));
    for (const place of this.#places) this.#laneOf(place);
  }

  /** Groups that are on their way. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** What a step takes on its thread, of late; infinite before one has come through. */
  get pace(): Seconds {
    return this.#pace;
  }

  /** What steps that are on their way will take together. */
  get ahead(): Seconds {
    return this.#steps === 0 ? 0 : this.#steps * this.#pace;
  }

  /** Whether a thread has lived through a step of this kind: one that kills its thread shall not kill the calling one. */
  knows(step: Step): boolean {
    return this.#done.has(kindOf(step));
  }

  /** Sends a group to the thread that has least to do. */
  send(steps: readonly Waiting[]): void {
    const place = this.#places.reduce((least, each) => (each.groups.length < least.groups.length ? each : least));
    const far = progress(steps.length);
    try {
      this.#laneOf(place).send(
        steps.map(({ step }) => step),
        far,
      );
    } catch (error) {
      for (const each of steps) each.reject(stepError(each.step, reasonOf(error)));
      return;
    }
    const group = { steps, progress: far, unwatch: this.#watch(far, () => this.#hangs(place)) };
    place.groups.push(group);
    this.#underWay.add(group);
    this.#steps += steps.length;
  }

  /** A step that its thread hasn't come to, and that the calling one can run without danger. */
  takeBack(): Waiting | undefined {
    for (const { steps, progress: far } of [...this.#underWay].toReversed()) {
      const index = steps.every(({ step }) => this.knows(step)) ? takeBack(far) : undefined;
      if (index !== undefined) return steps[index];
    }
    return undefined;
  }

  /** Waits for threads that are about to come up: before, they must not be ended. */
  async areUp(): Promise<void> {
    await Promise.all(this.#places.map(({ lane }) => lane?.isUp));
  }

  #laneOf(place: Place): Lane {
    place.lane ??= openLane(this.#pool, {
      onAnswer: (end) => this.#answered(place, end),
      onLost: (reason) => this.#lost(place, reason),
    });
    return place.lane;
  }

  #answered(place: Place, { outcomes, seconds }: GroupEnd): void {
    const group = place.groups.shift();
    if (group === undefined) return;
    this.#leaves(group);
    const latest = seconds / outcomes.filter((outcome) => outcome !== undefined).length;
    if (Number.isFinite(latest)) this.#learn(latest);
    outcomes.forEach((outcome, index) => this.#settle(group.steps[index] as Waiting, outcome));
    this.#options.onSettled();
  }

  #leaves(group: Group): void {
    group.unwatch();
    this.#underWay.delete(group);
    this.#steps -= group.steps.length;
  }

  #learn(latest: Seconds): void {
    this.#pace = Number.isFinite(this.#pace) ? this.#pace + NEWS_SHARE * (latest - this.#pace) : latest;
  }

  /** A thread can't be asked to stop. */
  #hangs(place: Place): void {
    place.isHung = true;
    place.lane?.end();
  }

  /** A thread takes one group after the other: it was at the first one, and hasn't begun the others. */
  #lost(place: Place, reason: string): void {
    const { groups, isHung } = place;
    place.lane = undefined;
    place.groups = [];
    place.isHung = false;
    if (this.#pool.isClosed) return;
    const said = isHung ? `no answer for ${this.#options.stepTimeout} s` : reason;
    const count = groups.reduce((sum, { steps }) => sum + steps.length, 0);
    if (count > 0) {
      this.#options.warn(`a compute thread ${isHung ? 'hung' : 'died'} (${said}); its ${count} steps run again`);
    }
    for (const group of groups) this.#leaves(group);
    for (const { steps, progress: far } of groups) {
      const guilty = begunOf(far) - 1;
      for (const [index, each] of steps.entries()) {
        if (!isTakenBack(far, index)) this.#again(each, index === guilty, said);
      }
    }
    this.#options.onSettled();
  }

  /** One by one: a step that kills its thread shall not take others with it again. */
  #again(each: Waiting, isGuilty: boolean, reason: string): void {
    const deaths = each.deaths + (isGuilty ? 1 : 0);
    const losses = each.losses + (isGuilty ? 0 : 1);
    if (deaths < TRIES_MAX && losses < LOSSES_MAX) this.send([{ ...each, deaths, losses }]);
    else each.reject(stepError(each.step, `its thread died or hung ${deaths || losses} times: ${reason}`));
  }

  #settle(each: Waiting, outcome: Outcome): void {
    if (outcome === undefined) return;
    this.#done.add(kindOf(each.step));
    if ('output' in outcome) each.resolve(noted(outcome.output));
    else if (!outcome.isOutOfMemory) each.reject(stepError(each.step, outcome.failure));
    else {
      this.#options.warn('a compute thread had no memory left for a step, which runs again');
      this.#again(each, true, outcome.failure);
    }
  }
}

/** A model that came from another thread is memory that this one holds as well. */
function noted(output: unknown): unknown {
  const { parameters } = (output ?? {}) as Partial<Made>;
  if (parameters) noteShared(parameters.byteLength);
  return output;
}

const kindOf = ({ module, name }: Step): string => `${module} ${name}`;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const stepError = ({ module, name }: Step, reason: string) =>
  new SimulationError({
    what: `invalid step "${name}": ${reason}`,
    where: module,
    remedy: 'run again with --threads 1 to see it fail beside the events',
    code: 'STEP_FAILED',
  });
