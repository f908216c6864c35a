import { span } from '../report/quantity.ts';
import { wallClock } from '../scenario/wall-clock.ts';
import type { Terminal } from './terminal.ts';

/** A line whenever another tenth of the runs is over. */
export function showRuns(to: Terminal): (finished: number, all: number) => void {
  const began = wallClock();
  let tenths = 0;
  return (finished, all) => {
    const now = Math.floor((10 * finished) / all);
    if (now === tenths) return;
    tenths = now;
    const left = ((wallClock() - began) * (all - finished)) / finished;
    to.say(`${String(10 * now).padStart(3)} % · ${finished} of ${all} runs${now < 10 ? ` · ${span(left)} left` : ''}`);
  };
}
