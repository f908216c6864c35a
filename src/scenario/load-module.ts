import { register } from 'node:module';
import { z } from 'zod';
import { ScenarioError } from '../errors.ts';
import { isPart, type PartBuilder } from '../part.ts';
import { withOwnCache } from './compiled-cache.ts';
import { explainImport } from './import-failure.ts';
import { ANY_KIND, type Catalogue, catalogue, isBuilder, type Override } from './override.ts';
import { ENTRIES } from './public-entries.ts';
import { isScenario, type Scenario } from './scenario.ts';

/** A module and which of its scenarios is meant; the only one where none is named. */
export interface ScenarioSource {
  /** URL of the module. */
  readonly module: string;
  readonly exportName?: string | undefined;
}

/** Where the compiled package keeps its own modules; they need no help to be imported. */
const PACKAGE = new URL('../../', import.meta.url).href;

/** Whether a module is part of this package. */
export const isShipped = (module: string): boolean => module.startsWith(PACKAGE);

let prepared: Promise<void> | undefined;

/**
 * Lets this thread import a user's module: TypeScript as it is written, and `fadelab` from any folder. Cheap after the
 * first time, and nothing at all for modules of this package.
 */
export async function prepareImport(module: string): Promise<void> {
  if (isShipped(module)) return;
  prepared ??= prepare();
  await prepared;
}

async function prepare(): Promise<void> {
  await withOwnCache(async () => {
    const typescript = await import('tsx/esm/api');
    typescript.register();
  });
  register('./package-hook.js', { parentURL: import.meta.url, data: { base: import.meta.url } });
}

/**
 * Imports a scenario's module, on whichever thread, and picks the scenario.
 *
 * @throws ScenarioError where the module can't be imported, or exports none or several
 */
export async function loadScenario({ module, exportName }: ScenarioSource): Promise<Scenario> {
  await prepareImport(module);
  const exports = await imported(module);
  const scenarios = Object.entries(exports).filter((entry): entry is [string, Scenario] => isScenario(entry[1]));
  return pick(scenarios, exports, module, exportName);
}

async function imported(module: string): Promise<object> {
  try {
    return (await import(module)) as object;
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    throw new ScenarioError(explainImport(error, module), { cause: error });
  }
}

function pick(scenarios: readonly [string, Scenario][], exports: object, module: string, name?: string): Scenario {
  const where = place(module);
  const names = scenarios.map(([each]) => each).join(', ');
  const named = scenarios.find(([each]) => each === name);
  if (named !== undefined) return named[1];
  if (name !== undefined) {
    const what = name in exports ? `invalid scenario: the export "${name}" is none` : `unknown scenario: "${name}"`;
    const remedy = names === '' ? MAKE_ONE : `choose one of ${names}`;
    throw new ScenarioError({ what, where, remedy, code: 'SCENARIO_UNKNOWN' });
  }
  const [only] = scenarios;
  if (only === undefined) {
    throw new ScenarioError({
      what: 'missing scenario: the module exports none',
      where,
      remedy: MAKE_ONE,
      code: 'SCENARIO_INVALID',
    });
  }
  if (scenarios.length === 1) return only[1];
  const what = `ambiguous scenario: the module exports ${scenarios.length}`;
  const remedy = `choose one of ${names}, with --scenario NAME or file#NAME`;
  throw new ScenarioError({ what, where, remedy, code: 'SCENARIO_INVALID' });
}

const MAKE_ONE = 'export one: export const mine = scenario({ … })';

const place = (module: string): string =>
  module.startsWith('file:') ? decodeURIComponent(new URL(module).pathname) : module;

/** Every part that an override can name, imported as a stranger would, and those of modules that the overrides name. */
export async function loadCatalogue(overrides: readonly Override[] = []): Promise<Catalogue> {
  const entries = await Promise.all(ENTRIES.map((entry) => import(import.meta.resolve(`fadelab/${entry}`))));
  const wanted = new Map(overrides.filter(({ value }) => MODULE.test(value)).map(({ path, value }) => [value, path]));
  const own = await Promise.all([...wanted].map(([value, path]) => loadOwn(value, path)));
  return [...catalogue(...(entries as object[])), ...own];
}

/** URLs of the modules that overrides name, each with the export that is meant where one is. */
export const modulesAmong = (overrides: readonly Override[]): string[] =>
  [...new Set(overrides.map(({ value }) => value))].filter((value) => MODULE.test(value));

/** A module's URL as the value of an option, with the export that is meant behind it. */
const MODULE = /^file:.+\.m?[tj]s(?:#[\w$]+)?$/;

/** A part, or a policy of one's own, out of a module: it goes by the URL that names it. */
async function loadOwn(value: string, path: string): Promise<PartBuilder<never, unknown>> {
  const [module = '', name] = value.split('#');
  await prepareImport(module);
  const all = Object.entries(await imported(module));
  const usable = all.filter(([, each]) => typeof each === 'function' || isPart(each));
  const [, exported] = chosen(usable, { module, name, option: path.slice(path.lastIndexOf('.') + 1) });
  const build = isBuilder(exported) ? exported : () => exported as never;
  const options = isBuilder(exported) ? exported.schema : z.strictObject({});
  const own = (given?: never) => build(given);
  return Object.assign(own, { kind: ANY_KIND, partName: value, schema: options }) as PartBuilder<never, unknown>;
}

interface Wanted {
  readonly module: string;
  readonly name: string | undefined;
  /** Which option it is for: among several exports, the only part of that kind is meant. */
  readonly option: string;
}

function chosen(usable: readonly [string, unknown][], { module, name, option }: Wanted): [string, unknown] {
  const named = name === undefined ? usable : usable.filter(([each]) => each === name);
  const ofKind = named.filter(([, each]) => (isPart(each) || isBuilder(each)) && each.kind === option);
  const [only, ...others] = ofKind.length === 1 ? ofKind : named;
  if (only !== undefined && others.length === 0) return only;
  const names = usable.map(([each]) => `#${each}`).join(', ');
  throw new ScenarioError({
    what: `${only === undefined ? 'missing' : 'ambiguous'} policy or part: the module exports ${names || 'none'}`,
    where: place(module),
    remedy:
      names === '' ? 'export one: a function, or what part(…) returns' : 'name the one that is meant: ./file.ts#name',
    code: 'SCENARIO_INVALID',
  });
}
