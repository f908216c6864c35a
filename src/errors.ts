/**
 * Every error that fadelab raises on purpose. A message reads: adjective + thing + value, where, what to do, [CODE].
 * `ScenarioError` and `SimulationError` are the user's to mend (exit code 2); `InvariantError` is ours.
 */

/** One thing that is wrong with what the user gave, and where. */
export interface Problem {
  /** Adjective, thing and value: `invalid bandwidth: 0 Hz`. */
  readonly what: string;
  /** A dotted option path, a file, or an actor and an instant. */
  readonly where?: string | undefined;
  /** What to do about it, as an imperative. */
  readonly remedy?: string | undefined;
  /** A row of the troubleshooting table. */
  readonly code: ErrorCode;
}

export type ErrorCode =
  | 'OPTION_UNKNOWN'
  | 'OPTION_INVALID'
  | 'OPTION_MISSING'
  | 'TOPOLOGY_INVALID'
  | 'DATASET_INVALID'
  | 'DATASET_MISSING'
  | 'SCENARIO_UNKNOWN'
  | 'SCENARIO_INVALID'
  | 'MODULE_UNTRUSTED'
  | 'SCRIPT_FAILED'
  | 'SCRIPT_TARGET'
  | 'POLICY_INVALID'
  | 'MODEL_INVALID'
  | 'GRAPH_INVALID'
  | 'ENVIRONMENT_INVALID'
  | 'OUTPUT_UNWRITABLE'
  | 'BACKEND_UNAVAILABLE'
  | 'ENGINE_UNREACHABLE'
  | 'LIMIT_EXCEEDED'
  | 'STEP_FAILED'
  | 'TRAINING_DIVERGED'
  | 'TRACE_INVALID'
  | 'TRACE_DIVERGED';

export const sayProblem = ({ what, where, remedy, code }: Problem): string =>
  `${what}${where ? ` (${where})` : ''}${remedy ? `; ${remedy}` : ''} [${code}]`;

/** The user's scenario, option or file is wrong, found before t = 0. Carries all problems at once. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[] | Problem, options?: ErrorOptions) {
    const all = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    super(all.map(sayProblem).join('\n'), options);
    this.problems = all;
  }
}

/** A model, policy or script failed while the run was under way. */
export class SimulationError extends Error {
  override readonly name: string = 'SimulationError';
  readonly problem: Problem;
  constructor(problem: Problem, options?: ErrorOptions) {
    super(sayProblem(problem), options);
    this.problem = problem;
  }
}

/** A policy of the user's threw or returned nonsense. Whoever knows more of the place says it as `SimulationError`. */
export class PolicyError extends SimulationError {
  /** The function at fault. */
  readonly policy: unknown;
  constructor(problem: Omit<Problem, 'code'>, policy: unknown, options?: ErrorOptions) {
    super({ ...problem, code: 'POLICY_INVALID' }, options);
    this.policy = policy;
  }
}

/** Where a run that is made again leaves its record. */
export interface Divergence {
  /** 0-based index of the event, the header apart. */
  readonly index: number;
  /** The recorded line; undefined where the record is over. */
  readonly expected: string | undefined;
  /** What happened; undefined where the run is over. */
  readonly actual: string | undefined;
  /** Up to five events before. */
  readonly before: readonly string[];
}

/** A replay met an event that differs from its record. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
  readonly divergence: Divergence;
  readonly problem: Problem;
  constructor(divergence: Divergence) {
    const { index, expected, actual, before } = divergence;
    const problem: Problem = {
      what: `invalid trace: event ${index} is not what happened`,
      where: `line ${index + 2}`,
      remedy: 'the trace was altered, or the scenario, a policy, fadelab or the Node release has changed since',
      code: 'TRACE_DIVERGED',
    };
    const shown = [...before.map((line) => `  before    ${line}`)];
    shown.push(`  expected  ${expected ?? 'nothing more'}`, `  actual    ${actual ?? 'nothing more'}`);
    super([sayProblem(problem), ...shown].join('\n'));
    this.divergence = divergence;
    this.problem = problem;
  }
}

/** Our own mistake: what must hold doesn't. Never caught. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}
