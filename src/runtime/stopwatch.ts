import type { Seconds } from '../units.ts';

/** Wall time since it was made. It says how much a thread gets to do at once, and never reaches a result. */
export function stopwatch(): () => Seconds {
  const began = performance.now();
  return () => (performance.now() - began) / 1e3;
}
