import { lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { env, geteuid } from 'node:process';

/**
 * tsx keeps TypeScript that it has compiled below the folder for temporary files, under a name that anybody can guess, and
 * runs what it finds there. So it gets a folder of the user's own, below their cache, and keeps nothing where there can't be one:
 * that says nothing of a scenario.
 */

/** The names that tsx reads while it is loaded. */
interface Place {
  readonly TMPDIR?: string;
  readonly TSX_DISABLE_CACHE?: string;
}

/** Loads tsx, or what loads it, such that it keeps its files in a folder of the user's own. */
export async function withOwnCache(load: () => Promise<void>): Promise<void> {
  const place: Place = placeOf();
  const before = new Map(Object.keys(place).map((name) => [name, env[name]]));
  Object.assign(env, place);
  try {
    await load();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete env[name];
      else env[name] = value;
    }
  }
}

function placeOf(): Place {
  const folder = keptFolder();
  return folder === undefined ? { TSX_DISABLE_CACHE: '1' } : { TMPDIR: folder };
}

/** Below the cache of the user; undefined where it can't be written, or somebody else could write there. */
function keptFolder(): string | undefined {
  const above = env.XDG_CACHE_HOME;
  const folder = join(above !== undefined && isAbsolute(above) ? above : join(homedir(), '.cache'), 'fadelab');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const inside = join(folder, nameOfTsx());
    mkdirSync(inside, { recursive: true, mode: 0o700 });
    return isOwn(folder) && isOwn(inside) ? folder : undefined;
  } catch {
    return undefined;
  }
}

const nameOfTsx = (): string => `tsx-${geteuid?.() ?? ''}`;

const WRITABLE_BY_OTHERS = 0o022;

/** Whether a folder is this user's, no link, and nobody else's to write. */
function isOwn(folder: string): boolean {
  const found = lstatSync(folder);
  if (!found.isDirectory()) return false;
  // Where there are no owners, a home is its user's.
  return geteuid === undefined || (found.uid === geteuid() && (found.mode & WRITABLE_BY_OTHERS) === 0);
}
