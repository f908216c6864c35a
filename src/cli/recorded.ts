import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ScenarioError } from '../errors.ts';
import { branched } from '../scenario/fork.ts';
import { loadCatalogue, loadPolicy, loadScenario, type ScenarioSource } from '../scenario/load-module.ts';
import { type Override, override, parseOverride } from '../scenario/override.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Trace } from '../trace/reader.ts';
import { findScenario } from './load.ts';

/** The scenario of a trace, as it was run. */
export interface Recorded {
  readonly source: ScenarioSource;
  readonly overrides: readonly Override[];
  readonly scenario: Scenario;
  /** Where it was a fork. */
  readonly fork?: { readonly at: number; readonly set: readonly string[]; readonly policy?: ScenarioSource };
}

/**
 * Finds the scenario that a trace was recorded with.
 *
 * @param moved where it is now; its header says where it was
 * @throws ScenarioError where the header doesn't say, or it isn't there any more
 */
export async function recordedScenario({ header, path }: Trace, moved: string | undefined): Promise<Recorded> {
  const name = moved ?? header.source?.scenario;
  if (name === undefined) {
    throw new ScenarioError({
      what: 'missing scenario: the trace does not say which module it was run from',
      where: path,
      remedy: 'name it with --scenario ./mine.ts',
      code: 'SCENARIO_UNKNOWN',
    });
  }
  const source = findScenario(name, moved === undefined ? header.source?.exportName : undefined);
  const overrides = (header.source?.set ?? []).map(parseOverride);
  const scenario = override(await loadScenario(source), overrides, await loadCatalogue(overrides));
  const { fork } = header.source ?? {};
  if (fork === undefined) return { source, overrides, scenario };
  const { at, set } = fork;
  const policy = fork.policy === undefined ? {} : { policy: policyModule(fork.policy) };
  const schedule = policy.policy === undefined ? {} : { schedule: await loadPolicy(policy.policy) };
  const story = await branched(scenario, { at, set, ...schedule });
  return { source, overrides, scenario: story, fork: { at, set, ...policy } };
}

/** `./patient.ts` or `./patient.ts#name`, from the folder that a person is in. */
export function policyModule(text: string): ScenarioSource {
  const [path = '', exportName] = text.split('#');
  if (path !== '') return { module: pathToFileURL(resolve(path)).href, exportName };
  throw new ScenarioError({ what: 'invalid --policy', remedy: 'name a module', code: 'OPTION_INVALID' });
}
