import { renameSync, rmSync, statSync } from 'node:fs';
import { type Problem, SimulationError } from '../errors.ts';

/** What a run ends with where its disk is full, or the reader of a pipe is gone. */
export const unwritable = (where: string, error: unknown): SimulationError => {
  const reason = error instanceof Error ? error.message : String(error);
  const remedy = 'make room or choose another folder with --out; the trace that is there ends behind a whole event';
  const problem: Problem = { what: `invalid output: ${reason}`, where, remedy, code: 'OUTPUT_UNWRITABLE' };
  return new SimulationError(problem, { cause: error });
};

/**
 * Writes a file whole or not at all: `write` fills a file beside it, which takes its place. What is there and is no file,
 * such as a device or a pipe, is written to and stays what it is. A link to a file is replaced: nothing is written through it.
 *
 * @throws SimulationError where it can't be written
 */
export function writeWhole(path: string, write: (part: string) => void, replaces: () => void = () => {}): void {
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() !== false;
  const part = isFile ? `${path}.part` : path;
  try {
    if (isFile) rmSync(part, { force: true }); // A link that somebody left there would lead elsewhere.
    write(part);
    if (!isFile) return;
    replaces();
    renameSync(part, path);
  } catch (error) {
    if (isFile) rmSync(part, { force: true });
    throw unwritable(path, error);
  }
}
