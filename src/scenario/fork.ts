import { ScenarioError } from '../errors.ts';
import { Transcript } from '../runtime/transcript.ts';
import type { TraceHeader } from '../trace/header.ts';
import type { Trace } from '../trace/reader.ts';
import { type Seconds, toInstant } from '../units.ts';
import { forkedAlgorithm, forkedSchedule, isSame, refusals } from './forked.ts';
import { loadCatalogue } from './load-module.ts';
import { override } from './override.ts';
import { checked } from './plan.ts';
import { sameBackend } from './replay.ts';
import { type Scenario, type ScenarioOptions, scenario as scenarioOf } from './scenario.ts';
import { perform, type SimulateOptions, type Simulation } from './simulate.ts';
import { readOverrides } from './spelled.ts';

/** What is different from some instant on. */
export interface Branch {
  /** Virtual time [s]; 0 by default. */
  readonly at?: Seconds;
  /** Overrides, as `--set` takes them: `schedule=random`, `schedule=./mine.ts#policy`, `until.rounds=20`. */
  readonly set?: readonly string[];
  /** Another scheduling policy. */
  readonly schedule?: ScenarioOptions['schedule'];
}

export interface ForkOptions
  extends Branch,
    Pick<SimulateOptions, 'threads' | 'stepTimeout' | 'pool' | 'out' | 'dashboard' | 'warn' | 'checkpoint' | 'origin'> {
  /** The scenario that was recorded. */
  readonly scenario: Scenario;
}

/**
 * The recorded run up to an instant, and from there on under another policy, in the same world: gains, compute times and
 * availability are draws by name, so both branches meet the same luck. Events before the instant are compared with the
 * record while they are computed again.
 *
 * @throws ScenarioError where an option can't change in the middle of a run
 * @throws DivergenceError where the run up to the instant is not the recorded one
 * @example const whatIf = await fork(trace, { scenario: mine, at: 2, set: ['schedule=random'] })
 */
export async function fork(trace: Trace, options: ForkOptions): Promise<Simulation> {
  const { scenario, at = 0, set, schedule, ...where } = options;
  const branch = { at, ...(set === undefined ? {} : { set }), ...(schedule === undefined ? {} : { schedule }) };
  const story = await branched(asRecorded(scenario, trace.header), branch);
  const transcript = new Transcript({ lines: trace.lines(), feeding: 0, until: toInstant(at) });
  return perform(story, { ...where, backend: sameBackend(trace.header) }, { transcript });
}

/** The scenario with the seed and the end that a trace was recorded with. */
export function asRecorded({ options }: Scenario, { seed, options: recorded }: TraceHeader): Scenario {
  const { until } = recorded as { readonly until?: ScenarioOptions['until'] };
  return scenarioOf({ ...options, seed, ...(until === undefined ? {} : { until }) });
}

/** The scenario that is another from an instant on. */
export async function branched(base: Scenario, { at = 0, set = [], schedule }: Branch): Promise<Scenario> {
  const overrides = set.flatMap((text) => readOverrides(text));
  const { options } = override(base, overrides, await loadCatalogue(overrides));
  const changed = { ...options, ...(schedule === undefined ? {} : { schedule }) };
  if (at === 0) return scenarioOf(changed);
  const [before, after] = [checked(base), checked(scenarioOf(changed))];
  const problems = refusals(before, after);
  if (problems.length > 0) throw new ScenarioError(problems);
  return scenarioOf({
    ...changed,
    ...(isSame(before.schedule, after.schedule)
      ? {}
      : { schedule: forkedSchedule({ at, before: before.schedule, after: after.schedule }) }),
    ...(isSame(before.algorithm, after.algorithm)
      ? { algorithm: before.algorithm }
      : { algorithm: forkedAlgorithm({ at, before: before.algorithm, after: after.algorithm }) }),
  });
}
