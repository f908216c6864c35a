import { statSync } from 'node:fs';
import type { Dataset } from '../contract.ts';

/** What tells a data set out of files from others: who reads it, and what of it. */
export interface Reading {
  readonly name: string;
  readonly options: object;
  /** All files that may be read. */
  readonly files: readonly string[];
}

let kept: { readonly reading: string; readonly dataset: Dataset } | undefined;

/** Size, place and last change of a file that may not be there. */
function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? '-' : `${stat.size} ${stat.ino} ${stat.mtimeMs}`;
}

/**
 * A data set that is read from files, once for all runs of this thread that need it in a row: a comparison of short worlds on
 * the same images spent a tenth of its time on reading them. The latest one is kept, as long as its files stay as they are;
 * nobody writes to it.
 */
export async function readOnce(reading: Reading, read: () => Dataset | Promise<Dataset>): Promise<Dataset> {
  const key = JSON.stringify([reading, reading.files.map(stampOf)]);
  if (kept?.reading === key) return kept.dataset;
  // Before a second one is read, the first can go.
  kept = undefined;
  const dataset = await read();
  kept = { reading: key, dataset };
  return dataset;
}
