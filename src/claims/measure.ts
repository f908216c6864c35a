import { type TrialResult, trialsOn } from '../lab/trial.ts';
import { autoBackend } from '../learning/steps.ts';
import type { StepPool } from '../runtime/steps.ts';
import type { Override } from '../scenario/override.ts';
import type { Setting } from './claim.ts';
import type { Curve } from './curve.ts';

/** Runs settings of a study's module on the threads of a pool, as `compare` runs its worlds. */
export function measuring(study: string, pool: StepPool): (setting: Setting, seed: number) => Promise<Curve> {
  const run = trialsOn(pool);
  const backend = autoBackend();
  return async (setting, seed) => {
    const source = { module: study, exportName: setting.scenario };
    return curveOf(await run({ source, overrides: overridesOf(setting), seed, backend }));
  };
}

export const overridesOf = ({ set }: Setting): Override[] =>
  Object.entries(set).map(([path, value]) => ({ path, value: String(value) }));

/** What claims look at of a run. */
export const curveOf = ({ summary, curve, air, integrated }: TrialResult): Curve => ({
  rounds: summary.rounds,
  seconds: summary.virtualSeconds,
  points: curve.map(({ round, at, loss, accuracy }) => ({ round, at, loss: loss ?? Number.NaN, accuracy })),
  air,
  integrated,
});
