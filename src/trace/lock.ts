import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ScenarioError } from '../errors.ts';

const NAME = 'writing.lock';

/** Who writes a folder: a process is known by its number, its start and its machine. */
interface Owner {
  readonly pid: number;
  /** As Linux counts it; undefined elsewhere. */
  readonly started: string | undefined;
  readonly host: string;
}

const ownerOf = (number: number): Owner => ({ pid: number, started: startOf(number), host: hostname() });

/** When a process began, in ticks since its machine did: a number can come again, this can't with it. */
function startOf(number: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${number}/stat`, 'utf8');
    // Behind the name, which may hold spaces and brackets.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Whether the owner of a lock may still write; one on another machine may. */
function isAlive({ pid, started, host }: Owner): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of somebody else's is there, too.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return started === undefined || startOf(pid) === started;
}

function ownerIn(path: string): Owner | undefined {
  try {
    const read = JSON.parse(readFileSync(path, 'utf8')) as Partial<Owner>;
    return typeof read.pid === 'number' && typeof read.host === 'string' ? (read as Owner) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes sure that nobody else writes a folder until it is let go. The lock of a process that is no more is taken over.
 *
 * @returns lets the folder go
 * @throws ScenarioError with the code OUTPUT_UNWRITABLE where another run writes it
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, NAME);
  for (let isFirst = true; ; isFirst = false) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, JSON.stringify(ownerOf(process.pid)));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return () => {};
      const owner = ownerIn(path);
      if (!isFirst || (owner !== undefined && isAlive(owner))) throw taken(folder, owner);
      rmSync(path, { force: true });
    }
  }
}

const taken = (folder: string, owner: Owner | undefined) =>
  new ScenarioError({
    what: `invalid output folder: another run writes ${JSON.stringify(folder)}`,
    where: owner === undefined ? NAME : `process ${owner.pid} on ${owner.host}`,
    remedy: 'wait until it is over, or choose another folder with --out',
    code: 'OUTPUT_UNWRITABLE',
  });
