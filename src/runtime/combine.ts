import type { ModelVersion } from '../event.ts';
import { module } from '../learning/steps.ts';
import type { Step } from '../step.ts';

/** Numbers that are summed sooner than sent to a thread and back. */
const SMALL = 2 ** 17;

/** The step of the mean of servers' models and of how far apart they are; undefined in a timing-only run. */
export function meetStep(models: readonly ModelVersion[], shares: readonly number[]): Step | undefined {
  const step = combineStep(models, shares);
  return step && { ...step, name: 'meetModels' };
}

/** The step of a weighted sum of models; undefined in a timing-only run, where there is nothing to sum. */
export function combineStep(models: readonly ModelVersion[], weights: readonly number[]): Step | undefined {
  const vectors = models.flatMap(({ parameters }) => (parameters === undefined ? [] : [parameters]));
  if (vectors.length === 0) return undefined;
  const isSmall = vectors.length * (vectors[0]?.length ?? 0) <= SMALL;
  return { module, name: 'combineModels', input: { vectors, weights }, isSmall };
}

/** The step of w + Σ weight · model, the first model being w and its weight 1. */
export function sumStep([first, ...rest]: readonly ModelVersion[], weights: readonly number[]): Step | undefined {
  const model = first?.parameters;
  const vectors = rest.flatMap(({ parameters }) => (parameters === undefined ? [] : [parameters]));
  if (model === undefined || vectors.length < rest.length) return undefined;
  return { module, name: 'addToModel', input: { model, vectors, weights: weights.slice(1) } };
}

/** A local update with statistics of what it changes in `model`. */
export const measuredStep = (train: Step, model: ModelVersion): Step => ({
  ...{ module, name: 'trainAndMeasure' },
  input: { train, base: model.parameters },
});
