import { setFlagsFromString } from 'node:v8';

/**
 * Bytes of bytecode that a function runs before V8 thinks of optimizing it: three times its own choice. A run has some
 * hundred functions that are called often enough for V8 and too seldom to pay for their compilation, and each thread
 * compiles for itself.
 */
const BUDGET_BYTES = 200_000;

/** Settings of this process's JavaScript engine, before it has much to run; they change when things are done, never what. */
export const tuneEngine = (): void => setFlagsFromString(`--interrupt-budget=${BUDGET_BYTES}`);

/** For threads that keep all processors busy: helpers that collect garbage beside a thread would only take turns with others. */
export const collectOnOwnThreads = (): void => setFlagsFromString('--no-parallel-scavenge');
