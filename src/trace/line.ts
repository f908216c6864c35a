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

function spell(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  return JSON.stringify(value, (_name, inner) => (isModel(inner) ? inner.digest : inner));
}
