import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ScenarioError } from '../errors.ts';
import { makeFolder } from '../trace/out-folder.ts';
import { writeWhole as writeInPlaceOf } from '../trace/unwritable.ts';
import type { TrialResult } from './trial.ts';

/** Finished trials by their key. */
export interface Store {
  get(key: string): TrialResult | undefined;
  put(key: string, result: TrialResult): void;
}

/** Trials that last as long as the program. */
export function memoryStore(): Store {
  const kept = new Map<string, TrialResult>();
  return { get: (key) => kept.get(key), put: (key, result) => void kept.set(key, result) };
}

/** One file per trial, written whole or not at all: whatever ends the program, what was finished is there. */
export function folderStore(folder: string): Store {
  const trials = join(folder, 'trials');
  makeFolder(folder);
  mkdirSync(trials, { recursive: true });
  const file = (key: string) => join(trials, `${key}.json`);
  return {
    get(key) {
      try {
        return JSON.parse(readFileSync(file(key), 'utf8')) as TrialResult;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    put: (key, result) => writeWhole(file(key), `${JSON.stringify(result)}\n`),
  };
}

/** Writes a file whole or not at all. */
export const writeWhole = (path: string, content: string | Uint8Array): void =>
  writeInPlaceOf(path, (part) => writeFileSync(part, content));

/**
 * Checks, before anything runs, that a file can be written.
 *
 * @throws ScenarioError where its folder is missing or locked
 */
export function checkWritable(path: string, option: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    throw new ScenarioError({
      what: `invalid ${option}: ${JSON.stringify(path)}`,
      where: error instanceof Error ? error.message : String(error),
      remedy: 'name a file in a folder that is there and can be written',
      code: 'OUTPUT_UNWRITABLE',
    });
  }
}
