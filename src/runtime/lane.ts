import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { Step } from '../step.ts';
import { type GroupEnd, HERE, type Seat } from './compute-thread.ts';
import type { EnduringPool } from './enduring-pool.ts';
import { packing } from './parcel.ts';
import type { Progress } from './progress.ts';

/** The way to one thread and back, which takes groups of steps in the order in which they are sent. */
export interface Lane {
  /** Throws where the steps can't travel; then none of them has. */
  send(steps: readonly Step[], progress: Progress): void;
  /** Ends the thread, whatever it does. */
  end(): void;
  /**
   * Settled once the thread has come up, or never will. One that is ended before, while Node loads its modules for a
   * `require`, takes the whole process with it.
   */
  readonly isUp: Promise<void>;
}

interface LaneEvents {
  /** The oldest group that has no answer yet has one now. */
  readonly onAnswer: (end: GroupEnd) => void;
  /** The thread is gone, and with it the lane; all its answers have been heard. */
  readonly onLost: (reason: string) => void;
}

/** Opens a lane to a thread of the pool, which serves it until one of them ends. */
export function openLane(pool: EnduringPool, { onAnswer, onLost }: LaneEvents): Lane {
  const { port1: port, port2 } = new MessageChannel();
  const bell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const ending = new AbortController();
  let pack = packing();
  let comeUp = (): void => {};
  const isUp = new Promise<void>((resolve) => {
    comeUp = resolve;
  });
  const hear = (said: unknown): void => {
    if (said === HERE) comeUp();
    else onAnswer(said as GroupEnd);
  };
  /** Answers that the thread had given, and that nobody has heard yet. */
  const hearAll = (): void => {
    for (let each = receiveMessageOnPort(port); each !== undefined; each = receiveMessageOnPort(port)) {
      hear(each.message);
    }
  };
  port.on('message', hear);
  const seat: Seat = { port: port2, bell };
  pool.run(seat, { transferList: [port2], signal: ending.signal }).catch((error: unknown) => {
    hearAll();
    comeUp();
    port.close();
    onLost(error instanceof Error ? error.message : String(error));
  });
  return {
    send(steps, progress) {
      try {
        port.postMessage({ ...pack(steps), progress });
      } catch (error) {
        // What was packed with them has not arrived either.
        pack = packing();
        throw error;
      }
      Atomics.add(bell, 0, 1);
      Atomics.notify(bell, 0);
    },
    end: () => ending.abort(),
    isUp,
  };
}
