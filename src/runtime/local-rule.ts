import { present } from '../assert.ts';
import type { MemorySlot, ModelVersion } from '../event.ts';
import type { LocalWork, Parameters } from '../learning/contract.ts';
import type { Step } from '../step.ts';
import type { Bits } from '../units.ts';
import { measuredStep } from './combine.ts';
import { allAwaitedBy, plain } from './later-model.ts';
import type { PlannedWork, WorldPlan } from './plan.ts';
import type { Work } from './results.ts';
import { checkLoss, checkModel } from './step-output.ts';

/** The step of a local update: the algorithm's own where it has one, else the task's; undefined where nothing is trained. */
function trainStep(
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

/** What a client is to do with the numbers of its model. */
export function workOn(planned: PlannedWork, parameters: Parameters): LocalWork {
  const { client, round, firstStep, steps, passes, control, withNorms } = planned;
  const work: LocalWork = { client, round, firstStep, steps, parameters };
  if (passes === undefined && control === undefined && withNorms === undefined) return work;
  return { ...work, ...(passes && { passes }), ...(control && { control }), ...(withNorms && { withNorms }) };
}

/** Whether updates tell of themselves what policies or the air want to know. */
export const wantsStatistics = ({ algorithm: { uplink } }: WorldPlan): boolean =>
  uplink?.medium === 'air' || uplink?.statistics === true;

const NO_MODEL: ModelVersion = { parameters: undefined, digest: '-' };

/** A local update of a model that may still be on its way. */
export function training(plan: WorldPlan, client: string, planned: PlannedWork, memory: readonly MemorySlot[]): Work {
  const { model } = planned;
  const make = () => {
    const step = trainStep(plan, workOn(planned, present(model.parameters, 'parameters')), memory);
    return step && wantsStatistics(plan) ? measuredStep(step, model) : step;
  };
  // Who has nothing to do gives back what it got.
  const otherwise = () => ({ ...plain(model), loss: Number.NaN });
  const models = memory.length === 0 ? [model] : [model, ...memory.map((each) => each.model)];
  const check = (output: unknown): void => {
    const source = { what: 'local update', where: `${client}, round ${planned.round}`, base: model };
    // What a rule of the algorithm's own hands over need be no model, and have no loss.
    const isOwn = plan.algorithm.local !== undefined;
    checkModel(output, isOwn ? { ...source, base: NO_MODEL } : source);
    if (!isOwn && !plan.allowsDivergence) checkLoss(output, source);
  };
  return { needs: allAwaitedBy(models), make, otherwise, check };
}

/** Size of a model on its way to a client: with its control variate, if it has one. */
export const modelBits = ({ task, algorithm }: Pick<WorldPlan, 'task' | 'algorithm'>): Bits =>
  algorithm.server?.control === undefined ? task.modelBits : 2 * task.modelBits;

/** Size of an update, which brings its control variate back. */
export const updateBits = (plan: Pick<WorldPlan, 'task' | 'algorithm'>): Bits =>
  plan.algorithm.local?.bits ?? modelBits(plan);
