import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Override } from './override.ts';

/** A path to a module, with the export that is meant behind it where there are several. */
const MODULE_PATH = /^(\.{0,2}\/.+\.m?[tj]s)(#[\w$]+)?$/;
const WITH_OPTIONS = /^([\w./@#-]+)\((.*)\)$/s;

/**
 * One option and its value as a person spells it, as overrides: `fastest(cohort=5,closeAfter=2)` is a part and two of
 * its options, and a path such as `./mine.ts` becomes the module's URL, which means the same on every thread.
 *
 * @example spelled('schedule', 'fastest(cohort=5)') // schedule=fastest, schedule.cohort=5
 */
export function spelled(path: string, value: string): Override[] {
  const [, name, options] = WITH_OPTIONS.exec(value) ?? [];
  if (name === undefined || options === undefined) return [{ path, value: located(value) }];
  const inner = splitOutside(options, ',').flatMap((each) => {
    const at = each.indexOf('=');
    return spelled(`${path}.${each.slice(0, Math.max(at, 0)).trim()}`, each.slice(at + 1).trim());
  });
  return [{ path, value: located(name) }, ...inner];
}

function located(value: string): string {
  const [, file, name = ''] = MODULE_PATH.exec(value) ?? [];
  return file === undefined ? value : `${pathToFileURL(resolve(file)).href}${name}`;
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
