import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ScenarioError } from '../errors.ts';
import { below } from '../lab/own-files.ts';

/** Where the compiled package keeps its own modules. */
const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));

/**
 * A trace says which modules its run is made of, and whoever wrote it chose them. Those of this package and below the folder
 * in which the command is given, links resolved, are run; others could be anything that lies on this machine.
 *
 * @param urls of modules that the trace names, with or without an export behind
 * @throws ScenarioError that says what would be run
 */
export function refuseStrangers(urls: readonly string[], trace: string): void {
  const files = urls.map((url) => fileURLToPath(url.replace(/#[\w$]+$/, '')));
  // What isn't there is said when it is looked for.
  const stranger = files.find((file) => existsSync(file) && !isOwn(file));
  if (stranger === undefined) return;
  throw new ScenarioError({
    what: `untrusted module: ${JSON.stringify(stranger)} would be run, and lies outside of this folder`,
    where: trace,
    remedy: 'look at it, and pass --trust if it may run, or call the command in a folder above it',
    code: 'MODULE_UNTRUSTED',
  });
}

const isOwn = (file: string): boolean => below('.', file) !== undefined || below(PACKAGE, file) !== undefined;
