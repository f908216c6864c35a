import { type RedisPlace, readRedisUrl } from '../cluster/redis-url.ts';
import { type Problem, ScenarioError } from '../errors.ts';
import { type Axis, type Cell, cellsOf, parseAxis } from '../lab/grid.ts';
import { autoBackend } from '../learning/steps.ts';
import type { Over } from '../report/study-charts.ts';
import { type RawRunOptions, type RunOptions, readRunOptions } from './run-options.ts';

/** What commander read, still as text. */
export interface RawLabOptions extends Omit<RawRunOptions, 'seed' | 'quiet'> {
  readonly policy?: readonly string[];
  readonly algorithm?: readonly string[];
  readonly grid?: readonly string[];
  readonly seeds?: string;
  readonly target?: readonly string[];
  readonly chart?: string;
  readonly over?: string;
  readonly shard?: string;
  readonly engine?: string;
}

export interface LabOptions extends Omit<RunOptions, 'seed' | 'backend'> {
  readonly backend: NonNullable<RunOptions['backend']>;
  readonly axes: readonly Axis[];
  readonly cells: readonly Cell[];
  readonly seeds: readonly number[];
  readonly targets: readonly number[];
  readonly over: Over;
  readonly shard: { readonly index: number; readonly of: number };
  /** Where workers are asked, instead of threads of this machine. */
  readonly engine: RedisPlace | undefined;
}

const SEEDS = 5;
const SEEDS_MAX = 100_000;
const SHARDS_MAX = 100_000;

/** Checks all options at once. Throws a ScenarioError that carries every problem. */
export function readLabOptions(raw: RawLabOptions): LabOptions {
  const problems: Problem[] = [];
  const attempt = <T>(read: () => T, otherwise: T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(...error.problems);
      return otherwise;
    }
  };
  const run = attempt(() => readRunOptions(raw), undefined);
  const axes = attempt(() => axesOf(raw), []);
  const cells = attempt(() => cellsOf(axes), []);
  const seeds = attempt(() => readSeeds(raw.seeds ?? String(SEEDS)), []);
  const targets = attempt(() => (raw.target ?? []).map(readTarget), []);
  const over = attempt(() => readOver(raw.over ?? 'time'), 'time');
  const shard = attempt(() => readShard(raw.shard ?? '1/1'), { index: 1, of: 1 });
  const engine = attempt(() => readEngine(raw.engine), undefined);
  if (problems.length > 0 || run === undefined) throw new ScenarioError(problems);
  const { seed: _seed, backend = autoBackend(), ...rest } = run;
  return { ...rest, backend, axes, cells, seeds, targets, over, shard, engine };
}

/** The password may stand in the environment, where lists of programs don't show it. */
export const readEngine = (text: string | undefined): RedisPlace | undefined =>
  text === undefined ? undefined : readRedisUrl(text, process.env.FADELAB_REDIS_PASSWORD);

/** Algorithms, policies and options are all options of the scenario: one axis each, set in this order. */
function axesOf({ algorithm = [], policy = [], grid = [] }: RawLabOptions): Axis[] {
  const named = [
    { path: 'algorithm', values: algorithm },
    { path: 'schedule', values: policy },
  ].filter(({ values }) => values.length > 0);
  return [...named, ...grid.map(parseAxis)];
}

const reject = (option: string, text: string, remedy: string): never => {
  throw new ScenarioError({ what: `invalid ${option}: ${text === '' ? '""' : text}`, remedy, code: 'OPTION_INVALID' });
};

/** `20` means seeds 1 to 20, `5:9` those between, `3,14` these. */
function readSeeds(text: string): number[] {
  const remedy = 'give how many (20), a range (5:9) or a list (3,14,15) of whole numbers';
  if (text === '' || /^0+$/.test(text)) return reject('--seeds', text, remedy);
  const seeds = parseAxis(`seeds=${/^\d+$/.test(text) ? `1:${text}` : text}`).values.map(Number);
  const isFine = seeds.every((each) => Number.isSafeInteger(each) && each >= 0) && new Set(seeds).size === seeds.length;
  return isFine && seeds.length <= SEEDS_MAX ? seeds : reject('--seeds', text, remedy);
}

function readTarget(text: string): number {
  const target = Number(text);
  return target > 0 && target <= 1 ? target : reject('--target', text, 'give an accuracy above 0 and up to 1');
}

function readOver(text: string): Over {
  return text === 'time' || text === 'rounds' || text === 'bits'
    ? text
    : reject('--over', text, 'choose one of time, rounds, bits');
}

function readShard(text: string) {
  const [, index = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  const isFine = index >= 1 && index <= of && of <= SHARDS_MAX;
  return isFine ? { index, of } : reject('--shard', text, 'write which of how many: 1/4 … 4/4');
}
