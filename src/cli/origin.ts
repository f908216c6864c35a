import { existsSync, realpathSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ScenarioSource } from '../scenario/load-module.ts';
import type { Override } from '../scenario/override.ts';
import { keptOverrides, type Locate, pathFromHere } from '../scenario/spelled.ts';
import type { TraceSource } from '../trace/header.ts';
import { withoutLinks } from '../trace/out-folder.ts';
import type { Trace } from '../trace/reader.ts';
import { shippedScenarios } from './load.ts';

interface Origin {
  readonly source: ScenarioSource;
  readonly overrides: readonly Override[];
  /** Folder of the trace. */
  readonly out: string;
  readonly fork?: { readonly at: number; readonly overrides: readonly Override[] };
}

/** What a trace says of where its run came from, so that it can be made again from any folder. */
export function originOf({ source: { module, exportName }, overrides, out, fork }: Origin): TraceSource {
  const file = fileURLToPath(module);
  const shipped = shippedScenarios().find((each) => each.file === file);
  const base = baseFrom(out);
  return {
    ...(base === undefined ? {} : { base }),
    scenario: shipped?.name ?? pathFromHere(file),
    ...(exportName === undefined ? {} : { exportName }),
    set: keptOverrides(overrides),
    ...(fork === undefined ? {} : { fork: { at: fork.at, set: keptOverrides(fork.overrides) } }),
  };
}

/** The way up from a folder below this one: the same on every machine. */
function baseFrom(out: string): string | undefined {
  const depth = relative(realpathSync('.'), withoutLinks(out)).split(sep);
  if (depth[0] === '..' || depth[0] === '') return depth[0] === '' ? '.' : undefined;
  return depth.map(() => '..').join('/');
}

/** Where a trace's modules are: from its base, or from here where it has been moved. */
export function locatedBy({ path, header: { source } }: Trace): Locate {
  if (source?.base === undefined || !existsSync(path)) return (file) => resolve(file);
  const base = resolve(realpathSync(dirname(path)), source.base);
  return (file) => {
    const there = resolve(base, file);
    return existsSync(there) ? there : resolve(file);
  };
}
