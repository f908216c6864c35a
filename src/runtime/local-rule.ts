import type { MemorySlot } from '../event.ts';
import type { LocalWork, Parameters } from '../learning/contract.ts';
import type { Step } from '../step.ts';
import type { Bits } from '../units.ts';
import type { WorldPlan } from './plan.ts';

/** The step of a local update: the algorithm's own where it has one, else the task's; undefined where nothing is trained. */
export function trainStep(
  { algorithm: { local }, task }: WorldPlan,
  work: LocalWork,
  memory: readonly MemorySlot[],
): Step | undefined {
  if (local === undefined) return task.train(work);
  return local.step({
    ...work,
    memory: memory.map(({ slot, model }) => ({ slot, parameters: model.parameters as Parameters })),
  });
}

/** Size of a model on its way to a client: with its control variate, if it has one. */
export const modelBits = ({ task, algorithm }: Pick<WorldPlan, 'task' | 'algorithm'>): Bits =>
  algorithm.server?.control === undefined ? task.modelBits : 2 * task.modelBits;

/** Size of an update, which brings its control variate back. */
export const updateBits = (plan: Pick<WorldPlan, 'task' | 'algorithm'>): Bits =>
  plan.algorithm.local?.bits ?? modelBits(plan);
