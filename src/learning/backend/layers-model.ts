import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { assert, present } from '../../assert.ts';
import { sizeOf } from '../../math/shape.ts';
import { sharedFloats } from '../../math/shared.ts';
import { type Source, streams } from '../../math/streams.ts';
import { stepsOf } from '../batches.ts';
import type { FixedJob, Model, Program, Samples, TrainJob, TrainResult } from '../contract.ts';
import { descentOf } from '../descent.ts';
import { type Layout, layoutOf, type ParameterBlock } from '../models/layout.ts';
import { type Batch, gatherBatch } from './gather.ts';
import { scoreBatch } from './loss.ts';
import type { TensorFlow } from './matrix.ts';

/** Most samples in a forward pass of an evaluation. */
const EVALUATION_BATCH = 100;

type LayersLayer = LayersModel['layers'][number];

/** A `tf.LayersModel` in this thread, with its variables and their places in the flat vector. */
interface Network {
  readonly tf: TensorFlow;
  /** The back end of TensorFlow.js that has all kernels that a layer's gradient may need. */
  readonly home: string;
  readonly net: LayersModel;
  readonly layout: Layout;
  readonly parameters: readonly Place[];
  readonly others: readonly Place[];
  /** A model that ends at a layer. */
  readonly upTo: (layer: number) => LayersModel;
}

interface Place {
  readonly block: ParameterBlock;
  readonly variable: Variable;
}

/** Does some work on the network's back end of TensorFlow.js. */
function at<Made>({ tf, home }: Network, work: () => Made): Made {
  const before = tf.getBackend();
  if (before === home) return work();
  try {
    void tf.setBackend(home); // It is there already, so it is active at once; so is the other one below.
    return work();
  } finally {
    void tf.setBackend(before);
  }
}

/** Leaves no tensors of some work, which makes none. */
function tidied<Made>({ tf }: Network, work: () => Made): Made {
  tf.engine().startScope();
  try {
    return work();
  } finally {
    tf.engine().endScope();
  }
}

/** Lets layers draw from a stream: TensorFlow.js seeds what they draw with a number of the platform's. */
function drawing<Made>(draws: Source, work: () => Made): Made {
  const { random } = Math;
  Object.assign(Math, { random: draws });
  try {
    return work();
  } finally {
    Object.assign(Math, { random });
  }
}

/** Does some work without dropout, as normalizations do it in training. */
function undropped<Made>({ net }: Network, work: () => Made): Made {
  const dropouts = (net.layers as unknown as { rate?: number; getClassName(): string }[]).filter((layer) =>
    layer.getClassName().endsWith('Dropout'),
  );
  const rates = dropouts.map(({ rate }) => rate);
  for (const layer of dropouts) layer.rate = 0;
  try {
    return work();
  } finally {
    for (const [k, layer] of dropouts.entries()) layer.rate = rates[k]!;
  }
}

function load({ tf, parameters, others }: Network, flat: Float32Array): void {
  for (const { block, variable } of [...parameters, ...others]) {
    variable.assign(tf.tensor(flat.slice(block.offset, block.offset + block.length), [...block.shape]));
  }
}

function featuresOf({ tf, net }: Network, { features, labels }: Batch): Tensor {
  const [, ...sizes] = present(net.inputs[0], 'input').shape;
  return tf.tensor(features, [labels.length, ...sizes.map((size) => size ?? 1)]);
}

/** Loss of a batch over a divisor, and its gradient, flat. */
function differentiate(network: Network, flat: Float32Array, batch: Batch, divisor: number) {
  const { tf, net, layout, parameters } = network;
  load(network, flat);
  let loss = 0;
  const charge = tf.customGrad((...given) => {
    const [logits] = given as [Tensor];
    const gradient = new Float32Array(logits.size);
    loss = scoreBatch(logits.dataSync<'float32'>(), batch, divisor, gradient).lossSum / divisor;
    const gradFunc = () => tf.tensor(gradient, logits.shape);
    return { value: tf.scalar(loss), gradFunc };
  });
  const variables = parameters.map(({ variable }) => variable);
  const { grads } = tf.variableGrads(
    () => charge(net.apply(featuresOf(network, batch), { training: true }) as Tensor) as Scalar,
    variables,
  );
  const gradient = sharedFloats(layout.vectorLength);
  for (const { block, variable } of parameters) {
    const own: Tensor | null | undefined = grads[variable.name];
    if (own) gradient.set(own.dataSync<'float32'>(), block.offset);
  }
  return { loss, gradient };
}

function train(network: Network, job: TrainJob): TrainResult {
  const { samples, indices, batch, dropoutSeed, withNorms, objective } = job;
  const batches = stepsOf(indices, batch, job.pass);
  const steps = batches.length;
  const trained = sharedFloats(network.layout.vectorLength);
  trained.set(job.parameters);
  const norms = withNorms ? new Float64Array(steps) : undefined;
  const descend = descentOf(network.layout, job);
  const luck = streams(dropoutSeed)('layers');
  let total = 0;
  for (const [step, own] of batches.entries()) {
    const drawn = gatherBatch(samples, own, objective);
    const { loss, gradient } = tidied(network, () => {
      const made = drawing(luck.at(step), () => differentiate(network, trained, drawn, own.length));
      for (const { block, variable } of network.others) trained.set(variable.dataSync<'float32'>(), block.offset);
      return made;
    });
    total += loss;
    const norm = descend(trained, gradient);
    if (norms) norms[step] = norm;
  }
  return { parameters: trained, loss: steps > 0 ? total / steps : 0, ...(norms ? { norms } : {}) };
}

/** Takes samples through a model in blocks, with its running statistics. */
function inBlocks(network: Network, model: LayersModel, job: FixedJob, visit: (made: Float32Array, of: Batch) => void) {
  const { parameters, samples, indices, objective } = job;
  tidied(network, () => load(network, parameters));
  for (let first = 0; first < indices.length; first += EVALUATION_BATCH) {
    const drawn = gatherBatch(samples, indices.subarray(first, first + EVALUATION_BATCH), objective);
    const made = tidied(network, () => {
      const output = model.apply(featuresOf(network, drawn), { training: false }) as Tensor;
      return output.dataSync<'float32'>().slice();
    });
    visit(made, drawn);
  }
}

function evaluate(network: Network, job: FixedJob) {
  const sums = { correct: 0, lossSum: 0 };
  inBlocks(network, network.net, job, (logits, drawn) => {
    const { correct, lossSum } = scoreBatch(logits, drawn);
    sums.correct += correct;
    sums.lossSum += lossSum;
  });
  return sums;
}

function outputs(network: Network, job: FixedJob, layer: number): Float32Array {
  const size = sizeOf(present(network.layout.layers[layer], 'layer').output);
  const all = sharedFloats(size * job.indices.length);
  let from = 0;
  inBlocks(network, network.upTo(layer), job, (made) => {
    all.set(made, from);
    from += made.length;
  });
  return all;
}

function gradient(network: Network, { parameters, samples, indices, objective }: FixedJob) {
  const drawn = gatherBatch(samples, indices, objective);
  return tidied(network, () => undropped(network, () => differentiate(network, parameters, drawn, indices.length)));
}

const sampleNorms = (network: Network, job: FixedJob): Float64Array =>
  Float64Array.from(job.indices, (index) => {
    const alone = gradient(network, { ...job, indices: Uint32Array.of(index) });
    return Math.sqrt(alone.gradient.reduce((sum, g) => sum + g * g, 0));
  });

/** The variables of all layers, trained ones or others, beside their blocks. */
function placesOf(list: readonly LayersLayer[], layout: Layout, kind: 'blocks' | 'statistics'): Place[] {
  const weights = kind === 'blocks' ? 'trainableWeights' : 'nonTrainableWeights';
  return list.flatMap((layer, index) =>
    layer[weights].map((weight, k) => {
      const block = present(present(layout.layers[index], 'layer')[kind][k], 'array of a layer');
      assert(block.shape.join() === weight.shape.join(), 'a model comes back from its description with its arrays');
      return { block, variable: weight.read() as Variable };
    }),
  );
}

async function open(tf: TensorFlow, home: string, model: Model): Promise<Network> {
  const { model: graph, models } = await import('@tensorflow/tfjs-layers');
  const layout = layoutOf(model);
  const { topology } = present(model.layersModel, 'a tf.LayersModel');
  const net = await models.modelFromJSON(topology as Parameters<typeof models.modelFromJSON>[0]);
  const upTo = (layer: number) => graph({ inputs: net.inputs, outputs: present(net.layers[layer], 'layer').output });
  const [parameters, others] = [placesOf(net.layers, layout, 'blocks'), placesOf(net.layers, layout, 'statistics')];
  return { tf, home, net, layout, parameters, others, upTo };
}

/**
 * A `tf.LayersModel` as a training program. TensorFlow.js differentiates it; loss and descent are those of all models.
 *
 * @param home the back end of TensorFlow.js that it runs on
 */
export async function layersModelProgram(tf: TensorFlow, home: string, model: Model): Promise<Program> {
  const before = tf.getBackend();
  await tf.setBackend(home);
  const network = await open(tf, home, model);
  await tf.setBackend(before);
  const { layout } = network;
  const check = <Job extends { readonly parameters: Float32Array; readonly samples: Samples }>(job: Job): Job => {
    assert(job.parameters.length === layout.vectorLength, 'the parameters are those of the compiled model');
    assert(sizeOf(job.samples.shape) === sizeOf(model.inputShape), 'the samples have the shape of the compiled model');
    return job;
  };
  return {
    parameterCount: layout.parameterCount,
    train: (job) => at(network, () => train(network, check(job))),
    evaluate: (parameters, samples, from, to, objective) => {
      const indices = Uint32Array.from({ length: to - from }, (_, j) => from + j);
      const job = check({ parameters, samples, indices, ...(objective ? { objective } : {}) });
      return at(network, () => evaluate(network, job));
    },
    gradient: (job) => at(network, () => gradient(network, check(job))),
    sampleNorms: (job) => at(network, () => sampleNorms(network, check(job))),
    outputs: (job, layer) => at(network, () => outputs(network, check(job), layer)),
  };
}
