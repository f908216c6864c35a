import type { Fact, ModelVersion } from '../event.ts';
import { Later } from '../later.ts';
import type { Instant } from '../units.ts';

/**
 * One fact as a line of the trace, without the line's end: `{"at":…,"actor":…,"kind":…,…}`. Models appear as their
 * digests, numbers that are not finite as null. What was worked out late has to be there.
 */
export function line(at: Instant, actor: string, fact: Fact): string {
  let text = `{"at":${at},"actor":"${actor}${kindOf(fact.type)}`;
  const fields = fact as unknown as Record<string, unknown>;
  for (const name in fields) {
    if (name === 'type') continue;
    const value = fields[name];
    if (value === undefined) continue;
    text += fieldOf(name) + spell(value);
  }
  return `${text}}`;
}

/** Text that is the same in many lines: putting it together for each would cost more than the rest of the line. */
function remembered(make: (name: string) => string): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    let text = known.get(name);
    if (text === undefined) {
      text = make(name);
      known.set(name, text);
    }
    return text;
  };
}

const kindOf = remembered((kind) => `","kind":"${kind}"`);
const fieldOf = remembered((name) => `,"${name}":`);

const isModel = (value: unknown): value is ModelVersion =>
  typeof value === 'object' && value !== null && 'digest' in value;

/** A list without models in it. */
const isPlain = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each !== 'object' || each === null);

function spell(value: unknown): string {
  if (value instanceof Later) return spell(value.value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'string' || isPlain(value)) return JSON.stringify(value);
  if (isModel(value)) return `"${value.digest}"`;
  return JSON.stringify(value, (_name, inner) => (isModel(inner) ? inner.digest : inner));
}
