import { type Instant, type Seconds, toSeconds } from '../units.ts';
import type { Dashboard } from './world.ts';

/** Cells of the shared memory between a world and those who watch it. */
const cell = { now: 0, events: 1, round: 2, accuracy: 3, roundsPlanned: 4, stop: 5 } as const;
const CELLS = Object.keys(cell).length;

/** What a watcher sees of a world on another thread, as of its last event. */
export interface Readings {
  readonly now: Seconds;
  readonly events: number;
  readonly round: number;
  /** Infinity where something else ends the run. */
  readonly roundsPlanned: number;
  /** NaN before the first score. */
  readonly accuracy: number;
}

/** Memory that a world and its watchers share: a message for each event would cost more than the event. */
export const dashboardMemory = (): SharedArrayBuffer => {
  const memory = new SharedArrayBuffer(CELLS * Float64Array.BYTES_PER_ELEMENT);
  new Float64Array(memory)[cell.accuracy] = Number.NaN;
  return memory;
};

/** The world's side. */
export function sharedDashboard(memory: SharedArrayBuffer, roundsPlanned: number): Dashboard {
  const cells = new Float64Array(memory);
  cells[cell.roundsPlanned] = roundsPlanned;
  return {
    show(now: Instant, events, round, accuracy) {
      cells[cell.now] = toSeconds(now);
      cells[cell.events] = events;
      cells[cell.round] = round;
      cells[cell.accuracy] = accuracy;
    },
    get stop() {
      return cells[cell.stop] !== 0;
    },
  };
}

/** The watchers' side. */
export function readDashboard(memory: SharedArrayBuffer): Readings {
  const cells = new Float64Array(memory);
  const read = (index: number): number => cells[index] as number;
  return {
    now: read(cell.now),
    events: read(cell.events),
    round: read(cell.round),
    roundsPlanned: read(cell.roundsPlanned),
    accuracy: read(cell.accuracy),
  };
}

/** Tells the world to end after the event that it is committing. */
export function requestStop(memory: SharedArrayBuffer): void {
  new Float64Array(memory)[cell.stop] = 1;
}
