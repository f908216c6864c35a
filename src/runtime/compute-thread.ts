import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Step } from '../step.ts';
import type { Seconds } from '../units.ts';
import { type Parcel, unpacking } from './parcel.ts';
import { begin, type Progress } from './progress.ts';
import { runStep } from './steps.ts';
import { stopwatch } from './stopwatch.ts';

/** What a thread is started with: a port through which groups of steps come, and what rings when one has come. */
export interface Seat {
  readonly port: MessagePort;
  readonly bell: Int32Array<SharedArrayBuffer>;
}

/** The first thing that a thread says. */
export const HERE = 'here';

/** Steps that travel to a thread together. */
export interface StepGroup extends Parcel {
  /** Which of them have been begun, or taken back. */
  readonly progress: Progress;
}

/** How one step of a group ended; undefined where it was taken back. */
export type Outcome =
  | { readonly output: unknown }
  | { readonly failure: string; readonly isOutOfMemory: boolean }
  | undefined;

/** How the steps of a group ended, in order, and how long they took together. */
export interface GroupEnd {
  readonly outcomes: readonly Outcome[];
  readonly seconds: Seconds;
}

/**
 * What a compute thread does for as long as it is there: runs groups of steps, one after the other, and sleeps where there is
 * none. The bell rings after each message, so none is slept through. A message by itself would wake an event loop, which
 * takes longer than a small step.
 */
export async function serve({ port, bell }: Seat): Promise<never> {
  const unpack = unpacking();
  port.postMessage(HERE);
  for (;;) {
    const rung = Atomics.load(bell, 0);
    const received = receiveMessageOnPort(port);
    if (received === undefined) {
      await written(process.stdout);
      await written(process.stderr);
      Atomics.wait(bell, 0, rung);
      continue;
    }
    const { progress, ...parcel } = received.message as StepGroup;
    port.postMessage(await runSteps(unpack(parcel), progress));
  }
}

/** What a step has printed is on its way: asleep, this thread couldn't pass it on. */
const written = async (stream: NodeJS.WriteStream): Promise<void> => {
  if (stream.writableLength > 0) await new Promise((resolve) => stream.write('', resolve));
};

/** Runs steps in order. One that throws doesn't hurt the others. */
async function runSteps(steps: readonly Step[], progress: Progress): Promise<GroupEnd> {
  const elapsed = stopwatch();
  const outcomes: Outcome[] = [];
  for (const [index, step] of steps.entries()) {
    if (!begin(progress, index)) {
      outcomes.push(undefined);
      continue;
    }
    try {
      outcomes.push({ output: await runStep(step) });
    } catch (error) {
      const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
      outcomes.push({ failure, isOutOfMemory: isOutOfMemory(error) });
    }
  }
  return { outcomes, seconds: elapsed() };
}

/** What V8 throws where there is no memory for an array or for WebAssembly; without room for objects, the thread dies. */
const isOutOfMemory = (error: unknown): boolean =>
  error instanceof RangeError && /allocation failed|memory/i.test(error.message);
