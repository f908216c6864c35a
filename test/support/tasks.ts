import type { LocalUpdate, Task, TaskPlan, Parameters as Vector } from '../../src/learning/contract.ts';
import * as steps from '../../src/learning/steps.ts';
import { streams } from '../../src/math/streams.ts';
import { type Part, realise } from '../../src/part.ts';
import { inputOf, type Step } from '../../src/step.ts';

export const prepare = (task: Part<TaskPlan>, clients: number, seed = 1): Promise<Task> =>
  realise<TaskPlan>(task).prepare({
    clients,
    seed,
    draws: (name) => streams(seed)(name).at(0),
    backend: 'tensorflow',
  });

/** Runs a step here, as a compute thread would: its input goes through a structured clone. */
export async function run<Output>(step: Step | undefined): Promise<Output> {
  if (step?.module !== steps.module) throw new Error('a step of src/learning/steps.ts');
  const compute = (steps as unknown as Record<string, (input: unknown) => Promise<Output>>)[step!.name]!;
  return compute(structuredClone(inputOf(step!)));
}

export const mean = async (vectors: Vector[], weights: number[]) =>
  (await steps.combineModels({ vectors, weights })).parameters;

/** Local updates of all clients from the models of their servers. */
export const updates = (task: Task, from: Vector[], round: number, localSteps: number) =>
  Promise.all(
    from.map(async (parameters, client) => {
      const work = { client, round, firstStep: (round - 1) * localSteps, steps: localSteps, parameters };
      return (await run<LocalUpdate>(task.train(work))).parameters;
    }),
  );
