import { airTally } from '../lab/air-errors.ts';
import { loadCatalogue, loadScenario } from '../scenario/load-module.ts';
import { type Catalogue, override } from '../scenario/override.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { simulate } from '../scenario/simulate.ts';
import type { Setting } from './claim.ts';
import type { Curve } from './curve.ts';

/** Where compute threads find `measure`. */
export const module = import.meta.url;

export interface MeasureInput {
  /** URL of the study's module. */
  readonly study: string;
  readonly setting: Setting;
  readonly seed: number;
}

/**
 * One run of a study, whole, as a step: many worlds side by side, one per thread, are faster than one world whose many
 * small trainings travel to threads.
 */
export async function measure({ study, setting, seed }: MeasureInput): Promise<Curve> {
  const base = await loadScenario({ module: study, exportName: setting.scenario });
  return curveOf(base, { setting, seed, parts: await loadCatalogue() });
}

export interface CurveOptions {
  readonly setting: Setting;
  readonly seed: number;
  /** Parts that the setting can name. */
  readonly parts: Catalogue;
}

/** One run of a scenario with a setting's options. */
export async function curveOf(base: Scenario, { setting, seed, parts }: CurveOptions): Promise<Curve> {
  const overrides = Object.entries(setting.set).map(([path, value]) => ({ path, value: String(value) }));
  const air = airTally();
  let integrated = 0;
  const { summary, scores } = await simulate(override(base, overrides, parts), {
    seed,
    onFact: (_at, _actor, fact) => {
      air.take(fact);
      if (fact.type === 'models.combined' && fact.skipped === undefined) integrated++;
    },
  });
  return {
    rounds: summary.rounds,
    seconds: summary.virtualSeconds,
    points: scores.map(({ round, at, loss, accuracy }) => ({ round, at, loss, accuracy })),
    air: air.errors(),
    integrated,
  };
}
