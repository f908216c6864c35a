/**
 * How far a group of steps has got, in shared memory: how many its thread has begun, and for each step who has it. The
 * thread begins steps from the front; the calling thread, where it has nothing else to do, takes them back from the end.
 */
export type Progress = Int32Array<SharedArrayBuffer>;

const FREE = 0;
const BEGUN = 1;
const TAKEN_BACK = 2;
/** Where the steps stand, behind the number of those that were begun. */
const STEPS = 1;

export const progress = (steps: number): Progress =>
  new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * (STEPS + steps)));

/** Begins a step on its thread; false where it was taken back. */
export function begin(group: Progress, index: number): boolean {
  if (Atomics.compareExchange(group, STEPS + index, FREE, BEGUN) !== FREE) return false;
  Atomics.add(group, 0, 1);
  return true;
}

/** Steps that were begun: the first ones of the group. */
export const begunOf = (group: Progress): number => Atomics.load(group, 0);

/** Takes the last step back that is free; its index, or undefined where there is none. */
export function takeBack(group: Progress): number | undefined {
  for (let index = group.length - STEPS - 1; index >= 0; index -= 1) {
    if (Atomics.compareExchange(group, STEPS + index, FREE, TAKEN_BACK) === FREE) return index;
  }
  return undefined;
}

export const isTakenBack = (group: Progress, index: number): boolean =>
  Atomics.load(group, STEPS + index) === TAKEN_BACK;
