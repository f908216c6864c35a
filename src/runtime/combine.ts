import type { ModelVersion } from '../event.ts';
import { module } from '../learning/steps.ts';
import type { Step } from '../step.ts';

/** The step of a weighted sum of models; undefined in a timing-only run, where there is nothing to sum. */
export function combineStep(models: readonly ModelVersion[], weights: readonly number[]): Step | undefined {
  const vectors = models.flatMap(({ parameters }) => (parameters === undefined ? [] : [parameters]));
  return vectors.length === 0 ? undefined : { module, name: 'combineModels', input: { vectors, weights } };
}
