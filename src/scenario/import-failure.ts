import { fileURLToPath } from 'node:url';
import type { Problem } from '../errors.ts';
import { didYouMean } from './near-miss.ts';
import { ENTRIES } from './public-entries.ts';

/** Why a user's module could not be imported: one problem with the file, and the line where that is known. */
export function explainImport(error: unknown, module: string): Problem {
  const file = toPath(module);
  const message = error instanceof Error ? error.message : `it threw ${String(error)}`;
  const compiled = COMPILED.exec(message);
  if (compiled !== null) {
    const [, where = file, line, column, reason] = compiled;
    return invalid(`invalid scenario file: ${reason}`, `${where}:${line}:${column}`, 'mend the syntax');
  }
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return missing(message, file);
  const where = placeOf(error, file);
  if (error instanceof SyntaxError) {
    const remedy = where === file ? `find the line with node --check ${file}` : 'mend it';
    return invalid(`invalid scenario file: ${message}`, where, remedy);
  }
  return invalid(`invalid scenario file: it throws while it is loaded: ${firstLine(message)}`, where, 'mend it');
}

/** The compiler of TypeScript says `file:3:5: ERROR: reason`. */
const COMPILED = /^(.+?):(\d+):(\d+): ERROR: (.*)$/m;

const invalid = (what: string, where: string, remedy: string): Problem => ({
  what,
  where,
  remedy,
  code: 'SCENARIO_INVALID',
});

/** The loader says `Cannot find module 'x' imported from y`, and the like for packages. */
function missing(message: string, file: string): Problem {
  const [, wanted = '', from] = /'([^']+)'(?:.*? imported from '?([^']+?)'?)?$/m.exec(message) ?? [];
  const text = wanted === '' ? firstLine(message) : toPath(wanted);
  const remedy = wanted.startsWith('fadelab/')
    ? (didYouMean(wanted, OWN) ?? `choose one of ${OWN.join(', ')}`)
    : toFind(wanted);
  return invalid(`missing module: ${text}`, from === undefined ? file : `imported from ${toPath(from)}`, remedy);
}

const OWN = ['fadelab', ...[...ENTRIES, 'conformance'].map((entry) => `fadelab/${entry}`)];

const toFind = (wanted: string): string =>
  wanted.includes('/') && !wanted.startsWith('@') ? 'check the path of the import' : 'install it beside the file';

/** The first place outside of Node and of packages that the stack names. */
function placeOf(error: unknown, file: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const [, path = '', line] of stack.matchAll(/(?:^|[( ])((?:file:\/\/)?\/[^\s()]*?):(\d+)(?::\d+)?\)?$/gm)) {
    if (!path.includes('/node_modules/')) return `${toPath(path)}:${line}`;
  }
  return file;
}

const firstLine = (text: string): string => text.split('\n', 1)[0] as string;

function toPath(module: string): string {
  if (!module.startsWith('file:')) return module;
  const url = new URL(module);
  return fileURLToPath(`${url.protocol}//${url.pathname}`);
}
