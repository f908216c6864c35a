import { inputOf, type Step } from '../step.ts';

/** Runs steps somewhere; where, how many at once and how fast can't change what they return. */
export interface StepPool {
  /** How many threads compute at once, the calling one among them where it helps. */
  readonly threads: number;
  run(step: Step): Promise<unknown>;
  /** Sends off what `run` has gathered; the world calls it before it waits. */
  flush(): void;
  /** Runs a step, or a small one, that no thread has taken on the calling thread; undefined where there is none. */
  help?(isSmall?: boolean): Promise<void> | undefined;
  close(): Promise<void>;
}

const modules = new Map<string, Promise<Record<string, (input: unknown) => unknown>>>();

/** Runs a step on this thread: imports its module once, and calls the function. */
export async function runStep(step: Step): Promise<unknown> {
  const { module, name } = step;
  const found = modules.get(module) ?? (import(module) as Promise<Record<string, (input: unknown) => unknown>>);
  modules.set(module, found);
  const run = (await found)[name];
  if (run === undefined) throw new Error(`unknown step "${name}" of ${module}`);
  return run(inputOf(step));
}
