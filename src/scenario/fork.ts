import { z } from 'zod';
import { type Problem, ScenarioError } from '../errors.ts';
import { part, realise, slot } from '../part.ts';
import type { SchedulingPolicy } from '../policies/policy.ts';
import { Transcript } from '../runtime/transcript.ts';
import type { TraceHeader } from '../trace/header.ts';
import type { Trace } from '../trace/reader.ts';
import { type Seconds, toInstant } from '../units.ts';
import { describe } from './describe.ts';
import { loadCatalogue } from './load-module.ts';
import { override, parseOverride } from './override.ts';
import { checked } from './plan.ts';
import { sameBackend } from './replay.ts';
import { type Scenario, type ScenarioOptions, scenario as scenarioOf } from './scenario.ts';
import { perform, type SimulateOptions, type Simulation } from './simulate.ts';

/** What is different from some instant on. */
export interface Branch {
  /** Virtual time [s]; 0 by default. */
  readonly at?: Seconds;
  /** Overrides, as `--set` takes them: `schedule=random`, `until.rounds=20`. */
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

/** What may change in the middle of a run; a fork at 0 may change everything. */
const CHANGEABLE: ReadonlySet<string> = new Set(['schedule', 'until', 'targets']);

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
function asRecorded({ options }: Scenario, { seed, options: recorded }: TraceHeader): Scenario {
  const { until } = recorded as { readonly until?: ScenarioOptions['until'] };
  return scenarioOf({ ...options, seed, ...(until === undefined ? {} : { until }) });
}

/** The scenario that is another from an instant on. */
export async function branched(base: Scenario, { at = 0, set = [], schedule }: Branch): Promise<Scenario> {
  const overrides = set.map(parseOverride);
  const { options } = override(base, overrides, await loadCatalogue(overrides));
  const changed = { ...options, ...(schedule === undefined ? {} : { schedule }) };
  if (at === 0) return scenarioOf(changed);
  const [before, after] = [checked(base), checked(scenarioOf(changed))];
  const problems = Object.keys(before).flatMap((name) => refused(name, before, after));
  if (problems.length > 0) throw new ScenarioError(problems);
  const isSame = JSON.stringify(describe(before.schedule)) === JSON.stringify(describe(after.schedule));
  const both = isSame ? before.schedule : forked({ at, before: before.schedule, after: after.schedule });
  return scenarioOf({ ...changed, schedule: both });
}

function refused(name: string, before: object, after: object): Problem[] {
  const [a, b] = [before, after].map((each) => JSON.stringify(describe((each as Record<string, unknown>)[name])));
  if (a === b || CHANGEABLE.has(name)) return [];
  const remedy = `change ${[...CHANGEABLE].join(', ')}, or fork at 0, where everything may change`;
  return [
    { what: `unsupported change in the middle of a run: ${name}`, where: 'fork', remedy, code: 'OPTION_INVALID' },
  ];
}

const policy = slot<SchedulingPolicy>('schedule', (value) => typeof value === 'function');

/** One scheduling policy before an instant, another one from then on. */
const forked = part(
  'schedule',
  'forked',
  z.strictObject({
    at: z.number().min(0).describe('when the policy changes, s'),
    before: policy.describe('policy before it'),
    after: policy.describe('policy from then on'),
  }),
  ({ at, before, after }): SchedulingPolicy => {
    const [first, second] = [realise(before), realise(after)];
    return (view) => (view.now < at ? first(view) : second(view));
  },
);
