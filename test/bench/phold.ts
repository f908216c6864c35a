import { Kernel } from '../../dist/src/kernel/kernel.js';
import { exponential } from '../../dist/src/math/distributions.js';
import { streams } from '../../dist/src/math/streams.js';
import { type Duration, later, toDuration } from '../../dist/src/units.js';

/** Gaps are drawn beforehand, so that the kernel is measured and not the generator. */
const GAPS = 2 ** 16;

/**
 * PHOLD on the bare kernel: `population` events are pending at any time, and each that is committed schedules its
 * successor after an exponential gap of mean 1 s.
 *
 * @returns a function that runs about `events` more events and says how many it ran
 * Source: Fujimoto, Performance of Time Warp under synthetic workloads, 1990.
 */
export function phold(population: number): (events: number) => number {
  const luck = streams(1)('phold');
  const gaps: Duration[] = Array.from({ length: GAPS }, (_, n) => toDuration(exponential(luck.at(n))));
  let drawn = 0;
  const gap = (): Duration => gaps[drawn++ & (GAPS - 1)] as Duration;
  const kernel: Kernel<number> = new Kernel<number>({
    deliver: (actor) => void kernel.schedule(later(kernel.now, gap()), actor),
  });
  for (let actor = 0; actor < population; actor++) kernel.schedule(later(kernel.now, gap()), actor);
  let until = kernel.now;
  return (events) => {
    const before = kernel.committed;
    until = later(until, toDuration(events / population));
    kernel.run(until);
    return kernel.committed - before;
  };
}
