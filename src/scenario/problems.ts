import type { z } from 'zod';
import type { Problem } from '../errors.ts';
import { isPart } from '../part.ts';
import { didYouMean } from './near-miss.ts';

/** What zod found, as problems that name the option, its value and what was expected. */
export const problemsOf = (error: z.ZodError, options: unknown): Problem[] =>
  error.issues.flatMap((issue) => problemOf(issue as never, options));

function problemOf(issue: z.core.$ZodIssue, options: unknown): Problem[] {
  const where = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(valueAt(options, issue.path));
    const list = 'see which options there are: fadelab list --options';
    return issue.keys.map((key) => ({
      what: `unknown option: "${where ? `${where}.` : ''}${key}"`,
      remedy:
        didYouMean(key, known) ?? (known.length > 0 ? `choose one of ${known.join(', ')}` : `remove it, or ${list}`),
      code: 'OPTION_UNKNOWN',
    }));
  }
  const value = valueAt(options, issue.path);
  if (value === undefined) {
    return [{ what: `missing option: "${where}"`, remedy: sentence(issue.message), code: 'OPTION_MISSING' }];
  }
  return [
    { what: `invalid ${where || 'options'}: ${show(value)}`, remedy: sentence(issue.message), code: 'OPTION_INVALID' },
  ];
}

/** `Too small: expected number to be >0` becomes `expected number to be >0`. */
function sentence(message: string): string {
  const text = message.replace(/^[^:]{3,20}: (?=expected)/, '').replace(/, received (?:undefined|NaN)$/, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Options that a part takes; those of plain objects are not known here. */
const knownKeys = (value: unknown): string[] =>
  isPart(value) && 'shape' in value.schema ? Object.keys(value.schema.shape as object) : [];

/** The value that an option path names; paths lead through parts into their options. */
export function valueAt(options: unknown, path: readonly PropertyKey[]): unknown {
  let value = options;
  for (const key of path) {
    if (isPart(value)) value = value.options;
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

export function show(value: unknown): string {
  if (isPart(value)) return `${value.name}(${Object.keys(value.options).length > 0 ? '…' : ''})`;
  if (typeof value === 'function') return `function ${value.name || 'without a name'}`;
  if (typeof value === 'number' || value === undefined) return String(value);
  return JSON.stringify(value)?.slice(0, 80) ?? String(value);
}
