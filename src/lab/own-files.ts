import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { isShipped } from '../scenario/load-module.ts';

/** Files of the user's own that a run depends on: digests of their bytes, by path from the working folder. */
export type OwnFiles = Readonly<Record<string, string>>;

/** Options that name a folder of files. */
const FOLDERS = new Set(['environment', 'folder']);

/** Finds and reads them; what one reader has read once it doesn't read again. */
export function ownFilesReader() {
  const known = new Map<string, OwnFiles>();
  const once = (name: string, read: () => OwnFiles): OwnFiles => {
    const files = known.get(name) ?? read();
    known.set(name, files);
    return files;
  };
  /** @param modules URLs, with or without the name of an export; @param options as `describe` gives them */
  return (modules: readonly string[], options: unknown): OwnFiles => {
    const urls = modules.map((url) => url.replace(/#[\w$]+$/, '')).filter((url) => !isShipped(url));
    const found = [
      ...urls.map((url) => once(url, () => digests(importsOf(fileURLToPath(url))))),
      ...foldersOf(options).map((folder) => once(folder, () => digests(filesIn(folder)))),
    ];
    return sorted(Object.assign({}, ...found) as OwnFiles);
  };
}

/** Digests of files by path from the working folder, for comparing them with those of another machine. */
export const digests = (paths: readonly string[]): OwnFiles =>
  sorted(Object.fromEntries(paths.map((path) => [fromHere(path), digestOf(path)])));

const sorted = (files: OwnFiles): OwnFiles =>
  Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));

const fromHere = (path: string): string => relative('.', path).split(sep).join('/');

const digestOf = (path: string): string => {
  const content = statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path) : undefined;
  return content === undefined ? 'missing' : createHash('sha256').update(content).digest('hex').slice(0, 16);
};

/** The module and all that it imports by path, whatever the order; packages stand for themselves. */
function importsOf(path: string): string[] {
  try {
    const { metafile } = buildSync({
      ...{ entryPoints: [path], bundle: true, packages: 'external', platform: 'node', format: 'esm' },
      ...{ write: false, metafile: true, logLevel: 'silent' },
    });
    return Object.keys(metafile.inputs);
  } catch {
    return [path]; // It may import what only Node can.
  }
}

function filesIn(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [folder];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
}

/** Folders that options name, at any depth. */
function foldersOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    typeof each === 'string' && FOLDERS.has(key) ? [each] : foldersOf(each),
  );
}

/** Where a file lies from a folder, both without links; undefined for one that isn't there, or is elsewhere. */
export function below(folder: string, path: string): string | undefined {
  try {
    const found = relative(realpathSync(folder), realpathSync(path));
    const isElsewhere = found === '' || found.split(sep)[0] === '..' || resolve(found) === found;
    return isElsewhere ? undefined : found;
  } catch {
    return undefined;
  }
}
