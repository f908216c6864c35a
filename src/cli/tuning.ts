import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** Node 20 has V8 11; an unknown flag would be complained of on stderr. */
const V8_MAJOR = Number.parseInt(process.versions.v8, 10);
/** From here on V8 counts calls, not bytes, before it optimizes. */
const COUNTS_CALLS = 12;
/** The last one that is known to have all flags. */
const KNOWN = 13;

/**
 * Bytes of bytecode that a function runs before V8 thinks of optimizing it: three times its own choice. A run has some
 * hundred functions that are called often enough for V8 and too seldom to pay for their compilation, and each thread
 * compiles for itself.
 */
const BUDGET_BYTES = 200_000;

/** Settings of this process's JavaScript engine, before it has much to run; they change when things are done, never what. */
export function tuneEngine(): void {
  if (V8_MAJOR < COUNTS_CALLS) setFlagsFromString(`--interrupt-budget=${BUDGET_BYTES}`);
}

/** Where threads keep all processors busy, helpers that collect garbage beside a thread would only take turns with others. */
export function tuneCollector(threads: number): void {
  const isFull = threads > 1 && threads >= availableParallelism();
  if (isFull && V8_MAJOR <= KNOWN) setFlagsFromString('--no-parallel-scavenge');
}
