import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ScenarioError } from '../errors.ts';
import { digest } from '../math/digest.ts';
import { withoutLinks } from './out-folder.ts';
import { firstLineIn } from './reader.ts';
import { bare } from './seal.ts';

/** What makes two runs the same, as far as that is known before they run. */
export interface Identity {
  readonly options: unknown;
  readonly backend: string;
}

/** What is said of the run that a folder holds; undefined where it holds none that can be read. */
function heldBy(folder: string): string | undefined {
  const path = join(folder, 'trace.ndjson');
  try {
    // A named pipe holds no run, and to open it here would wait for a writer.
    if (!statSync(path).isFile()) return undefined;
    const { options, backend } = JSON.parse(bare(firstLineIn(path) ?? '')) as Identity;
    return options === undefined ? undefined : said({ options, backend });
  } catch {
    return undefined;
  }
}

const said = ({ options, backend }: Identity): string => JSON.stringify([options, backend]);

/** Whether a folder holds a run with other options: to write there would destroy it. */
export function holdsAnother(folder: string, run: Identity): boolean {
  const held = heldBy(folder);
  return held !== undefined && held !== said(run);
}

/** A folder that holds nothing, or this very run: the one that is named so, or else one with a digest behind its name. */
export function folderFor(name: string, run: Identity): string {
  if (!holdsAnother(name, run)) return name;
  return `${name}-${digest(new TextEncoder().encode(said(run))).slice(0, 8)}`;
}

/** @throws ScenarioError where a folder that was named holds another run */
export function keepOthers(folder: string, run: Identity): void {
  if (!holdsAnother(folder, run)) return;
  throw new ScenarioError({
    what: `invalid output folder: ${JSON.stringify(folder)} holds a run with other options`,
    where: '--out',
    remedy: 'choose another folder, or pass --overwrite to lose that run',
    code: 'OUTPUT_UNWRITABLE',
  });
}

/** @throws ScenarioError where what is written would take the place of what is read */
export function keepInput(output: string, input: string, option: string): void {
  if (withoutLinks(output) !== withoutLinks(input)) return;
  throw new ScenarioError({
    what: `invalid output: ${JSON.stringify(output)} is what is read`,
    where: option,
    remedy: 'choose another place',
    code: 'OUTPUT_UNWRITABLE',
  });
}
