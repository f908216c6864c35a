import { runStep, type StepPool } from './steps.ts';

/** Steps on the calling thread, one after the other: for tests, notebooks, and worlds that run side by side. */
export function inlinePool(): StepPool {
  let last: Promise<unknown> = Promise.resolve();
  return {
    threads: 1,
    run(step) {
      const result = last.then(() => runStep(step));
      last = result.catch(() => {});
      return result;
    },
    flush() {},
    async close() {
      await last;
    },
  };
}
