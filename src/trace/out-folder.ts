import { accessSync, constants, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ScenarioError } from '../errors.ts';

/**
 * Makes the folder of a run before anything is trained, and takes the summary of an earlier run out of it, which would
 * stand beside the new trace if this run were killed.
 *
 * @throws ScenarioError where it can't be made or written
 */
export function makeFolder(out: string): void {
  try {
    makeAll(resolve(out));
    accessSync(out, constants.W_OK);
    rmSync(join(out, 'summary.json'), { force: true });
  } catch (error) {
    const where = error instanceof Error ? error.message : String(error);
    const remedy = 'choose a folder that can be written with --out';
    throw new ScenarioError({
      what: `invalid output folder: ${JSON.stringify(out)}`,
      where,
      remedy,
      code: 'OUTPUT_UNWRITABLE',
    });
  }
}

/** Folder by folder: Node's own recursive mkdir never returns where a file system such as /proc refuses a folder. */
function makeAll(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  if (dirname(path) !== path) makeAll(dirname(path));
  mkdirSync(path);
}
