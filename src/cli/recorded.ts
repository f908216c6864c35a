import { ScenarioError } from '../errors.ts';
import { branched } from '../scenario/fork.ts';
import { loadCatalogue, loadScenario, modulesAmong, type ScenarioSource } from '../scenario/load-module.ts';
import { type Override, override } from '../scenario/override.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { readOverrides } from '../scenario/spelled.ts';
import type { Trace } from '../trace/reader.ts';
import { findScenario } from './load.ts';
import { locatedBy } from './origin.ts';
import { refuseStrangers } from './trust.ts';

/** The scenario of a trace, as it was run. */
export interface Recorded {
  readonly source: ScenarioSource;
  readonly overrides: readonly Override[];
  readonly scenario: Scenario;
  /** Where it was a fork; modules in it are URLs. */
  readonly fork?: { readonly at: number; readonly set: readonly string[] };
}

interface Finding {
  /** Where the scenario is now; the header says where it was. */
  readonly moved: string | undefined;
  /** Whether whatever the trace names may run. */
  readonly isTrusted: boolean;
}

/**
 * Finds the scenario that a trace was recorded with, and runs its modules.
 *
 * @throws ScenarioError where the header doesn't say, or it isn't there any more, or a module of it is not to be trusted
 */
export async function recordedScenario(trace: Trace, { moved, isTrusted }: Finding): Promise<Recorded> {
  const { header, path } = trace;
  const locate = locatedBy(trace);
  const source = moved === undefined ? sourceOf(trace) : findScenario(moved);
  const read = (set: readonly string[] = []) => set.flatMap((text) => readOverrides(text, locate));
  const [overrides, later] = [read(header.source?.set), read(header.source?.fork?.set)];
  const named = [...(moved === undefined ? [source.module] : []), ...modulesAmong([...overrides, ...later])];
  if (!isTrusted) refuseStrangers(named, path);
  const scenario = override(await loadScenario(source), overrides, await loadCatalogue(overrides));
  const { fork } = header.source ?? {};
  if (fork === undefined) return { source, overrides, scenario };
  const branch = { at: fork.at, set: later.map((each) => `${each.path}=${each.value}`) };
  return { source, overrides, scenario: await branched(scenario, branch), fork: branch };
}

function sourceOf(trace: Trace): ScenarioSource {
  const { source } = trace.header;
  if (source !== undefined) return findScenario(source.scenario, source.exportName, locatedBy(trace));
  throw new ScenarioError({
    what: 'missing scenario: the trace does not say which module it was run from',
    where: trace.path,
    remedy: 'name it with --scenario ./mine.ts',
    code: 'SCENARIO_UNKNOWN',
  });
}
