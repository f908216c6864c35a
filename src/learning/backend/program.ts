import { assert, present } from '../../assert.ts';
import { sizeOf } from '../../math/shape.ts';
import { sharedFloats } from '../../math/shared.ts';
import { stepsOf } from '../batches.ts';
import type { FixedJob, Model, Program, Samples, TrainJob, TrainResult } from '../contract.ts';
import { descentOf } from '../descent.ts';
import { type Layout, layoutOf } from '../models/layout.ts';
import { type Batch, gatherBatch } from './gather.ts';
import type { Forward, LayerProgram, Pass, Toolkit } from './layer-program.ts';
import { layerProgram } from './layers.ts';
import { scoreBatch } from './loss.ts';
import { fromArray } from './matrix.ts';
import { moveStatistics } from './normalization.ts';
import { type AllWeights, loadWeights, unloadWeights } from './weights.ts';

/** Most samples in a forward pass of an evaluation, and most numbers in its widest layer: more don't fit the cache. */
const EVALUATION_BATCH = 256;
const EVALUATION_NUMBERS = 2 ** 19;

interface Network {
  readonly toolkit: Toolkit;
  readonly layout: Layout;
  readonly programs: readonly LayerProgram[];
}

function forward({ toolkit, programs }: Network, features: Float32Array, pass: Pass, weights: AllWeights): Forward[] {
  const trail: Forward[] = [];
  let values = fromArray(toolkit.tf, features);
  for (const [index, program] of programs.entries()) {
    const step = program(values, pass, weights[index]);
    trail.push(step);
    values = step.output;
  }
  return trail;
}

/** Gradients of all layers, from ∂ℓ/∂logits back to the first layer that has parameters. */
function backward({ toolkit, layout }: Network, trail: readonly Forward[], logitGradient: Float32Array): AllWeights {
  const gradients: AllWeights = trail.map(() => undefined);
  const first = layout.layers.findIndex(({ blocks }) => blocks.length > 0);
  let gradient = fromArray(toolkit.tf, logitGradient);
  for (let index = trail.length - 1; index >= first; index -= 1) {
    const back = trail[index]!.backward(gradient);
    gradients[index] = back.parameters;
    if (index > first) gradient = back.input();
  }
  return gradients;
}

/** Losses of a batch over a divisor, the samples that a mean is over, and the gradient of that. */
function differentiate(network: Network, batch: Batch, weights: AllWeights, divisor: number, pass: Pass) {
  const trail = forward(network, batch.features, pass, weights);
  const logits = trail.at(-1)!.output.array();
  const logitGradient = new Float32Array(logits.length);
  const { lossSum } = scoreBatch(logits, batch, divisor, logitGradient);
  return { loss: lossSum / divisor, gradients: backward(network, trail, logitGradient), trail };
}

/** Moves the running statistics in a flat vector towards the moments of a batch. */
function track({ layout }: Network, trail: readonly Forward[], flat: Float32Array): void {
  for (const [index, { moments }] of trail.entries()) if (moments) moveStatistics(layout.layers[index]!, moments, flat);
}

function train(network: Network, job: TrainJob): TrainResult {
  const { samples, indices, batch, dropoutSeed, withNorms, objective } = job;
  const { layout, toolkit } = network;
  const batches = stepsOf(indices, batch, job.pass);
  const steps = batches.length;
  const trained = sharedFloats(layout.vectorLength);
  trained.set(job.parameters);
  const norms = withNorms ? new Float64Array(steps) : undefined;
  const descend = descentOf(layout, job);
  let total = 0;
  for (const [step, own] of batches.entries()) {
    toolkit.tf.tidy(() => {
      const drawn = gatherBatch(samples, own, objective);
      const weights = loadWeights(toolkit.tf, layout, trained);
      const pass: Pass = { batch: own.length, dropout: { seed: dropoutSeed, step } };
      const { loss, gradients, trail } = differentiate(network, drawn, weights, own.length, pass);
      total += loss;
      track(network, trail, trained);
      const norm = descend(trained, unloadWeights(layout, gradients, new Float32Array(layout.vectorLength)));
      if (norms) norms[step] = norm;
    });
  }
  return { parameters: trained, loss: steps > 0 ? total / steps : 0, ...(norms ? { norms } : {}) };
}

/** Numbers per sample in the widest layer, the patches of convolutions counted. */
const widestOf = ({ layers }: Layout): number =>
  layers.reduce((most, { input, output, blocks: [kernel] }) => {
    const patches = (output[0] * output[1] * (kernel?.length ?? 0)) / output[2];
    return Math.max(most, sizeOf(input), sizeOf(output), patches);
  }, 1);

/** Takes samples through the network in blocks that fit the cache, with its running statistics. */
function inBlocks(
  network: Network,
  { parameters, samples, indices, objective }: FixedJob,
  visit: (trail: readonly Forward[], batch: Batch) => void,
): void {
  const { tf } = network.toolkit;
  const most = Math.max(1, Math.min(EVALUATION_BATCH, Math.floor(EVALUATION_NUMBERS / widestOf(network.layout))));
  tf.tidy(() => {
    const weights = loadWeights(tf, network.layout, parameters);
    for (let first = 0; first < indices.length; first += most) {
      const drawn = gatherBatch(samples, indices.subarray(first, first + most), objective);
      const pass: Pass = { batch: drawn.labels.length, running: parameters };
      tf.tidy(() => visit(forward(network, drawn.features, pass, weights), drawn));
    }
  });
}

function evaluate(network: Network, job: FixedJob) {
  const sums = { correct: 0, lossSum: 0 };
  inBlocks(network, job, (trail, batch) => {
    const { correct, lossSum } = scoreBatch(trail.at(-1)!.output.array(), batch);
    sums.correct += correct;
    sums.lossSum += lossSum;
  });
  return sums;
}

function outputs(network: Network, job: FixedJob, layer: number): Float32Array {
  const size = sizeOf(present(network.layout.layers[layer], 'layer').output);
  const made = sharedFloats(size * job.indices.length);
  let at = 0;
  inBlocks(network, job, (trail) => {
    const values = trail[layer]!.output.array();
    made.set(values, at);
    at += values.length;
  });
  return made;
}

function gradient({ toolkit, ...network }: Network, { parameters, samples, indices, objective }: FixedJob) {
  const { layout } = network;
  const flat = sharedFloats(layout.vectorLength);
  let loss = 0;
  toolkit.tf.tidy(() => {
    const weights = loadWeights(toolkit.tf, layout, parameters);
    const batch = indices.length;
    const made = differentiate({ toolkit, ...network }, gatherBatch(samples, indices, objective), weights, batch, {
      batch,
    });
    unloadWeights(layout, made.gradients, flat);
    loss = made.loss;
  });
  return { loss, gradient: flat };
}

const sampleNorms = (network: Network, job: FixedJob): Float64Array =>
  Float64Array.from(job.indices, (index) =>
    Math.sqrt(
      gradient(network, { ...job, indices: Uint32Array.of(index) }).gradient.reduce((sum, g) => sum + g * g, 0),
    ),
  );

/**
 * A model as a training program on the active TensorFlow.js back end. Products run on the back end; gathering, windows,
 * masks and the loss are loops over arrays, which cost less than the kernel calls they replace.
 */
export function makeProgram(toolkit: Toolkit, model: Model): Program {
  const layout = layoutOf(model);
  const programs = layout.layers.map((each, index) => layerProgram(toolkit, each, index));
  const network: Network = { toolkit, layout, programs };
  const check = <Job extends { readonly parameters: Float32Array; readonly samples: Samples }>(job: Job): Job => {
    assert(job.parameters.length === layout.vectorLength, 'the parameters are those of the compiled model');
    assert(sizeOf(job.samples.shape) === sizeOf(model.inputShape), 'the samples have the shape of the compiled model');
    return job;
  };
  return {
    parameterCount: layout.parameterCount,
    train: (job) => train(network, check(job)),
    evaluate: (parameters, samples, from, to, objective) => {
      const indices = Uint32Array.from({ length: to - from }, (_, j) => from + j);
      return evaluate(network, check({ parameters, samples, indices, ...(objective ? { objective } : {}) }));
    },
    gradient: (job) => gradient(network, check(job)),
    sampleNorms: (job) => sampleNorms(network, check(job)),
    outputs: (job, layer) => outputs(network, check(job), layer),
  };
}
