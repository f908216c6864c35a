import { largest } from '../math/extremes.ts';
import type { Claim, Figure, JudgedClaim, Setting } from './claim.ts';
import type { Curve } from './curve.ts';

export type Verdict = 'holds' | 'fails' | 'open';

/** One claim, judged. */
export interface Row {
  readonly id: string;
  readonly claim: string;
  readonly criterion: string;
  /** What was measured, in words; why it is open where nothing was. */
  readonly measured: string;
  /** Seeds behind the means. */
  readonly seeds: number;
  /** The same as numbers, by name; those that are not finite as null. */
  readonly values: Readonly<Record<string, number | null>>;
  readonly verdict: Verdict;
  /** Where the claim has a picture. */
  readonly figure?: Figure;
}

export interface ReproduceOptions {
  /** Runs a setting under a seed; `measuring` makes one of a pool. */
  readonly measure: (setting: Setting, seed: number) => Promise<Curve>;
  /** Seeds 1 … n of each run. */
  readonly seeds: number;
  /** Whether claims that need more seeds get them. */
  readonly isEnough?: boolean;
  /** Told after each run. */
  readonly progress?: (finished: number, all: number) => void;
}

/** Runs what the claims need, each setting under each seed once however many claims ask for it, and judges them. */
export async function reproduce(claims: readonly Claim[], options: ReproduceOptions): Promise<Row[]> {
  const wanted = new Map<string, Wanted>();
  for (const each of claims) {
    if (!('runs' in each)) continue;
    for (const setting of Object.values(each.runs)) {
      const seeds = Math.max(seedsOf(each, setting, options), wanted.get(keyOf(setting))?.seeds ?? 0);
      wanted.set(keyOf(setting), { setting, seeds });
    }
  }
  const curves = await runAll(wanted, options);
  return claims.map((each) => ('runs' in each ? judged(each, curves, options) : open(each)));
}

interface Wanted {
  readonly setting: Setting;
  readonly seeds: number;
}

const seedsOf = (claim: Claim, { once }: Setting, { seeds, isEnough = true }: ReproduceOptions): number => {
  if (once === true) return 1;
  return isEnough ? seeds : Math.max(seeds, claim.seeds ?? 0);
};

const keyOf = ({ scenario, set }: Setting): string => JSON.stringify([scenario, Object.entries(set)]);

async function runAll(wanted: ReadonlyMap<string, Wanted>, { measure, progress }: ReproduceOptions) {
  const all = [...wanted.values()].reduce((sum, { seeds }) => sum + seeds, 0);
  let finished = 0;
  const run = async (setting: Setting, seed: number): Promise<Curve> => {
    const curve = await measure(setting, seed);
    finished++;
    progress?.(finished, all);
    return curve;
  };
  const entries = [...wanted].map(async ([key, { setting, seeds }]) => {
    const runs = Array.from({ length: seeds }, (_, index) => run(setting, index + 1));
    return [key, await Promise.all(runs)] as const;
  });
  return new Map(await Promise.all(entries));
}

function judged(claim: JudgedClaim, curves: ReadonlyMap<string, readonly Curve[]>, options: ReproduceOptions): Row {
  const { runs, judge, ...stated } = claim;
  const measured = Object.entries(runs).map(([name, run]) => {
    return [name, (curves.get(keyOf(run)) ?? []).slice(0, seedsOf(claim, run, options))] as const;
  });
  const { values, holds, note, figure } = judge(Object.fromEntries(measured));
  return {
    ...{ id: stated.id, claim: stated.claim, criterion: stated.criterion },
    measured: [Object.entries(values).map(sayValue).join(' · '), ...(note === undefined ? [] : [note])].join('; '),
    seeds: Math.max(0, largest(Object.values(runs).map((run) => seedsOf(claim, run, options)))),
    values: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
    ),
    verdict: holds ? 'holds' : 'fails',
    ...(figure === undefined ? {} : { figure }),
  };
}

const open = ({ id, claim, criterion, open: reason }: Extract<Claim, { open: string }>): Row => ({
  ...{ id, claim, criterion, seeds: 0, values: {}, verdict: 'open' },
  measured: reason,
});

const DIGITS = 4;

/** `SD [s]` and 3.4104 become `SD 3.41 s`: four significant digits; `never` for a time that never came. */
function sayValue([label, value]: readonly [string, number]): string {
  const [, name = label, unit = ''] = /^(.*) \[(.+)\]$/.exec(label) ?? [];
  if (!Number.isFinite(value)) return `${name} never`;
  return `${name} ${String(Number(value.toPrecision(DIGITS))).replaceAll('-', '−')} ${unit}`.trimEnd();
}
