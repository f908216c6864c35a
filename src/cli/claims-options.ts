import { availableParallelism } from 'node:os';
import type { Claim, Paper } from '../claims/claim.ts';
import { papers } from '../claims/papers.ts';
import { type Problem, ScenarioError } from '../errors.ts';
import { didYouMean } from '../scenario/near-miss.ts';

/** What commander read, still as text. */
export interface RawClaimsOptions {
  readonly fast?: boolean;
  readonly seeds?: string;
  readonly only?: string;
  readonly threads?: string;
  readonly chart?: string;
  readonly json?: boolean;
}

export interface ClaimsOptions {
  readonly claims: readonly Claim[];
  readonly seeds: number;
  /** Whether the number of seeds was asked for: claims that need more don't get them then. */
  readonly isEnough: boolean;
  readonly threads: number;
  /** Where their pictures go. */
  readonly chart: string | undefined;
}

const SEEDS = 3;
const SEEDS_MAX = 1000;
const THREADS_MAX = 256;

/** Checks all options at once. Throws a ScenarioError that carries every problem. */
export function readClaimsOptions(paper: string, raw: RawClaimsOptions): ClaimsOptions {
  const problems: Problem[] = [];
  const whole = (option: string, text: string, least: number, most: number): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    const remedy = `give a whole number from ${least} to ${most}`;
    problems.push({ what: `invalid ${option}: ${text === '' ? '""' : text}`, remedy, code: 'OPTION_INVALID' });
    return least;
  };
  const seeds = whole('--seeds', raw.seeds ?? String(SEEDS), 1, SEEDS_MAX);
  const threads = whole('--threads', raw.threads ?? String(availableParallelism()), 0, THREADS_MAX);
  const claims = chosen(paper, raw, problems);
  if (raw.chart !== undefined && problems.length === 0 && !claims.some(isDrawn))
    problems.push(nothingToDraw(paper, raw));
  if (problems.length > 0) throw new ScenarioError(problems);
  return { claims, threads, seeds, isEnough: raw.seeds !== undefined, chart: raw.chart };
}

const isDrawn = (each: Claim): boolean => 'runs' in each && each.isDrawn === true;

function nothingToDraw(paper: string, { chart, fast }: RawClaimsOptions): Problem {
  const drawn = (papers[paper]?.({ fast: fast === true }) ?? []).filter(isDrawn).map(({ id }) => id);
  const remedy = drawn.length > 0 ? `choose among ${drawn.join(', ')} with --only` : 'leave it out for this paper';
  const what = `invalid --chart: ${JSON.stringify(chart)}, since none of these claims has a picture`;
  return { what, remedy, code: 'OPTION_INVALID' };
}

function chosen(name: string, { fast, only }: RawClaimsOptions, problems: Problem[]): readonly Claim[] {
  const known = Object.keys(papers);
  const paper: Paper | undefined = Object.hasOwn(papers, name) ? papers[name] : undefined;
  if (paper === undefined) {
    const remedy = didYouMean(name, known) ?? `choose one of ${known.join(', ')}`;
    problems.push({ what: `unknown paper: ${JSON.stringify(name)}`, remedy, code: 'OPTION_INVALID' });
    return [];
  }
  const all = paper({ fast: fast === true });
  if (only === undefined) return all;
  const wanted = only.split(',').map((id) => id.trim().toUpperCase());
  for (const id of wanted) {
    if (all.some((each) => each.id === id)) continue;
    const remedy = `choose among ${all.map((each) => each.id).join(', ')}`;
    problems.push({ what: `unknown claim: ${JSON.stringify(id)}`, where: '--only', remedy, code: 'OPTION_INVALID' });
  }
  return all.filter(({ id }) => wanted.includes(id));
}
