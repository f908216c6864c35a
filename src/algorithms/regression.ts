import { ScenarioError } from '../errors.ts';
import type { Task } from '../learning/contract.ts';

/** o, outputs of a task that is a linear regression, which is all that random projections of rows can stand for. */
export function outputsOf({ name, rowSizes }: Task, algorithm: string): number {
  if (name === 'least-squares' && rowSizes !== undefined) return rowSizes.labels;
  throw new ScenarioError({
    what: `unsupported task "${name}" for ${algorithm}: codes stand for linear regressions alone`,
    where: 'task',
    remedy: 'pass leastSquares()',
    code: 'OPTION_INVALID',
  });
}
