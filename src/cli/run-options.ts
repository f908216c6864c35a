import { availableParallelism } from 'node:os';
import { type Problem, ScenarioError } from '../errors.ts';
import type { BackendName } from '../learning/contract.ts';
import { autoBackend, hasNative } from '../learning/steps.ts';
import type { CheckpointRule } from '../scenario/checkpoints.ts';
import { didYouMean } from '../scenario/near-miss.ts';
import type { Override } from '../scenario/override.ts';
import { readOverrides } from '../scenario/spelled.ts';
import type { Seconds } from '../units.ts';

/** What commander read, still as text. */
export interface RawRunOptions {
  readonly scenario?: string;
  readonly seed?: string;
  readonly threads?: string;
  readonly stepTimeout?: string;
  readonly set?: readonly string[];
  readonly until?: string;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly backend?: string;
  readonly recordEnvironment?: string;
  readonly checkpoint?: string;
  readonly report?: boolean;
  readonly watch?: boolean;
  readonly port?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export interface RunOptions {
  readonly seed: number | undefined;
  readonly threads: number;
  readonly stepTimeout: Seconds | undefined;
  readonly overrides: readonly Override[];
  readonly until: Seconds | undefined;
  readonly out: string | undefined;
  readonly backend: BackendName | undefined;
  readonly recordEnvironment: string | undefined;
  readonly checkpoint: CheckpointRule | undefined;
}

const BACKENDS: readonly BackendName[] = ['native', 'wasm', 'tensorflow'];
/** The fastest one that is here. */
const AUTO = 'auto';
const CHECKPOINT_USUAL: CheckpointRule = { wallSeconds: 30 };
const THREADS_MAX = 256;
const UNTIL_MAX: Seconds = 9e6;
const UNITS: Readonly<Record<string, Seconds>> = {
  ...{ ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, min: 60, h: 3600, d: 86_400 },
};

/** Checks all options at once. Throws a ScenarioError that carries every problem. */
export function readRunOptions(raw: RawRunOptions): RunOptions {
  const problems: Problem[] = [];
  const read = <T>(text: string | undefined, reader: (text: string) => T | Problem): T | undefined => {
    if (text === undefined) return undefined;
    const result = reader(text);
    if (!isProblem(result)) return result;
    problems.push(result);
    return undefined;
  };
  const options = {
    seed: read(raw.seed, readSeed),
    threads: read(raw.threads, readThreads) ?? availableParallelism(),
    stepTimeout: raw.stepTimeout === 'off' ? Number.POSITIVE_INFINITY : read(raw.stepTimeout, readTimeout),
    overrides: (raw.set ?? []).flatMap((text) => read(text, readOverride) ?? []),
    until: read(raw.until, (text) => readSpan(text)),
    out: read(raw.out, (text) => readFolder(text, '--out')),
    recordEnvironment: read(raw.recordEnvironment, (text) => readFolder(text, '--record-environment')),
    backend: read(raw.backend, readBackend),
    checkpoint: raw.checkpoint === 'off' ? undefined : (read(raw.checkpoint, readRule) ?? CHECKPOINT_USUAL),
  };
  if (problems.length > 0) throw new ScenarioError(problems);
  return options;
}

const isProblem = (result: unknown): result is Problem =>
  typeof result === 'object' && result !== null && 'what' in result;

const invalid = (option: string, text: string, remedy: string): Problem => ({
  what: `invalid ${option}: ${text === '' ? '""' : text}`,
  remedy,
  code: 'OPTION_INVALID',
});

const PORT_MOST = 65_535;

/** The port of the live page; undefined where none was asked for. */
export function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= PORT_MOST) return port;
  throw new ScenarioError(invalid('--port', text, `give a whole number from 1 to ${PORT_MOST}`));
}

function readSeed(text: string): number | Problem {
  const isFine = /^\d+$/.test(text) && Number.isSafeInteger(Number(text));
  return isFine ? Number(text) : invalid('--seed', text, 'give a whole number, 0 or greater');
}

function readThreads(text: string): number | Problem {
  const isFine = /^\d+$/.test(text) && Number(text) <= THREADS_MAX;
  const remedy = `give a whole number from 1, which keeps one core busy, to ${THREADS_MAX}`;
  return isFine ? Number(text) : invalid('--threads', text, remedy);
}

/** `90`, `90s`, `5m`, `250ms`, `2h`: seconds where no unit is given. */
export function readSpan(text: string, option = '--until'): Seconds | Problem {
  const [, number = '', unit = 's'] = /^\s*((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-zµ]+)?\s*$/.exec(text) ?? [];
  const span = number === '' ? Number.NaN : Number(number) * (UNITS[unit] ?? Number.NaN);
  if (span > 0 && span <= UNTIL_MAX) return span;
  return invalid(option, text, 'give a time above 0 and up to 9e6 s, such as 90, 90s, 250ms, 5m or 2h');
}

/** Of your time, in the same form. */
function readTimeout(text: string): Seconds | Problem {
  const span = readSpan(text);
  return typeof span === 'number'
    ? span
    : invalid('--step-timeout', text, 'give a time such as 90s, 10m or 2h, or off');
}

/** `20rounds`, `10s` of virtual time, `wall:30s`. */
function readRule(text: string): CheckpointRule | Problem {
  const [, rounds] = /^([1-9]\d*) ?rounds?$/.exec(text) ?? [];
  if (rounds !== undefined) return { rounds: Number(rounds) };
  const isWall = text.startsWith('wall:');
  const span = readSpan(isWall ? text.slice('wall:'.length) : text);
  if (typeof span === 'number') return isWall ? { wallSeconds: span } : { seconds: span };
  return invalid('--checkpoint', text, 'give 20rounds, 10s of virtual time, wall:30s of your time, or off');
}

function readFolder(text: string, option: string): string | Problem {
  return text.trim() === '' ? invalid(option, text, 'name a folder') : text;
}

const NATIVE_MISSING: Problem = {
  what: 'missing native kernels',
  where: '--backend',
  remedy: 'install a C compiler and run `npm rebuild fadelab`, or use --backend wasm',
  code: 'BACKEND_UNAVAILABLE',
};

function readBackend(text: string): BackendName | Problem {
  const found = text === AUTO ? autoBackend() : BACKENDS.find((each) => each === text);
  if (found === 'native' && !hasNative()) return NATIVE_MISSING;
  if (found !== undefined) return found;
  const remedy = didYouMean(text, BACKENDS) ?? `choose one of ${[AUTO, ...BACKENDS].join(', ')}`;
  return { what: `unknown back end: ${JSON.stringify(text)}`, where: '--backend', remedy, code: 'BACKEND_UNAVAILABLE' };
}

function readOverride(text: string): readonly Override[] | Problem {
  try {
    return readOverrides(text);
  } catch (error) {
    if (error instanceof ScenarioError && error.problems[0] !== undefined) return error.problems[0];
    throw error;
  }
}
