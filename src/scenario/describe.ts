import { digest } from '../math/digest.ts';
import { isPart } from '../part.ts';

/**
 * Options as plain data for the record: a part by its name and options, a user's own function by its name and a digest
 * of its source.
 */
export function describe(value: unknown): unknown {
  if (isPart(value)) {
    const options = describe(value.options) as Record<string, unknown>;
    return Object.keys(options).length > 0 ? { [value.name]: options } : value.name;
  }
  if (typeof value === 'function') return { function: value.name, source: digest(encode(String(value))) };
  if (Array.isArray(value)) return value.map(describe);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, describe(each)]));
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
