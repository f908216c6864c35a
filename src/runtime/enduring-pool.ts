import type { Worker } from 'node:worker_threads';
import type { Piscina } from 'piscina';

/** A pool of threads that stays whole, whatever becomes of single threads. */
export interface EnduringPool {
  readonly workers: readonly Worker[];
  readonly isClosed: boolean;
  /** Rejects where the thread dies under the task, or is ended by the signal. */
  run(task: unknown, options: { readonly transferList: unknown[]; readonly signal: AbortSignal }): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Piscina replaces a thread that dies, but not one that dies while it starts: from then on it starts no more, and tasks
 * would wait for ever. A pool that has lost threads that way keeps what it has, and a fresh one takes over.
 */
export function enduringPool(start: () => Piscina, threads: number): EnduringPool {
  let isClosed = false;
  const retired = new Set<Piscina>();

  const begin = (): Piscina => {
    const pool = start();
    // What becomes of a thread's tasks is settled where they are sent.
    pool.on('error', () => {});
    pool.on('workerDestroy', () => setImmediate(check, pool));
    return pool;
  };

  const check = (pool: Piscina): void => {
    if (isClosed || pool.threads.length >= threads) return;
    if (pool === current) {
      retired.add(pool);
      current = begin();
    }
    // Without threads its waiting tasks would never start: they are rejected, and sent again.
    if (pool.threads.length === 0) void dismiss(pool);
  };

  const dismiss = async (pool: Piscina): Promise<void> => {
    retired.delete(pool);
    await pool.destroy();
  };

  let current = begin();
  return {
    get workers() {
      return [current, ...retired].flatMap((pool) => pool.threads);
    },
    get isClosed() {
      return isClosed;
    },
    run: (task, options) => current.run(task, options as Parameters<Piscina['run']>[1]),
    async close() {
      isClosed = true;
      await Promise.all([current, ...retired].map((pool) => pool.destroy()));
    },
  };
}
