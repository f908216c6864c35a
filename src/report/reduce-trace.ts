import { basename, dirname } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { openTrace } from '../trace/reader.ts';
import { tailTrace } from '../trace/tail.ts';
import { readSummary } from './read-summary.ts';
import type { LaneBounds } from './reduction/lanes.ts';
import { pack } from './reduction/packing.ts';
import { type Reduced, Reducer } from './reduction/reducer.ts';

/**
 * Reduces a trace to what its page shows, in one pass and bounded memory. The trace of a run that was killed, or still
 * goes on, counts up to its last whole line.
 *
 * @param from folder of a run, or its trace
 * @throws ScenarioError where there is no trace, or it is damaged
 */
export function reduceTrace(from: string, bounds?: LaneBounds): Reduced {
  const { path, header } = openTrace(from);
  const reducer = new Reducer({ header, title: titleOf(path) }, bounds);
  const tail = tailTrace(path);
  try {
    for (const event of tail.read()) reducer.see(event);
  } finally {
    tail.close();
  }
  return reducer.end(readSummary(dirname(path)));
}

/** What tells a run from others: its folder's name. */
export const titleOf = (tracePath: string): string => basename(dirname(tracePath));

/** A run as a page takes it in: its bytes, deflated, as base64. */
export const encoded = ({ record, lanes }: Reduced, level = 6): string =>
  deflateRawSync(pack(record, lanes), { level }).toString('base64');
