import { ScenarioError } from '../errors.ts';
import type { TraceHeader } from '../trace/header.ts';

/** @throws ScenarioError where a scenario, or the data that it trains on, is not what a trace was recorded with */
export function checkHeader(recorded: TraceHeader, present: TraceHeader): void {
  for (const part of ['scenario', 'seed', 'options', 'task'] as const) {
    const place = firstDifference(recorded[part], present[part], part);
    if (place === undefined) continue;
    throw new ScenarioError({
      what: `invalid trace: it was recorded with another ${place}`,
      where: recorded.scenario,
      remedy: 'take the scenario, the data and the policies that the trace was recorded with',
      code: 'TRACE_DIVERGED',
    });
  }
}

/** Path of the first place in which two pieces of plain data differ. */
function firstDifference(a: unknown, b: unknown, path: string): string | undefined {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return JSON.stringify(a) === JSON.stringify(b) ? undefined : path;
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return path;
  const [left, right] = [a, b] as Record<string, unknown>[];
  // The text of a function may be formatted anew, or come through another compiler: the events tell whether it decides alike.
  if ('function' in a && 'function' in b) return a.function === b.function ? undefined : path;
  // An option that the record doesn't have was not there yet when it was made.
  for (const key of Object.keys(left ?? {})) {
    const found = firstDifference(left?.[key], right?.[key], `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
