import { ScenarioError } from '../../errors.ts';
import { sizeOf } from '../../math/shape.ts';
import type { Layer, LayersModelAsData, Model, Shape } from '../model.ts';
import { foreignLayers } from './foreign-layout.ts';
import { type LayerPlan, planLayer, type Refuse, type Role } from './plan.ts';

/** One array of numbers and its place in the flat vector. */
export interface ParameterBlock {
  /** `dense_1/kernel`, `conv2d_2/bias`: layer kind, number among its kind from 1, role. */
  readonly name: string;
  readonly role: Role;
  /** First element in the flat vector. */
  readonly offset: number;
  readonly length: number;
  /** [inputs, units] or [height, width, inputs, filters] for a kernel, [units] for the others; row-major. */
  readonly shape: readonly number[];
  /** Inputs that reach one unit, and units that one input reaches. */
  readonly fanIn: number;
  readonly fanOut: number;
}

export interface LayerLayout {
  readonly layer: Layer;
  /** Kind, and number among its kind from 1: `conv2d_2`. */
  readonly name: string;
  readonly input: Shape;
  readonly output: Shape;
  /** Kernel and bias of a dense or convolutional layer, gamma and beta of a batch normalization; else empty. */
  readonly blocks: readonly ParameterBlock[];
  /** Running mean and running variance of a batch normalization; else empty. */
  readonly statistics: readonly ParameterBlock[];
  /** Multiply–accumulates of the forward pass for one sample. */
  readonly macs: number;
  /** Rows and columns cut or added before the first one; for convolutions. */
  readonly paddingBefore: readonly [rows: number, columns: number];
}

/** What a model's layers do to shapes, and where each number lies in the flat vector. */
export interface Layout {
  readonly layers: readonly LayerLayout[];
  /** Trainable numbers; they come first in the flat vector. */
  readonly parameterCount: number;
  /** Length of the flat vector: the trainable numbers and the running statistics behind them. */
  readonly vectorLength: number;
  readonly macsPerSample: number;
  readonly output: Shape;
}

function blocksOf({ weights, output }: LayerPlan, name: string, offset: number): ParameterBlock[] {
  if (!weights) return [];
  const { roles, shape, fans } = weights;
  const [fanIn, fanOut] = fans;
  const length = sizeOf(shape);
  const units = output[2];
  const [factor, summand] = roles;
  return [
    { name: `${name}/${factor}`, role: factor, offset, length, shape, fanIn, fanOut },
    {
      name: `${name}/${summand}`,
      role: summand,
      offset: offset + length,
      length: units,
      shape: [units],
      fanIn,
      fanOut,
    },
  ];
}

function statisticsOf({ statistics = [], output }: LayerPlan, name: string, offset: number): ParameterBlock[] {
  const length = output[2];
  const common = { length, shape: [length], fanIn: 1, fanOut: 1 };
  return statistics.map((role, at) => ({ ...common, name: `${name}/${role}`, role, offset: offset + at * length }));
}

const lengthOf = (blocks: readonly ParameterBlock[]): number => blocks.reduce((sum, { length }) => sum + length, 0);

interface NamedPlan extends LayerPlan {
  readonly layer: Layer;
  readonly name: string;
  readonly input: Shape;
}

/** Each layer's plan, name and input, in order. */
function planModel(model: Model): NamedPlan[] {
  const seen = new Map<string, number>();
  let input = model.inputShape;
  return model.layers.map((layer, index) => {
    const refuse: Refuse = (what, remedy) => {
      const where = `model ${model.name}, layer ${index}`;
      throw new ScenarioError({ what: `invalid ${layer.layer} layer: ${what}`, where, remedy, code: 'MODEL_INVALID' });
    };
    const number = (seen.get(layer.layer) ?? 0) + 1;
    seen.set(layer.layer, number);
    const planned = { ...planLayer(layer, input, refuse), layer, input, name: `${layer.layer}_${number}` };
    input = planned.output;
    return planned;
  });
}

/**
 * Lays a model's layers over the flat vector: for each dense or convolutional layer its kernel, then its bias, for each
 * batch normalization gamma, then beta, in the order of the layers; behind all of these, for each batch normalization
 * its running mean, then its running variance. The statistics aren't parameters: they are averaged with the vector that
 * they are in, but `parameterCount` leaves them out, and so does a model's size on the air by default.
 *
 * Multiply–accumulates, forward, one sample: a convolution counts its bias as one more product for each output number,
 * rows · columns · filters · (k² · channels + 1); a dense layer is counted without its bias, inputs · units; a
 * normalization counts two for each number; pooling, activation and dropout count nothing. This is the convention under
 * which the MNIST network of 21,840 parameters has the 487.54 k of the SD-FEEL papers; their figure for CIFAR-10 counts
 * more (see `cnnCifar10`).
 *
 * Throws a ScenarioError (MODEL_INVALID) where a layer doesn't fit the shape that reaches it.
 */
export function layoutOf(model: Model): Layout {
  if (model.layersModel) return foreignLayout(model.layersModel, model.inputShape);
  const plans = planModel(model);
  let offset = 0;
  const weighted = plans.map((plan) => {
    const blocks = blocksOf(plan, plan.name, offset);
    offset += lengthOf(blocks);
    return { plan, blocks };
  });
  const parameterCount = offset;
  const layers = weighted.map(({ plan, blocks }): LayerLayout => {
    const statistics = statisticsOf(plan, plan.name, offset);
    offset += lengthOf(statistics);
    const { layer, name, input, output, macs, paddingBefore } = plan;
    return { layer, name, input, output, blocks, statistics, macs, paddingBefore };
  });
  const macsPerSample = layers.reduce((sum, each) => sum + each.macs, 0);
  const output = plans.at(-1)?.output ?? model.inputShape;
  return { layers, parameterCount, vectorLength: offset, macsPerSample, output };
}

function foreignLayout(layersModel: LayersModelAsData, inputShape: Shape): Layout {
  const layers = foreignLayers(layersModel, inputShape);
  const parameterCount = lengthOf(layers.flatMap(({ blocks }) => blocks));
  const vectorLength = parameterCount + lengthOf(layers.flatMap(({ statistics }) => statistics));
  const macsPerSample = layers.reduce((sum, { macs }) => sum + macs, 0);
  return { layers, parameterCount, vectorLength, macsPerSample, output: layers.at(-1)?.output ?? inputShape };
}

/** The layout of a classifier: as `layoutOf`, and the last layer gives one number for each class. */
export function classifierLayout(model: Model, classes: number): Layout {
  const layout = layoutOf(model);
  if (layout.output.join() !== [1, 1, classes].join()) {
    throw new ScenarioError({
      what: `invalid model output: ${layout.output.join(' × ')}`,
      where: `model ${model.name}`,
      remedy: `end with a dense layer of ${classes} units, one for each class`,
      code: 'MODEL_INVALID',
    });
  }
  if (layout.parameterCount === 0) {
    const what = 'invalid model: no parameters';
    throw new ScenarioError({ what, where: `model ${model.name}`, remedy: 'add a layer', code: 'MODEL_INVALID' });
  }
  return layout;
}
