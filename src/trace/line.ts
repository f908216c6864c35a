import type { Fact, ModelVersion } from '../event.ts';
import type { Instant } from '../units.ts';

/**
 * One fact as a line of the trace, without the line's end: `{"at":…,"actor":…,"kind":…,…}`. Models appear as their
 * digests, numbers that are not finite as null.
 */
export function line(at: Instant, actor: string, fact: Fact): string {
  let text = `{"at":${at},"actor":"${actor}","kind":"${fact.type}"`;
  const fields = fact as unknown as Record<string, unknown>;
  for (const name in fields) {
    if (name === 'type') continue;
    const value = fields[name];
    if (value === undefined) continue;
    text += `,"${name}":${isModel(value) ? `"${(value as ModelVersion).digest}"` : spell(value)}`;
  }
  return `${text}}`;
}

const isModel = (value: unknown): value is ModelVersion =>
  typeof value === 'object' && value !== null && 'digest' in value;

/** A list without models in it. */
const isPlain = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each !== 'object' || each === null);

function spell(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'string' || isPlain(value)) return JSON.stringify(value);
  return JSON.stringify(value, (_name, inner) => (isModel(inner) ? inner.digest : inner));
}
