import { z } from 'zod';
import { present } from '../assert.ts';
import { ScenarioError } from '../errors.ts';
import { power } from '../math/power.ts';
import { sharedDoubles } from '../math/shared.ts';
import { part } from '../part.ts';
import type { LocalWork, Task, TaskPlan } from './contract.ts';
import { digest } from './digest.ts';
import { type EvaluateQuadraticInput, module, type QuadraticObjective, type TrainQuadraticInput } from './steps.ts';

const finite = z.number();
const BITS_PER_PARAMETER = 64;

const options = z.strictObject({
  targets: z
    .array(z.union([finite, z.array(finite).min(1)]))
    .min(1)
    .describe('c_i of each client: a number, or a vector of one length for all'),
  curvatures: z
    .union([z.number().positive(), z.array(z.number().positive())])
    .default(1)
    .describe('a_i: one for all, or one of each client'),
  samples: z
    .union([z.int().positive(), z.array(z.int().positive())])
    .default(1)
    .describe('|S_i|: one for all, or one of each client'),
  learningRate: z.number().positive().default(0.1).describe('η'),
  decay: z.number().positive().max(1).default(1).describe('factor on η from round to round'),
  halving: z.number().positive().default(Number.POSITIVE_INFINITY).describe('t₀ of an inverse schedule 1/(1 + t/t₀)'),
  start: finite.default(0).describe('initial value of each parameter'),
  batchSize: z.int().positive().default(1).describe('samples of a local step, for timing only'),
  modelBits: z.int().positive().optional().describe('size on the air, bit; 64 per parameter by default'),
  macsPerSample: z.number().positive().optional().describe('multiply–accumulates; one per parameter by default'),
});

type Options = z.output<typeof options>;

function refuse(what: string, option: string, remedy: string): never {
  throw new ScenarioError({
    what: `invalid quadratic: ${what}`,
    where: `task.${option}`,
    remedy,
    code: 'OPTION_INVALID',
  });
}

/** One value for each client, from a list or from one value for all. */
function forEachClient(value: number | readonly number[], clients: number, option: string): readonly number[] {
  const values = typeof value === 'number' ? new Array<number>(clients).fill(value) : value;
  if (values.length !== clients) refuse(`${values.length} values for ${clients} clients`, option, 'pass one of each');
  return values;
}

function objectivesOf({ targets, curvatures }: Options, clients: number): QuadraticObjective[] {
  if (targets.length !== clients)
    refuse(`${targets.length} values for ${clients} clients`, 'targets', 'pass one of each');
  const vectors = targets.map((target) => (typeof target === 'number' ? [target] : target));
  const dimensions = present(vectors[0], 'target').length;
  const odd = vectors.findIndex((target) => target.length !== dimensions);
  if (odd >= 0) refuse(`target ${odd} of length ${vectors[odd]?.length}`, 'targets', `pass vectors of ${dimensions}`);
  const each = forEachClient(curvatures, clients, 'curvatures');
  return vectors.map((target, client) => ({ target, curvature: present(each[client], 'curvature') }));
}

function prepare(checked: Options, clients: number): Task {
  const objectives = objectivesOf(checked, clients);
  const counts = forEachClient(checked.samples, clients, 'samples');
  const total = counts.reduce((sum, count) => sum + count, 0);
  const weights = counts.map((count) => count / total);
  const dimensions = present(objectives[0], 'objective').target.length;
  const parameters = sharedDoubles(dimensions).fill(checked.start);
  const start = { parameters, digest: digest(parameters) };
  const learningRate = (round: number) =>
    (checked.learningRate * power(checked.decay, round - 1)) / (1 + (round - 1) / checked.halving);
  const trainInput = ({ client, steps, round, parameters: from, control }: LocalWork): TrainQuadraticInput => ({
    ...present(objectives[client], `objective of client ${client}`),
    parameters: from,
    learningRate: learningRate(round),
    steps,
    ...(control ? { control } : {}),
  });
  const evaluateInput = (at: EvaluateQuadraticInput['parameters']) => ({ parameters: at, objectives, weights });
  return {
    name: 'quadratic',
    parameterCount: dimensions,
    modelBits: checked.modelBits ?? BITS_PER_PARAMETER * dimensions,
    macsPerSample: checked.macsPerSample ?? dimensions,
    batchSize: checked.batchSize,
    sampleCounts: counts,
    primaryClasses: counts.map(() => 0),
    facts: { learningRate: checked.learningRate, dimensions },
    ...{ learningRate, initial: () => start },
    train: (work) => ({ module, name: 'trainQuadratic', input: trainInput(work) }),
    evaluate: (at) => ({
      shards: [{ module, name: 'evaluateQuadratic', input: evaluateInput(at) }],
      combine: ([output]) => ({ accuracy: 0, loss: (output as { loss: number }).loss }),
    }),
  };
}

/**
 * Quadratic objectives with full gradients, exact in 64 bits and without randomness: whole runs have closed forms.
 *
 *   F_i(w) = ½ a_i ‖w − c_i‖²,   F(w) = Σ_i (|S_i| / |S|) F_i(w)
 *
 * A score's loss is F; there is nothing to classify, so its accuracy is 0.
 */
export const quadratic = part(
  'task',
  'quadratic',
  options,
  (checked): TaskPlan => ({
    prepare: async ({ clients }) => prepare(checked, clients),
  }),
);
