import { relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ScenarioError } from '../errors.ts';
import { type Override, parseOverride } from './override.ts';

/** A path to a module, with the export that is meant behind it where there are several. */
const MODULE_PATH = /^(\.{0,2}\/.+\.m?[tj]s)(#[\w$]+)?$/;
const MODULE_URL = /^(file:.+\.m?[tj]s)(#[\w$]+)?$/;
const WITH_OPTIONS = /^([\w./@#-]+)\((.*)\)$/s;

/** Where a file is that was named by a path: from the folder that a person is in, unless somebody else named it. */
export type Locate = (path: string) => string;

const fromHere: Locate = (path) => resolve(path);

/**
 * One option and its value as a person spells it, as overrides: `fastest(cohort=5,closeAfter=2)` is a part and two of
 * its options, and a path such as `./mine.ts` becomes the module's URL, which means the same on every thread.
 *
 * @example spelled('schedule', 'fastest(cohort=5)') // schedule=fastest, schedule.cohort=5
 */
export function spelled(path: string, value: string, locate: Locate = fromHere): Override[] {
  const [, name, options] = WITH_OPTIONS.exec(value) ?? [];
  if (name === undefined || options === undefined) return [{ path, value: located(value, locate) }];
  const inner = splitOutside(options, ',').flatMap((each) => {
    const at = each.indexOf('=');
    return spelled(`${path}.${each.slice(0, Math.max(at, 0)).trim()}`, each.slice(at + 1).trim(), locate);
  });
  return [{ path, value: located(name, locate) }, ...inner];
}

/**
 * Reads `key=value` in the one language of `--set`, `--grid`, `--policy`, a fork's `set` and the header of a trace.
 *
 * @throws ScenarioError where it is no pair
 */
export function readOverrides(text: string, locate?: Locate): Override[] {
  const { path, value } = parseOverride(text);
  return spelled(path, value, locate);
}

/** A policy as `--policy` takes it, in the same language; there a file needs no `./` before its name. */
export const policyOverride = (text: string): string =>
  `schedule=${/^[^./(][^(]*\.m?[tj]s(?:#|\(|$)/.test(text) ? './' : ''}${text}`;

/** Overrides as a trace keeps them, one `key=value` each: modules by their path from the folder that a person is in. */
export const keptOverrides = (overrides: readonly Override[]): string[] =>
  overrides.map(({ path, value }) => `${path}=${keptValue(value)}`);

function keptValue(value: string): string {
  const [, url, name = ''] = MODULE_URL.exec(value) ?? [];
  return url === undefined ? value : `${pathFromHere(fileURLToPath(url))}${name}`;
}

/** `./mine.ts`, `../theirs.ts`: a path that begins with a dot, and says nothing of the machine's folders above both. */
export function pathFromHere(file: string): string {
  const path = relative('.', file).split(sep).join('/');
  return path.startsWith('../') ? path : `./${path}`;
}

function located(value: string, locate: Locate): string {
  const [, file, name = ''] = MODULE_PATH.exec(value) ?? [];
  if (value.startsWith('file:')) checkUrl(value);
  return file === undefined ? value : `${pathToFileURL(locate(file)).href}${name}`;
}

/** @throws ScenarioError where a file's URL can't be the place of a file */
function checkUrl(url: string): void {
  try {
    fileURLToPath(url);
  } catch (cause) {
    const what = `invalid module: ${JSON.stringify(url)}`;
    throw new ScenarioError({ what, remedy: 'name it by its path', code: 'OPTION_INVALID' }, { cause });
  }
}

/** Splits at a mark that stands outside brackets and quotes; what is empty falls away. */
export function splitOutside(text: string, mark: string): string[] {
  const pieces = [''];
  let depth = 0;
  let isQuoted = false;
  for (const letter of text) {
    if (letter === '"') isQuoted = !isQuoted;
    else if (!isQuoted && '([{'.includes(letter)) depth++;
    else if (!isQuoted && ')]}'.includes(letter)) depth--;
    if (letter === mark && depth === 0 && !isQuoted) pieces.push('');
    else pieces.push(`${pieces.pop()}${letter}`);
  }
  return pieces.map((each) => each.trim()).filter((each) => each !== '');
}
