import { assert } from '../../../assert.ts';
import type { Model, OptimizerState, Program, Samples, TrainJob, TrainResult } from '../../contract.ts';
import { type Layout, layoutOf } from '../../models/layout.ts';
import { sizeOf } from '../../models/plan.ts';
import type { Arena, Engine } from './engine.ts';
import { type MemoryMap, mapMemory, writeMap } from './memory-map.ts';
import { writeProgram } from './words.ts';

/**
 * Most samples in a forward pass of an evaluation: more don't fit the cache. And most numbers in its layers, which bounds
 * the memory of large models; far fewer would read all weights for a few images.
 */
const EVALUATION_BATCH = 100;
const EVALUATION_NUMBERS = 2 ** 23;

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

const shared = (length: number): Float32Array => new Float32Array(new SharedArrayBuffer(4 * length));

/** Lays the model out for batches of so many samples, unless it already is. */
function layOut(resident: Resident, batch: number): MemoryMap {
  if (resident.map && resident.map.batch >= batch) return resident.map;
  const { layout, engine, arena, model } = resident;
  const map = mapMemory(layout, engine, Math.max(batch, resident.block));
  arena.resize(map.words, map.batch, sizeOf(model.inputShape));
  writeMap(arena.words, map);
  resident.map = map;
  return map;
}

interface Mode {
  readonly batch: number;
  readonly optimizer: OptimizerState;
  readonly dropoutSeed: number;
  readonly onlyGradient: boolean;
}

/** Makes the memory ready: parameters, settings, and momentum at rest. */
function load(resident: Resident, parameters: Float32Array, samples: Samples, mode: Mode): MemoryMap {
  const { layout, arena, model } = resident;
  assert(parameters.length === layout.vectorLength, 'the parameters are those of the compiled model');
  assert(sizeOf(samples.shape) === sizeOf(model.inputShape), 'the samples have the shape of the compiled model');
  const map = layOut(resident, mode.batch);
  const { learningRate, momentum, weightDecay } = mode.optimizer;
  writeProgram(arena.words, {
    batch: mode.batch,
    isBytes: samples.features instanceof Uint8Array ? 1 : 0,
    ...{ learningRate, momentum, weightDecay },
    dropoutSeed: mode.dropoutSeed,
    onlyGradient: mode.onlyGradient ? 1 : 0,
  });
  const { floats } = arena.words;
  floats.set(parameters, map.parameters);
  if (mode.onlyGradient || momentum !== 0) floats.fill(0, map.velocity, map.velocity + layout.parameterCount);
  return map;
}

function train(resident: Resident, { parameters, samples, indices, batch, ...job }: TrainJob): TrainResult {
  const steps = indices.length / batch;
  assert(Number.isInteger(steps), 'a training job has whole batches');
  const { optimizer, dropoutSeed } = job;
  const map = load(resident, parameters, samples, { batch, optimizer, dropoutSeed, onlyGradient: false });
  const total = steps > 0 ? resident.arena.train(samples, indices, batch) : 0;
  const trained = shared(parameters.length);
  trained.set(resident.arena.words.floats.subarray(map.parameters, map.parameters + parameters.length));
  return { parameters: trained, loss: steps > 0 ? total / steps : 0 };
}

function gradient(resident: Resident, parameters: Float32Array, samples: Samples, indices: Uint32Array) {
  const batch = indices.length;
  const map = load(resident, parameters, samples, { batch, optimizer: STILL, dropoutSeed: 0, onlyGradient: true });
  const loss = resident.arena.train(samples, indices, batch);
  const flat = shared(parameters.length);
  const { parameterCount } = resident.layout;
  flat.set(resident.arena.words.floats.subarray(map.velocity, map.velocity + parameterCount));
  return { loss, gradient: flat };
}

function evaluate(resident: Resident, parameters: Float32Array, samples: Samples, from: number, to: number) {
  const batch = Math.max(1, Math.min(resident.block, to - from));
  load(resident, parameters, samples, { batch, optimizer: STILL, dropoutSeed: 0, onlyGradient: false });
  return resident.arena.evaluate(samples, from, to);
}

/** A model as a training program on compiled kernels; its memory is made when it first runs, and kept. */
export function makeProgram(engine: Engine, model: Model): Program {
  const layout = layoutOf(model);
  const block = Math.max(1, Math.min(EVALUATION_BATCH, Math.floor(EVALUATION_NUMBERS / numbersOf(layout))));
  const resident: Resident = { model, layout, engine, arena: engine.open(), block, map: undefined };
  return {
    parameterCount: layout.parameterCount,
    train: (job) => train(resident, job),
    evaluate: (parameters, samples, from, to) => evaluate(resident, parameters, samples, from, to),
    gradient: (parameters, samples, indices) => gradient(resident, parameters, samples, indices),
  };
}
