import { assert } from '../../assert.ts';
import type { Model, Program, Samples, TrainJob, TrainResult } from '../contract.ts';
import { type Layout, layoutOf } from '../models/layout.ts';
import { sizeOf } from '../models/plan.ts';
import { type Batch, gatherBatch } from './gather.ts';
import type { Forward, LayerProgram, Pass, Toolkit } from './layer-program.ts';
import { layerProgram } from './layers.ts';
import { softmaxCrossEntropy } from './loss.ts';
import { fromArray } from './matrix.ts';
import { moveStatistics } from './normalization.ts';
import { type AllWeights, combineWeights, loadWeights, unloadWeights } from './weights.ts';

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

/** Loss of a batch and the gradient of `scale` times its mean. */
function differentiate(network: Network, batch: Batch, weights: AllWeights, scale: number, pass: Pass) {
  const trail = forward(network, batch.features, pass, weights);
  const logits = trail.at(-1)!.output.array();
  const logitGradient = new Float32Array(logits.length);
  const { lossSum } = softmaxCrossEntropy(logits, batch.labels, logitGradient);
  if (scale !== 1) for (let j = 0; j < logitGradient.length; j += 1) logitGradient[j]! *= scale;
  return { loss: lossSum / pass.batch, gradients: backward(network, trail, logitGradient), trail };
}

/** Moves the running statistics in a flat vector towards the moments of a batch. */
function track({ layout }: Network, trail: readonly Forward[], flat: Float32Array): void {
  for (const [index, { moments }] of trail.entries()) if (moments) moveStatistics(layout.layers[index]!, moments, flat);
}

interface State {
  readonly weights: AllWeights;
  /** η v of the momentum update; undefined before the first step and without momentum. */
  readonly velocity: AllWeights | undefined;
}

/**
 * One step of sgd on gradients that already carry the factor η, which is constant during a job:
 * u ← μ u + η (g + λ w),   w ← w − u.
 */
function descend({ toolkit: { tf } }: Network, job: TrainJob, { weights, velocity }: State, scaled: AllWeights): State {
  const { learningRate, momentum, weightDecay } = job.optimizer;
  let change = scaled;
  if (weightDecay > 0) {
    change = combineWeights(change, weights, (g, w) => tf.add(g, tf.mul(w, tf.scalar(learningRate * weightDecay))));
  }
  if (velocity) change = combineWeights(change, velocity, (g, v) => tf.add(g, tf.mul(v, tf.scalar(momentum))));
  return {
    weights: combineWeights(weights, change, (w, u) => tf.sub(w, u)),
    velocity: momentum > 0 ? change : undefined,
  };
}

function train(network: Network, job: TrainJob): TrainResult {
  const { samples, indices, batch, dropoutSeed } = job;
  const { tf } = network.toolkit;
  const steps = indices.length / batch;
  assert(Number.isInteger(steps), 'a training job has whole batches');
  const trained = new Float32Array(new SharedArrayBuffer(4 * network.layout.vectorLength));
  trained.set(job.parameters);
  let state: State = { weights: loadWeights(tf, network.layout, job.parameters), velocity: undefined };
  let total = 0;
  for (let step = 0; step < steps; step += 1) {
    const next = tf.tidy(() => {
      const drawn = gatherBatch(samples, indices.subarray(step * batch, (step + 1) * batch));
      const pass: Pass = { batch, dropout: { seed: dropoutSeed, step } };
      const { learningRate } = job.optimizer;
      const { loss, gradients, trail } = differentiate(network, drawn, state.weights, learningRate, pass);
      total += loss;
      track(network, trail, trained);
      return descend(network, job, state, gradients) as unknown as Record<string, never>;
    }) as unknown as State;
    tf.dispose(state as unknown as Record<string, never>);
    state = next;
  }
  const parameters = unloadWeights(network.layout, state.weights, trained);
  tf.dispose(state as unknown as Record<string, never>);
  return { parameters, loss: steps > 0 ? total / steps : 0 };
}

/** Numbers per sample in the widest layer, the patches of convolutions counted. */
const widestOf = ({ layers }: Layout): number =>
  layers.reduce((most, { input, output, blocks: [kernel] }) => {
    const patches = (output[0] * output[1] * (kernel?.length ?? 0)) / output[2];
    return Math.max(most, sizeOf(input), sizeOf(output), patches);
  }, 1);

function evaluate(network: Network, parameters: Float32Array, samples: Samples, from: number, to: number) {
  const sums = { correct: 0, lossSum: 0 };
  network.toolkit.tf.tidy(() => {
    const weights = loadWeights(network.toolkit.tf, network.layout, parameters);
    const most = Math.max(1, Math.min(EVALUATION_BATCH, Math.floor(EVALUATION_NUMBERS / widestOf(network.layout))));
    for (let first = from; first < to; first += most) {
      const batch = Math.min(most, to - first);
      const { features, labels } = gatherBatch(
        samples,
        Uint32Array.from({ length: batch }, (_, j) => first + j),
      );
      network.toolkit.tf.tidy(() => {
        const logits = forward(network, features, { batch, running: parameters }, weights).at(-1)!.output.array();
        const { correct, lossSum } = softmaxCrossEntropy(logits, labels);
        sums.correct += correct;
        sums.lossSum += lossSum;
      });
    }
  });
  return sums;
}

function gradient(network: Network, parameters: Float32Array, samples: Samples, indices: Uint32Array) {
  const { layout, toolkit } = network;
  const flat = new Float32Array(new SharedArrayBuffer(4 * layout.vectorLength));
  let loss = 0;
  toolkit.tf.tidy(() => {
    const weights = loadWeights(toolkit.tf, layout, parameters);
    const made = differentiate(network, gatherBatch(samples, indices), weights, 1, { batch: indices.length });
    unloadWeights(layout, made.gradients, flat);
    loss = made.loss;
  });
  return { loss, gradient: flat };
}

/**
 * A model as a training program on the active TensorFlow.js back end. Products run on the back end; gathering, windows,
 * masks and the loss are loops over arrays, which cost less than the kernel calls they replace.
 */
export function makeProgram(toolkit: Toolkit, model: Model): Program {
  const layout = layoutOf(model);
  const programs = layout.layers.map((each, index) => layerProgram(toolkit, each, index));
  const network: Network = { toolkit, layout, programs };
  const check = (parameters: Float32Array, samples: Samples) => {
    assert(parameters.length === layout.vectorLength, 'the parameters are those of the compiled model');
    assert(sizeOf(samples.shape) === sizeOf(model.inputShape), 'the samples have the shape of the compiled model');
  };
  return {
    parameterCount: layout.parameterCount,
    train: (job) => {
      check(job.parameters, job.samples);
      return train(network, job);
    },
    evaluate: (parameters, samples, from, to) => {
      check(parameters, samples);
      return evaluate(network, parameters, samples, from, to);
    },
    gradient: (parameters, samples, indices) => {
      check(parameters, samples);
      return gradient(network, parameters, samples, indices);
    },
  };
}
