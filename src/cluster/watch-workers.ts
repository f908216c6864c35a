import type { Queue } from 'bullmq';
import type { RedisPlace } from './redis-url.ts';
import type { Registry } from './registry.ts';

interface Watched {
  readonly queue: Queue;
  readonly known: Registry;
  readonly id: string;
  readonly place: RedisPlace;
  readonly say: (message: string) => void;
}

/** Looks between whiles. */
const EVERY = 10;

/** Says who takes part, who can't and why; and where nobody does, how to change that. */
export function watchWorkers({ queue, known, id, place, say }: Watched): () => Promise<void> {
  const told = new Set<string>();
  let looks = 0;
  let before = -1;
  return async () => {
    if (looks++ % EVERY !== 0 || looks === 1) return;
    const count = await queue.getWorkersCount();
    if (count !== before) {
      const start = `start some with: fadelab worker --engine ${place.shown}, in a folder that holds the same files`;
      say(
        count === 0
          ? `no worker takes part: ${start}`
          : `${count === 1 ? '1 worker takes' : `${count} workers take`} part`,
      );
    }
    before = count;
    for (const [worker, reasons] of await known.refusals(id)) {
      const line = `${worker} can't take part: ${reasons.join('; ')}`;
      if (!told.has(line)) say(line);
      told.add(line);
    }
  };
}
