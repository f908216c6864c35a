import type { BitsPerSecond } from '../units.ts';

/** Flows that take the same links, and so have the same rate. */
export interface Bundle {
  /** Number of flows, ≥ 1. */
  readonly flows: number;
  /** The links that they share with others, by index. */
  readonly links: readonly number[];
  /** Most that one flow can have, whatever the links carry; Infinity where nothing but the links limits it. */
  readonly limit: BitsPerSecond;
}

/**
 * Max–min fair rates by progressive filling: all rates grow together until a link is full or a flow's own limit is
 * reached; flows that are held up there keep that rate, and the others go on growing.
 *
 *   no flow's rate can grow without taking from a flow that has no more than it
 *
 * @param capacities of the links [bit/s], ≥ 0, shape [links]
 * @param bundles    shape [bundles]
 * @returns rate of one flow of each bundle [bit/s], shape [bundles]; a limit of Infinity without links gives Infinity
 *
 * Limits: takes O(bundles · links) at worst, as at least one link or limit is exhausted at each level.
 * Source: Bertsekas and Gallager, Data Networks, 2nd ed., 1992, §6.5.2.
 * @example maxMin([10], [{ flows: 2, links: [0], limit: Infinity }, { flows: 1, links: [0], limit: 2 }]) // [4, 2]
 */
export function maxMin(capacities: readonly BitsPerSecond[], bundles: readonly Bundle[]): Float64Array {
  const left = Float64Array.from(capacities);
  const growing = new Float64Array(capacities.length);
  for (const { flows, links } of bundles) for (const link of links) growing[link] = (growing[link] as number) + flows;
  const rates = new Float64Array(bundles.length).fill(-1);
  let open = bundles.length;
  while (open > 0) {
    const level = nextLevel(left, growing, bundles, rates);
    const full = Array.from(left, (each, link) => each / (growing[link] as number) <= level);
    bundles.forEach(({ flows, links, limit }, index) => {
      if ((rates[index] as number) >= 0 || !(limit <= level || links.some((link) => full[link]))) return;
      rates[index] = level;
      open--;
      for (const link of links) {
        left[link] = Math.max(0, (left[link] as number) - level * flows);
        growing[link] = (growing[link] as number) - flows;
      }
    });
  }
  return rates;
}

/** The rate at which the next link is full or the next limit is reached. */
function nextLevel(
  left: Float64Array,
  growing: Float64Array,
  bundles: readonly Bundle[],
  rates: Float64Array,
): BitsPerSecond {
  let level = Number.POSITIVE_INFINITY;
  for (let link = 0; link < left.length; link++) {
    const flows = growing[link] as number;
    if (flows > 0) level = Math.min(level, (left[link] as number) / flows);
  }
  bundles.forEach(({ limit }, index) => {
    if ((rates[index] as number) < 0) level = Math.min(level, limit);
  });
  return level;
}
