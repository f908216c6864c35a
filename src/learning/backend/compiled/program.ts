import { assert, present } from '../../../assert.ts';
import { sizeOf } from '../../../math/shape.ts';
import { sharedFloats } from '../../../math/shared.ts';
import { batchesOf } from '../../batches.ts';
import type {
  FixedJob,
  Model,
  Objective,
  OptimizerState,
  Program,
  Samples,
  TrainJob,
  TrainResult,
} from '../../contract.ts';
import { isPlain, NO_LIMIT } from '../../descent.ts';
import { type Layout, layoutOf } from '../../models/layout.ts';
import type { Aimed, Arena, Engine } from './engine.ts';
import { type MemoryMap, mapMemory, writeMap } from './memory-map.ts';
import { hasParameters } from './operations.ts';
import { writeOperation, writeProgram } from './words.ts';

/**
 * Most samples in a forward pass of an evaluation: more don't fit the cache. And most numbers in its layers, which bounds
 * the memory of large models; far fewer would read all weights for a few images.
 */
const EVALUATION_BATCH = 100;
const EVALUATION_NUMBERS = 2 ** 23;

const LOSSES = { crossEntropy: 0, meanSquaredError: 1 };

/** A model that stays in the memory of an engine. */
interface Resident {
  readonly model: Model;
  readonly layout: Layout;
  readonly engine: Engine;
  readonly arena: Arena;
  /** Samples of a block in an evaluation. */
  readonly block: number;
  map: MemoryMap | undefined;
}

const STILL: OptimizerState = { learningRate: 0, momentum: 0, weightDecay: 0 };

/** Numbers of one sample in all layers. */
const numbersOf = ({ layers }: Layout): number =>
  layers.reduce((sum, { input, output }) => sum + sizeOf(output) + sizeOf(input), 0);

/** Lays the model out for batches of so many samples, unless it already is. */
function layOut(resident: Resident, batch: number, isAnchored: boolean): MemoryMap {
  const { layout, engine, arena, model, map: known } = resident;
  if (known && known.batch >= batch && (known.anchor > 0 || !isAnchored)) return known;
  const most = Math.max(batch, resident.block, known?.batch ?? 0);
  const map = mapMemory(layout, engine, most, isAnchored || (known?.anchor ?? 0) > 0);
  arena.resize(map.words, map.batch, sizeOf(model.inputShape), layout.output[2]);
  writeMap(arena.words, map);
  resident.map = map;
  return map;
}

/** How the memory is made ready. */
interface Mode {
  readonly batch: number;
  /** What a sum of losses is divided by: the samples that a mean is over. */
  readonly divisor: number;
  readonly optimizer: OptimizerState;
  readonly objective: Objective | undefined;
  readonly anchor?: Float32Array | undefined;
  readonly correction?: Float32Array | undefined;
  readonly dropoutSeed?: number;
  /** Parameters stay. */
  readonly onlyGradient?: boolean;
  /** Gradients are collected apart, and start from 0 in each step. */
  readonly apart?: boolean;
  readonly fresh?: boolean;
}

function check({ layout, model }: Resident, parameters: Float32Array, samples: Samples, objective?: Objective): void {
  assert(parameters.length === layout.vectorLength, 'the parameters are those of the compiled model');
  assert(sizeOf(samples.shape) === sizeOf(model.inputShape), 'the samples have the shape of the compiled model');
  const wanted = objective?.targets?.length ?? samples.count * layout.output[2];
  assert(wanted === samples.count * layout.output[2], 'there is a target for each output of each sample');
}

/** Lets the layers' parameters move or stay, and says where the way back ends. */
function freeze({ layout, arena }: Resident, map: MemoryMap, frozen: readonly string[]): void {
  const { list, layers } = map.operations;
  let from = 0;
  let first = list.length;
  for (const [index, { operations }] of layers.entries()) {
    const isFrozen = frozen.includes(present(layout.layers[index], 'layer').name);
    for (let k = from; k < operations; k += 1) {
      writeOperation(arena.words, k, { frozen: isFrozen ? 1 : 0 });
      if (!isFrozen && hasParameters(present(list[k], 'operation'))) first = Math.min(first, k);
    }
    from = operations;
  }
  writeProgram(arena.words, { first });
}

/** Makes the memory ready: parameters, settings, and momentum at rest. */
function load(resident: Resident, parameters: Float32Array, samples: Samples, mode: Mode): MemoryMap {
  const { layout, arena } = resident;
  const { optimizer, objective, anchor, correction } = mode;
  const { learningRate, momentum, weightDecay, proximal = 0, clipNorm = NO_LIMIT, frozen = [] } = optimizer;
  check(resident, parameters, samples, objective);
  const map = layOut(resident, mode.batch, proximal !== 0 || correction !== undefined);
  writeProgram(arena.words, {
    operations: map.operations.list.length,
    batch: mode.batch,
    divisor: mode.divisor,
    isBytes: samples.features instanceof Uint8Array ? 1 : 0,
    loss: LOSSES[objective?.loss ?? 'crossEntropy'],
    hasTargets: objective?.targets ? 1 : 0,
    temperature: objective?.temperature ?? 1,
    learningRate,
    momentum,
    weightDecay,
    proximal,
    clipNorm: clipNorm < NO_LIMIT ? clipNorm : 0,
    hasCorrection: correction ? 1 : 0,
    dropoutSeed: mode.dropoutSeed ?? 0,
    onlyGradient: mode.onlyGradient ? 1 : 0,
    apart: mode.apart ? 1 : 0,
    fresh: mode.fresh ? 1 : 0,
  });
  freeze(resident, map, frozen);
  const { floats } = arena.words;
  floats.set(parameters, map.parameters);
  if (momentum !== 0) floats.fill(0, map.velocity, map.velocity + layout.parameterCount);
  if (mode.apart) floats.fill(0, map.gradient, map.gradient + layout.parameterCount);
  if (proximal !== 0) floats.set((anchor ?? parameters).subarray(0, layout.parameterCount), map.anchor);
  if (correction) floats.set(correction.subarray(0, layout.parameterCount), map.correction);
  return map;
}

const aimed = (samples: Samples, objective: Objective | undefined): Aimed =>
  objective?.targets ? { ...samples, targets: objective.targets } : samples;

function train(resident: Resident, job: TrainJob): TrainResult {
  const { parameters, samples, indices, batch, objective, withNorms, optimizer, anchor, correction, dropoutSeed } = job;
  const batches = batchesOf(indices, batch, job.pass);
  const steps = batches.reduce((sum, each) => sum + each.indices.length / each.batch, 0);
  const apart = !isPlain(job);
  // Less than a pass may be less than a batch.
  const first = sized(batches[0]?.batch ?? batch);
  const mode = { ...first, optimizer, objective, anchor, correction, dropoutSeed, apart, fresh: apart };
  const map = load(resident, parameters, samples, mode);
  const norms = withNorms ? new Float64Array(steps) : undefined;
  let [total, step] = [0, 0];
  for (const [at, each] of batches.entries()) {
    if (at > 0) writeProgram(resident.arena.words, { ...sized(each.batch), dropoutSeed: keyOf(dropoutSeed, at) });
    const count = each.indices.length / each.batch;
    total += resident.arena.train(
      aimed(samples, objective),
      each.indices,
      each.batch,
      norms?.subarray(step, step + count),
    );
    step += count;
  }
  const trained = sharedFloats(parameters.length);
  trained.set(resident.arena.words.floats.subarray(map.parameters, map.parameters + parameters.length));
  return { parameters: trained, loss: steps > 0 ? total / steps : 0, ...(norms ? { norms } : {}) };
}

const sized = (batch: number) => ({ batch, divisor: batch });

/** Steps are numbered anew for batches of another size: they get masks of their own. */
const keyOf = (seed: number, at: number): number => (seed ^ Math.imul(at, 0x9e3779b9)) >>> 0;

function gradient(resident: Resident, { parameters, samples, indices, objective }: FixedJob) {
  const { layout, arena } = resident;
  const hasStatistics = layout.layers.some(({ statistics }) => statistics.length > 0);
  const block = hasStatistics ? indices.length : Math.min(resident.block, indices.length);
  const mode = { optimizer: STILL, objective, divisor: indices.length, onlyGradient: true, apart: true };
  const map = load(resident, parameters, samples, { ...mode, batch: block });
  let loss = 0;
  for (const each of batchesOf(indices, block, undefined)) {
    writeProgram(arena.words, { batch: each.batch });
    loss += arena.train(aimed(samples, objective), each.indices, each.batch);
  }
  const flat = sharedFloats(parameters.length);
  flat.set(arena.words.floats.subarray(map.gradient, map.gradient + layout.parameterCount));
  return { loss, gradient: flat };
}

function sampleNorms(resident: Resident, { parameters, samples, indices, objective }: FixedJob): Float64Array {
  const mode = { optimizer: STILL, objective, divisor: 1, onlyGradient: true, apart: true, fresh: true };
  load(resident, parameters, samples, { ...mode, batch: 1 });
  const norms = new Float64Array(indices.length);
  resident.arena.train(aimed(samples, objective), indices, 1, norms);
  return norms;
}

function evaluate(
  resident: Resident,
  parameters: Float32Array,
  samples: Samples,
  from: number,
  to: number,
  objective: Objective | undefined,
) {
  const batch = Math.max(1, Math.min(resident.block, to - from));
  load(resident, parameters, samples, { batch, divisor: batch, optimizer: STILL, objective });
  return resident.arena.evaluate(aimed(samples, objective), from, to);
}

function outputs(resident: Resident, { parameters, samples, indices }: FixedJob, layer: number): Float32Array {
  const { arena, layout } = resident;
  const block = Math.max(1, Math.min(resident.block, indices.length));
  const map = load(resident, parameters, samples, {
    batch: block,
    divisor: block,
    optimizer: STILL,
    objective: undefined,
  });
  const { operations, output } = present(map.operations.layers[layer], 'layer');
  const size = sizeOf(present(layout.layers[layer], 'layer').output);
  const made = sharedFloats(indices.length * size);
  writeProgram(arena.words, { operations });
  for (let from = 0; from < indices.length; from += block) {
    const own = indices.subarray(from, from + block);
    arena.forward(samples, own);
    made.set(arena.words.floats.subarray(output, output + own.length * size), from * size);
  }
  return made;
}

/** A model as a training program on compiled kernels; its memory is made when it first runs, and kept. */
export function makeProgram(engine: Engine, model: Model): Program {
  const layout = layoutOf(model);
  const block = Math.max(1, Math.min(EVALUATION_BATCH, Math.floor(EVALUATION_NUMBERS / numbersOf(layout))));
  const resident: Resident = { model, layout, engine, arena: engine.open(), block, map: undefined };
  return {
    parameterCount: layout.parameterCount,
    train: (job) => train(resident, job),
    evaluate: (parameters, samples, from, to, objective) =>
      evaluate(resident, parameters, samples, from, to, objective),
    gradient: (job) => gradient(resident, job),
    sampleNorms: (job) => sampleNorms(resident, job),
    outputs: (job, layer) => outputs(resident, job, layer),
  };
}
