import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streams } from '../../dist/src/math/streams.js';
import { inlinePool } from '../../dist/src/runtime/inline-pool.js';
import type { StepPool } from '../../dist/src/runtime/steps.js';
import { replay, resume } from '../../dist/src/scenario/replay.js';
import type { Scenario } from '../../dist/src/scenario/scenario.js';
import { openTrace } from '../../dist/src/trace/reader.js';
import { bare } from '../../dist/src/trace/seal.js';
import { unrulyPool } from '../support/unruly-pool.ts';
import { scenarioOf } from './build.ts';
import { broken, type RecordedFact } from './invariants.ts';
import { chance, pick, type Recipe, scaled, whole } from './recipe.ts';
import { attempt, judged, type Outcome, snapshotAt, stopsLate } from './run.ts';
import type { Catalogue } from './values.ts';

/** What a seed is checked with: real threads are shared, since each takes longer to start than a run. */
export interface Bench {
  readonly catalogue: Catalogue;
  readonly threads: StepPool | undefined;
}
export interface Verdict {
  /** What must not be; undefined where all is well. */
  readonly problem: string | undefined;
  readonly hasRun: boolean;
  readonly events: number;
  /** Why a scenario was refused. */
  readonly refusal?: string;
}

const linesOf = (folder: string) => readFileSync(join(folder, 'trace.ndjson'), 'utf8').split('\n').filter(Boolean);
const factsIn = (folder: string) =>
  linesOf(folder)
    .slice(1)
    .map((text) => JSON.parse(bare(text)) as RecordedFact);

/** Two outcomes of one scenario must be one outcome. */
function differ(name: string, a: Outcome, b: Outcome): string | undefined {
  if (b.is === 'broken') return `${name}: ${b.why}`;
  if (a.is !== b.is) return `${name}: ${a.is}, then ${b.is}${b.is === 'refused' ? `: ${b.why}` : ''}`;
  if (a.is === 'refused')
    return a.why === (b as { why: string }).why ? undefined : `${name}: ${a.why} | ${(b as { why: string }).why}`;
  if (a.is !== 'ended' || b.is !== 'ended') return undefined;
  const [one, other] = [a.simulation.summary.fingerprint, b.simulation.summary.fingerprint];
  if (one.order === other.order && one.values === other.values) return undefined;
  return `${name}: fingerprint ${JSON.stringify(other)} instead of ${JSON.stringify(one)}`;
}

async function replayed(of: Scenario, folder: string): Promise<string | undefined> {
  try {
    const { divergence, isAltered } = await replay(openTrace(folder), { scenario: of });
    if (divergence === undefined && !isAltered) return undefined;
    return `replay: event ${divergence?.index} expected ${divergence?.expected}, actual ${divergence?.actual}`;
  } catch (error) {
    return `replay: ${judged(error).is} ${error instanceof Error ? error.message : ''}`;
  }
}

async function resumed(of: Scenario, killed: string, whole_: string): Promise<string | undefined> {
  if (!existsSync(join(killed, 'trace.ndjson')) || readFileSync(join(killed, 'trace.ndjson')).length === 0)
    return undefined;
  try {
    await resume(killed, { scenario: of, dashboard: stopsLate() });
  } catch (error) {
    return `resume: ${judged(error).is} ${error instanceof Error ? (error.stack ?? error.message) : ''}`;
  }
  const [made, wanted] = [linesOf(killed), linesOf(whole_)];
  if (made.length !== wanted.length) return `resume: ${made.length} lines instead of ${wanted.length}`;
  const at = made.findIndex((text, index) => text !== wanted[index]);
  return at < 0 ? undefined : `resume: line ${at + 1} is ${made[at]} instead of ${wanted[at]}`;
}

/** A world that nothing disturbs goes on to its end. */
function stalls({ faults, options }: Recipe, outcome: Outcome): string | undefined {
  if (outcome.is !== 'ended' || outcome.simulation.cause !== 'drained') return undefined;
  const isDisturbed = faults.length > 0 || 'devices' in options || 'backhaul' in options;
  return isDisturbed ? undefined : 'the run stands still before its end';
}

/** Runs a recipe in every way that must not matter, and says what does. */
export async function check(recipe: Recipe, { catalogue, threads }: Bench): Promise<Verdict> {
  const draw = streams(recipe.seed)('swarm/check').at(0);
  const folder = mkdtempSync(join(tmpdir(), 'fadelab-swarm-'));
  const [out, killed] = [join(folder, 'run'), join(folder, 'killed')];
  const checkpoint = pick(draw, [{ rounds: 1 }, { seconds: scaled(draw, 0.05, 5) }, { wallSeconds: 0.25 }]);
  const killAt = whole(draw, 1, pick(draw, [20, 200, 2000]));
  let events = 0;
  const snapshot = snapshotAt(killAt, out, killed);
  const onFact = (): void => {
    events += 1;
    snapshot();
  };
  const verdict = (problem: string | undefined, outcome: Outcome): Verdict => ({
    ...{ problem, hasRun: outcome.is === 'ended', events },
    ...(outcome.is === 'refused' ? { refusal: outcome.why } : {}),
  });
  try {
    const of = scenarioOf(recipe, catalogue);
    const first = await attempt(of, { pool: inlinePool(), out, checkpoint, onFact });
    if (first.is === 'broken') return verdict(first.why, first);
    const again = () => scenarioOf(recipe, catalogue);
    const unruly = await attempt(again(), { pool: unrulyPool(recipe.seed) });
    let problem = differ('another order of threads', first, unruly);
    if (threads !== undefined && chance(draw, 0.3)) {
      problem ??= differ('threads', first, await attempt(again(), { pool: threads }));
    }
    if (first.is !== 'ended') return verdict(problem, first);
    problem ??= broken(factsIn(out), first.simulation.summary) ?? stalls(recipe, first);
    problem ??= await replayed(again(), out);
    problem ??= await resumed(again(), killed, out);
    const shuffled = await attempt(again(), { pool: inlinePool(), tieBreak: (sequence) => (sequence * 7919) % 10_007 });
    if (shuffled.is === 'broken') problem ??= `shuffled ties: ${shuffled.why}`;
    return verdict(problem, first);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
