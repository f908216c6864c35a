import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
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
    get: (key) => (existsSync(file(key)) ? resultIn(readFileSync(file(key), 'utf8')) : undefined),
    put: (key, result) => writeWhole(file(key), `${JSON.stringify(result)}\n`),
  };
}

/** What a trial left; undefined where the file is damaged, or an older version wrote it: the trial is then run again. */
function resultIn(text: string): TrialResult | undefined {
  try {
    const kept: unknown = JSON.parse(text);
    return resultSchema.safeParse(kept).success ? (kept as TrialResult) : undefined;
  } catch {
    return undefined;
  }
}

const score = z.number().nullable();
const resultSchema = z.object({
  summary: z.object({
    fingerprint: z.object({ order: z.string(), values: z.string() }),
    ...{ rounds: z.number(), virtualSeconds: z.number(), energyJoules: z.number(), uplinkBits: z.number() },
    energy: z.object({ computing: z.number(), transmitting: z.number() }),
    accuracy: z.object({ final: score, best: score }),
    loss: z.object({ final: score }),
    timeToAccuracy: z.record(z.string(), score),
  }),
  curve: z.array(z.object({ round: z.number(), at: z.number(), accuracy: z.number(), uplinkBits: z.number() })),
  integrated: z.number(),
});

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
