import { memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Shared memory that passes through a thread, at least, before it looks for what nobody needs any more [bytes]. */
const PASSED_LEAST = 2 ** 25;

let passed = 0;
/** As much as is alive, at least: so the dead are never more than the living, and looking for them takes little time. */
let most = PASSED_LEAST;
let collect: (() => void) | undefined;

/** So many 32-bit numbers, all 0, that threads hand to each other without a copy. */
export function sharedFloats(length: number): Float32Array<SharedArrayBuffer> {
  noteShared(Float32Array.BYTES_PER_ELEMENT * length);
  return new Float32Array(new SharedArrayBuffer(Float32Array.BYTES_PER_ELEMENT * length));
}

/** So many 64-bit numbers, all 0, that threads hand to each other without a copy. */
export function sharedDoubles(length: number): Float64Array<SharedArrayBuffer> {
  noteShared(Float64Array.BYTES_PER_ELEMENT * length);
  return new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT * length));
}

/**
 * Notes that this thread got hold of so many bytes of shared memory, by making or by receiving them. V8 doesn't count them
 * when it decides whether to collect garbage, since they belong to no single thread; but they are only freed once every thread
 * has collected its views of them. A run of large models made few objects and kept gigabytes of dead models that way.
 */
export function noteShared(bytes: number): void {
  passed += bytes;
  if (passed < most) return;
  passed = 0;
  collect ??= collector();
  collect();
  most = Math.max(PASSED_LEAST, memoryUsage().arrayBuffers);
}

/** V8's collector, which Node hands out to new contexts only. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
