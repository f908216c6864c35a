import type { ModelVersion } from '../event.ts';
import type { Parameters } from '../learning/contract.ts';
import { module } from '../learning/steps.ts';
import type { Step } from '../step.ts';
import { allAwaitedBy, hasNumbers } from './later-model.ts';
import type { Work } from './results.ts';

/** Numbers that are summed sooner than sent to a thread and back. */
const SMALL = 2 ** 17;

/** The mean of servers' models and how far apart they are; undefined in a timing-only run. */
export const meet = (models: readonly ModelVersion[], shares: readonly number[]): Work | undefined =>
  meanOf('meetModels', models, shares);

/** A weighted mean of models; undefined in a timing-only run, where there is nothing to sum. */
export const combine = (models: readonly ModelVersion[], weights: readonly number[]): Work | undefined =>
  meanOf('combineModels', models, weights);

function meanOf(name: string, models: readonly ModelVersion[], weights: readonly number[]): Work | undefined {
  if (!models.some(hasNumbers)) return undefined;
  const make = (): Step => {
    const vectors = vectorsOf(models);
    const isSmall = vectors.length * (vectors[0]?.length ?? 0) <= SMALL;
    return { module, name, input: { vectors, weights }, isSmall };
  };
  return { needs: allAwaitedBy(models), make };
}

/** w + Σ weight · model, the first model being w and its weight 1. */
export function sum(models: readonly ModelVersion[], weights: readonly number[]): Work | undefined {
  const [first, ...rest] = models;
  if (first === undefined || !models.every(hasNumbers)) return undefined;
  const make = (): Step => {
    const input = { model: first.parameters, vectors: vectorsOf(rest), weights: weights.slice(1) };
    return { module, name: 'addToModel', input };
  };
  return { needs: allAwaitedBy(models), make };
}

/** A local update with statistics of what it changes in `model`. */
export const measuredStep = ({ common, ...train }: Step, model: ModelVersion): Step => ({
  ...{ module, name: 'trainAndMeasure' },
  input: { train, base: model.parameters },
  ...(common === undefined ? {} : { common }),
});

const vectorsOf = (models: readonly ModelVersion[]): Parameters[] =>
  models.flatMap(({ parameters }) => (parameters === undefined ? [] : [parameters]));
