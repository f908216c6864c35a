import { resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ScenarioError } from '../errors.ts';
import { below } from '../lab/own-files.ts';
import type { Trial } from '../lab/trial.ts';

/**
 * Trials name modules by URLs of this machine. Between machines they travel by their place among the package's scenarios
 * or in the working folder, and mean the same file there. Nothing else is imported for somebody else: a job says which
 * code runs, and whoever reaches the server can write one.
 */

const SCENARIOS = fileURLToPath(new URL('../../scenarios/', import.meta.url));
const SHIPPED = 'package:scenarios/';
const OWN = 'folder:';
/** What a `file:` URL is written as, and whatever else an import would take for an address. */
const ADDRESS = /(?:^|[\s"'])(?:file|data|node|blob|https?):/i;

/** @throws ScenarioError where a module lies outside the working folder: other machines could not know where */
export const portable = (trial: Trial): Trial => ({
  ...trial,
  source: { ...trial.source, module: away(trial.source.module) },
  overrides: trial.overrides.map((each) =>
    each.value.startsWith('file:') ? { ...each, value: away(each.value) } : each,
  ),
});

/** @throws ScenarioError where a module would be anything but one of the package's scenarios or a file of the working folder */
export const local = (trial: Trial): Trial => ({
  ...trial,
  source: { ...trial.source, module: back(trial.source.module) },
  overrides: trial.overrides.map(({ path, value }) => ({ path, value: localValue(value) })),
});

/** Most values are words and numbers; they stay, unless an import could take them for an address. */
function localValue(value: string): string {
  if (value.startsWith(SHIPPED) || value.startsWith(OWN)) return back(value);
  if (ADDRESS.test(value)) throw outside(value);
  return value;
}

function away(url: string): string {
  const [file = '', name] = url.split('#');
  const path = fileURLToPath(file);
  const shipped = below(SCENARIOS, path);
  const own = shipped ?? below('.', path);
  if (own === undefined) throw outside(path);
  const written = own.split(sep).map(encodeURIComponent).join('/');
  return `${shipped === undefined ? OWN : SHIPPED}${written}${name === undefined ? '' : `#${name}`}`;
}

const WRITTEN = /^(package:scenarios\/|folder:)([^#]+\.m?[tj]s)(#[\w$]+)?$/;

function back(text: string): string {
  const [, kind, written = '', name = ''] = WRITTEN.exec(text) ?? [];
  if (kind === undefined) throw outside(text);
  const folder = kind === SHIPPED ? SCENARIOS : '.';
  const path = below(folder, resolve(folder, decoded(written) ?? '..'));
  if (path === undefined) throw outside(text);
  return pathToFileURL(resolve(folder, path)).href + name;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const outside = (path: string) =>
  new ScenarioError({
    what: `invalid module: ${JSON.stringify(path)} is no file of the working folder`,
    where: '--engine',
    remedy: 'call the command in a folder that holds all modules, and start workers in one that holds the same',
    code: 'SCENARIO_INVALID',
  });
