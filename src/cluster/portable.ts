import { relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ScenarioError } from '../errors.ts';
import type { Trial } from '../lab/trial.ts';
import { isShipped } from '../scenario/load-module.ts';

/**
 * Trials name modules by URLs of this machine. Between machines they travel by their place in the package or in the
 * working folder, and mean the same file there.
 */

const PACKAGE = new URL('../../', import.meta.url).href;
const SHIPPED = 'package:';
const OWN = 'folder:';

/** @throws ScenarioError where a module lies outside the working folder: other machines could not know where */
export const portable = (trial: Trial): Trial => moved(trial, away);

/** @throws ScenarioError where a module would lie outside the working folder */
export const local = (trial: Trial): Trial => moved(trial, back);

const moved = (trial: Trial, move: (url: string) => string): Trial => ({
  ...trial,
  source: { ...trial.source, module: move(trial.source.module) },
  overrides: trial.overrides.map(({ path, value }) => ({ path, value: move(value) })),
});

function away(url: string): string {
  if (isShipped(url)) return SHIPPED + url.slice(PACKAGE.length);
  if (!url.startsWith('file:')) return url;
  const [file = '', name] = url.split('#');
  const path = relative('.', fileURLToPath(file)).split(sep).join('/');
  if (path.startsWith('../') || /^([a-z]:)?\//i.test(path)) throw outside(path);
  return `${OWN}${path}${name === undefined ? '' : `#${name}`}`;
}

function back(text: string): string {
  if (text.startsWith(SHIPPED)) return inside(new URL(text.slice(SHIPPED.length), PACKAGE).href, PACKAGE);
  if (!text.startsWith(OWN)) {
    if (text.startsWith('file:')) throw outside(text);
    return text;
  }
  const [path = '', name] = text.slice(OWN.length).split('#');
  const url = inside(pathToFileURL(resolve(path)).href, `${pathToFileURL(resolve('.')).href}/`);
  return name === undefined ? url : `${url}#${name}`;
}

function inside(url: string, folder: string): string {
  if (url.startsWith(folder)) return url;
  throw outside(url);
}

const outside = (path: string) =>
  new ScenarioError({
    what: `invalid module: ${JSON.stringify(path)} lies outside the working folder`,
    where: '--engine',
    remedy: 'call the command in a folder that holds all modules, and start workers in one that holds the same',
    code: 'SCENARIO_INVALID',
  });
