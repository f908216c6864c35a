import type { StepPool } from '../runtime/steps.ts';
import type { Claim, JudgedClaim, Setting } from './claim.ts';
import type { Curve } from './curve.ts';
import { type MeasureInput, module } from './measure.ts';

export type Verdict = 'holds' | 'fails' | 'open';

/** One claim, judged. */
export interface Row {
  readonly id: string;
  readonly claim: string;
  readonly criterion: string;
  /** What was measured, in words; why it is open where nothing was. */
  readonly measured: string;
  /** The same as numbers, by name; those that are not finite as null. */
  readonly values: Readonly<Record<string, number | null>>;
  readonly verdict: Verdict;
}

export interface ReproduceOptions {
  /** Runs a setting under a seed; `measuring` makes one of a pool. */
  readonly measure: (setting: Setting, seed: number) => Promise<Curve>;
  readonly seeds: readonly number[];
  /** Told after each run. */
  readonly progress?: (finished: number, all: number) => void;
}

/** Runs on the threads of a pool, one whole run per thread at a time. */
export const measuring =
  (study: string, pool: StepPool) =>
  (setting: Setting, seed: number): Promise<Curve> => {
    const curve = pool.run({ module, name: 'measure', input: { study, setting, seed } satisfies MeasureInput });
    pool.flush();
    return curve as Promise<Curve>;
  };

/** Runs what the claims need, each setting once however many claims ask for it, and judges them. */
export async function reproduce(claims: readonly Claim[], options: ReproduceOptions): Promise<Row[]> {
  const settings = new Map(
    claims.flatMap((each) => ('runs' in each ? Object.values(each.runs).map((run) => [keyOf(run), run] as const) : [])),
  );
  const curves = await runAll(settings, options);
  return claims.map((each) => ('runs' in each ? judged(each, curves) : open(each)));
}

const keyOf = ({ scenario, set }: Setting): string => JSON.stringify([scenario, Object.entries(set)]);

async function runAll(settings: ReadonlyMap<string, Setting>, { measure, seeds, progress }: ReproduceOptions) {
  const seedsOf = ({ once }: Setting) => (once === true ? seeds.slice(0, 1) : seeds);
  const all = [...settings.values()].reduce((sum, setting) => sum + seedsOf(setting).length, 0);
  let finished = 0;
  const run = async (setting: Setting, seed: number): Promise<Curve> => {
    const curve = await measure(setting, seed);
    finished++;
    progress?.(finished, all);
    return curve;
  };
  const entries = [...settings].map(
    async ([key, setting]) => [key, await Promise.all(seedsOf(setting).map((seed) => run(setting, seed)))] as const,
  );
  return new Map(await Promise.all(entries));
}

function judged({ runs, judge, ...stated }: JudgedClaim, curves: ReadonlyMap<string, readonly Curve[]>): Row {
  const measured = Object.entries(runs).map(([name, run]) => [name, curves.get(keyOf(run)) ?? []] as const);
  const { values, holds, note } = judge(Object.fromEntries(measured));
  return {
    ...{ id: stated.id, claim: stated.claim, criterion: stated.criterion },
    measured: [Object.entries(values).map(sayValue).join(' · '), ...(note === undefined ? [] : [note])].join('; '),
    values: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
    ),
    verdict: holds ? 'holds' : 'fails',
  };
}

const open = ({ id, claim, criterion, open: reason }: Extract<Claim, { open: string }>): Row => ({
  ...{ id, claim, criterion, values: {}, verdict: 'open' },
  measured: reason,
});

const DIGITS = 4;

/** `SD [s]` and 3.4104 become `SD 3.41 s`: four significant digits; `never` for a time that never came. */
function sayValue([label, value]: readonly [string, number]): string {
  const [, name = label, unit = ''] = /^(.*) \[(.+)\]$/.exec(label) ?? [];
  if (!Number.isFinite(value)) return `${name} never`;
  return `${name} ${String(Number(value.toPrecision(DIGITS))).replaceAll('-', '−')} ${unit}`.trimEnd();
}
