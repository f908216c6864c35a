import { SimulationError } from '../errors.ts';
import { noteShared } from '../math/shared.ts';
import type { Step } from '../step.ts';
import type { Seconds } from '../units.ts';
import type { Outcome } from './compute-thread.ts';
import type { EnduringPool } from './enduring-pool.ts';
import type { GroupSender } from './group-sender.ts';
import type { Made } from './later-model.ts';
import { begunOf, isTakenBack, type Progress, progress, takeBack } from './progress.ts';
import { watchdog } from './watchdog.ts';

/** A step is tried this often before a thread that dies or hangs under it ends the run. */
const TRIES_MAX = 3;
/** A step may be lost this often with threads that die under others' steps, or while they start. */
const LOSSES_MAX = 20;

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
interface Sent {
  readonly steps: readonly Waiting[];
  readonly progress: Progress;
  isHung: boolean;
  /** Another group on the same threads hangs. */
  isInterrupted: boolean;
}

interface SenderOptions {
  readonly groups: GroupSender;
  readonly stepTimeout: Seconds;
  readonly warn: (message: string) => void;
  /** Called whenever a group is done, or lost. */
  readonly onSettled: () => void;
}

/** Sends groups of steps to threads, and sends those again whose thread dies, hangs or runs out of memory under them. */
export function stepSender(pool: EnduringPool, { groups, stepTimeout, warn, onSettled }: SenderOptions) {
  const watch = watchdog(stepTimeout);
  const underWay = new Set<Sent>();
  const done = new Set<string>();

  const send = async (steps: readonly Waiting[]): Promise<void> => {
    const group: Sent = { steps, progress: progress(steps.length), isHung: false, isInterrupted: false };
    underWay.add(group);
    const unwatch = watch(group.progress, () => hangs(group));
    try {
      const outcomes = await groups.run(steps, group.progress);
      outcomes.forEach((outcome, index) => settle(steps[index] as Waiting, outcome));
    } catch (error) {
      lost(group, error instanceof Error ? error.message : String(error));
    } finally {
      unwatch();
      underWay.delete(group);
      onSettled();
    }
  };

  /** A thread can't be asked to stop, and nobody knows which one it is: all of them give way to fresh ones. */
  const hangs = (group: Sent): void => {
    group.isHung = true;
    for (const each of underWay) each.isInterrupted ||= each !== group;
    pool.renew();
  };

  const lost = (group: Sent, reason: string): void => {
    if (pool.isClosed) return;
    const said = group.isHung ? `no answer for ${stepTimeout} s` : reason;
    const guilty = guiltyOf(group);
    if (guilty !== undefined) {
      warn(`a compute thread ${group.isHung ? 'hung' : 'died'} (${said}); its ${group.steps.length} steps run again`);
    }
    for (const [index, each] of group.steps.entries()) {
      if (!isTakenBack(group.progress, index)) again(each, index === guilty, said);
    }
  };

  /** One by one: a step that kills its thread shall not take others with it again. */
  const again = (each: Waiting, isGuilty: boolean, reason: string): void => {
    const deaths = each.deaths + (isGuilty ? 1 : 0);
    const losses = each.losses + (isGuilty ? 0 : 1);
    if (deaths < TRIES_MAX && losses < LOSSES_MAX) void send([{ ...each, deaths, losses }]);
    else each.reject(stepError(each.step, `its thread died or hung ${deaths || losses} times: ${reason}`));
  };

  const settle = (each: Waiting, outcome: Outcome): void => {
    if (outcome === undefined) return;
    done.add(kindOf(each.step));
    if ('output' in outcome) each.resolve(noted(outcome.output));
    else if (!outcome.isOutOfMemory) each.reject(stepError(each.step, outcome.failure));
    else {
      warn('a compute thread had no memory left for a step, which runs again');
      again(each, true, outcome.failure);
    }
  };

  return {
    send: (steps: readonly Waiting[]): void => void send(steps),
    /** Groups that are on their way. */
    underWay: (): number => underWay.size,
    /** Whether a thread has lived through a step of this kind: one that kills its thread shall not kill the calling one. */
    knows: (step: Step): boolean => done.has(kindOf(step)),
    /** A step that its thread hasn't come to, and that the calling one can run without danger. */
    takeBack: () => lastFree([...underWay], done),
  };
}

/** Which step of a lost group was the last to be begun: its thread died under it, unless another group hung. */
const guiltyOf = ({ progress: far, isHung, isInterrupted }: Sent): number | undefined =>
  isInterrupted && !isHung ? undefined : begunOf(far) - 1;

function lastFree(groups: readonly Sent[], done: ReadonlySet<string>): Waiting | undefined {
  for (const { steps, progress: far } of groups.toReversed()) {
    const index = steps.every(({ step }) => done.has(kindOf(step))) ? takeBack(far) : undefined;
    if (index !== undefined) return steps[index];
  }
  return undefined;
}

/** A model that came from another thread is memory that this one holds as well. */
function noted(output: unknown): unknown {
  const { parameters } = (output ?? {}) as Partial<Made>;
  if (parameters) noteShared(parameters.byteLength);
  return output;
}

const kindOf = ({ module, name }: Step): string => `${module} ${name}`;

export const stepError = ({ module, name }: Step, reason: string) =>
  new SimulationError({
    what: `invalid step "${name}": ${reason}`,
    where: module,
    remedy: 'run again with --threads 1 to see it fail beside the events',
    code: 'STEP_FAILED',
  });
