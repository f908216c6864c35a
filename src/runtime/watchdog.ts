import type { Seconds } from '../units.ts';
import { begunOf, type Progress } from './progress.ts';

/** Wall time after which a step counts as hung, where steps run on threads of a run's own. */
export const STEP_TIMEOUT_USUAL: Seconds = 600;

/** Watches a group of steps until the function that comes back is called; `onHung` is called at most once. */
export type Watchdog = (group: Progress, onHung: () => void) => () => void;

/** A group that makes no progress for this many looks in a row hangs. */
const LOOKS = 5;

/**
 * Finds steps that hang: begun, and not done after `timeout` seconds of wall time. It looks a few times in that span, so
 * a program that was held up itself, or put to sleep, sees a thread's progress before it judges. Groups that no thread has
 * begun yet may wait as long as they must.
 */
export function watchdog(timeout: Seconds): Watchdog {
  if (!Number.isFinite(timeout)) return () => () => {};
  const watched = new Map<Progress, { seen: number; looks: number; readonly onHung: () => void }>();
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    for (const [group, each] of [...watched]) {
      const begun = begunOf(group);
      each.looks = begun > 0 && begun === each.seen ? each.looks + 1 : 0;
      each.seen = begun;
      if (each.looks < LOOKS || !watched.delete(group)) continue;
      each.onHung();
    }
  };

  return (group, onHung) => {
    watched.set(group, { seen: 0, looks: 0, onHung });
    timer ??= setInterval(look, (1e3 * timeout) / LOOKS).unref();
    return () => {
      watched.delete(group);
      if (watched.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  };
}
