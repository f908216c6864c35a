import { present } from '../assert.ts';
import { SimulationError } from '../errors.ts';
import type { RowSizes } from '../policies/algorithm.ts';
import type { Step } from '../step.ts';
import type { Bits } from '../units.ts';
import type { WorldPlan } from './plan.ts';

/** A client's raw data, which coded algorithms ask for. */
function rowsOf({ task, algorithm }: WorldPlan, client: number) {
  const rows = task.rows?.(client);
  if (rows !== undefined) return rows;
  throw new SimulationError({
    what: `unsupported task "${task.name}" for the algorithm "${algorithm.name}"`,
    where: 'task',
    remedy: 'pass a task that has rows of a regression, such as leastSquares()',
    code: 'OPTION_INVALID',
  });
}

const sizesOf = ({ count, features, labels }: ReturnType<typeof rowsOf>): RowSizes => ({
  features: features.length / count,
  labels: labels.length / count,
});

/** What a client makes before the first round, as a step, and the work behind it [multiply–accumulates]. */
export function setUpStep(plan: WorldPlan, client: number): { readonly step: Step | undefined; readonly macs: number } {
  const { module, step: name, options, macs } = present(plan.algorithm.setUp, 'set-up');
  const rows = rowsOf(plan, client);
  return {
    step: { module, name, input: { rows, seed: plan.seed, client, options } },
    macs: macs(sizesOf(rows), rows.count),
  };
}

/** Bits of what a client's set-up uploads. */
export function setUpBits(plan: WorldPlan, client: string): Bits {
  const { index } = present(plan.clients.get(client), client);
  return present(plan.algorithm.setUp, 'set-up').bits(sizesOf(rowsOf(plan, index)));
}
