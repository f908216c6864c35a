import { register } from 'node:module';
import { z } from 'zod';
import { ScenarioError } from '../errors.ts';
import { isPart, type PartBuilder } from '../part.ts';
import { explainImport } from './import-failure.ts';
import { ANY_KIND, type Catalogue, catalogue, isBuilder, type Override } from './override.ts';
import { ENTRIES } from './public-entries.ts';
import { isScenario, type Scenario, type ScenarioOptions } from './scenario.ts';

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
  const typescript = await import('tsx/esm/api');
  typescript.register();
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

/** Imports a scheduling policy: the only function or part of kind `schedule` that a module exports, or the one that is named. */
export async function loadPolicy({ module, exportName }: ScenarioSource): Promise<ScenarioOptions['schedule']> {
  await prepareImport(module);
  const exports = Object.entries(await imported(module));
  const policies = exports.filter(
    ([, value]) => typeof value === 'function' || (isPart(value) && value.kind === 'schedule'),
  );
  const named = policies.filter(([name]) => exportName === undefined || name === exportName);
  if (named.length === 1) return (named[0] as [string, ScenarioOptions['schedule']])[1];
  const names = policies.map(([name]) => name).join(', ');
  throw new ScenarioError({
    what: named.length === 0 ? 'missing policy' : `ambiguous policy: the module exports ${named.length}`,
    where: place(module),
    remedy: names === '' ? 'export a function (view) => ({ invite })' : `choose one of ${names}, with file#NAME`,
    code: 'SCENARIO_INVALID',
  });
}

/** Every part that an override can name, imported as a stranger would, and those of modules that the overrides name. */
export async function loadCatalogue(overrides: readonly Override[] = []): Promise<Catalogue> {
  const entries = await Promise.all(ENTRIES.map((entry) => import(import.meta.resolve(`fadelab/${entry}`))));
  return [...catalogue(...(entries as object[])), ...(await Promise.all(modulesAmong(overrides).map(loadOwn)))];
}

/** URLs of the modules that overrides name, each with the export that is meant where one is. */
export const modulesAmong = (overrides: readonly Override[]): string[] =>
  [...new Set(overrides.map(({ value }) => value))].filter((value) => MODULE.test(value));

/** A module's URL as the value of an option, with the export that is meant behind it. */
const MODULE = /^file:.+\.m?[tj]s(?:#[\w$]+)?$/;

/** A part, or a policy of one's own, out of a module: it goes by the URL that names it. */
async function loadOwn(value: string): Promise<PartBuilder<never, unknown>> {
  const [module = '', name] = value.split('#');
  await prepareImport(module);
  const all = Object.entries(await imported(module));
  const usable = all.filter(([, each]) => typeof each === 'function' || isPart(each));
  const chosen = name === undefined ? usable : usable.filter(([each]) => each === name);
  const [only] = chosen;
  if (only === undefined || chosen.length > 1) {
    const names = usable.map(([each]) => `#${each}`).join(', ');
    throw new ScenarioError({
      what: `${only === undefined ? 'missing' : 'ambiguous'} policy or part: the module exports ${names || 'none'}`,
      where: place(module),
      remedy:
        names === '' ? 'export one: a function, or what part(…) returns' : 'name the one that is meant: ./file.ts#name',
      code: 'SCENARIO_INVALID',
    });
  }
  const [, exported] = only;
  const build = isBuilder(exported) ? exported : () => exported as never;
  const options = isBuilder(exported) ? exported.schema : z.strictObject({});
  const own = (given?: never) => build(given);
  return Object.assign(own, { kind: ANY_KIND, partName: value, schema: options }) as PartBuilder<never, unknown>;
}
