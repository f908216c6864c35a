import { accessSync, constants, existsSync, mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ScenarioError } from '../errors.ts';
import { lockFolder } from './lock.ts';

/** Takes what an earlier run left out of a folder: it would stand beside the new trace if this run were killed. */
export function forgetResults(out: string): void {
  for (const name of ['summary.json', 'report.html']) rmSync(join(out, name), { force: true });
}

/**
 * Makes the folder that an option names, before anything is trained.
 *
 * @throws ScenarioError where it can't be made or written
 */
export function makeFolder(out: string, option = '--out'): void {
  try {
    makeAll(resolve(out));
    accessSync(out, constants.W_OK);
  } catch (error) {
    const where = error instanceof Error ? error.message : String(error);
    const remedy = `choose a folder that can be written with ${option}`;
    throw new ScenarioError({
      what: `invalid output folder: ${JSON.stringify(out)}`,
      where,
      remedy,
      code: 'OUTPUT_UNWRITABLE',
    });
  }
}

/** Makes a folder, which nobody else writes until something is done, or has failed. */
export async function whileHeld<Result>(out: string, work: () => Promise<Result>): Promise<Result> {
  makeFolder(out);
  const release = lockFolder(out);
  try {
    return await work();
  } finally {
    release();
  }
}

/** A path without links, though its end may not be there yet. */
export function withoutLinks(path: string): string {
  const whole = resolve(path);
  if (existsSync(whole) || dirname(whole) === whole) return realpathSync(whole);
  return join(withoutLinks(dirname(whole)), basename(whole));
}

/** Folder by folder: Node's own recursive mkdir never returns where a file system such as /proc refuses a folder. */
function makeAll(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  if (dirname(path) !== path) makeAll(dirname(path));
  mkdirSync(path);
}
