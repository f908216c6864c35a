import { square } from '../../math/power.ts';
import { sizeOf } from '../../math/shape.ts';
import type { Layer, Shape } from '../contract.ts';

/** What one array of numbers is to its layer. */
export type Role = 'kernel' | 'bias' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance';

/** The trainable arrays of a layer: a factor, and a summand for each unit. */
interface WeightPlan {
  readonly roles: readonly [factor: Role, summand: Role];
  /** Of the factor; the last axis counts the units. */
  readonly shape: readonly number[];
  readonly fans: readonly [into: number, out: number];
}

/** What a layer does to the shape that reaches it, and which arrays it needs. */
export interface LayerPlan {
  readonly output: Shape;
  readonly macs: number;
  readonly paddingBefore: readonly [rows: number, columns: number];
  readonly weights?: WeightPlan;
  /** Arrays of one number for each unit that training tracks without gradients. */
  readonly statistics?: readonly Role[];
}

/** Throws a MODEL_INVALID for one layer of a model. */
export type Refuse = (what: string, remedy: string) => never;

export const NO_PADDING = [0, 0] as const;

/** Products and sums of each number: (x − mean) / deviation, then γ x + β. */
export const NORMALIZATION_MACS = 2;

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value > 0;

function requireCount(value: number, name: string, refuse: Refuse): void {
  if (!isCount(value)) refuse(`${name} of ${value}`, 'pass a positive integer');
}

function planDense(units: number, input: Shape, refuse: Refuse): LayerPlan {
  requireCount(units, 'units', refuse);
  const [height, width, inputs] = input;
  if (height !== 1 || width !== 1) refuse(`input of ${input.join(' × ')}`, 'put a flatten layer before it');
  return {
    output: [1, 1, units],
    weights: { roles: ['kernel', 'bias'], shape: [inputs, units], fans: [inputs, units] },
    macs: inputs * units,
    paddingBefore: NO_PADDING,
  };
}

/** Output length of a convolution along an axis and the padding before it, as TensorFlow defines `same` and `valid`. */
function convolve(length: number, kernel: number, stride: number, padding: 'valid' | 'same'): [number, number] {
  if (padding === 'valid') return [Math.floor((length - kernel) / stride) + 1, 0];
  const output = Math.ceil(length / stride);
  return [output, Math.floor(Math.max(0, (output - 1) * stride + kernel - length) / 2)];
}

function planConv2d(layer: Extract<Layer, { layer: 'conv2d' }>, input: Shape, refuse: Refuse): LayerPlan {
  const { filters, kernelSize, strides = 1, padding = 'valid' } = layer;
  requireCount(filters, 'filters', refuse);
  requireCount(kernelSize, 'kernelSize', refuse);
  requireCount(strides, 'strides', refuse);
  const [height, width, channels] = input;
  const [rows, before] = convolve(height, kernelSize, strides, padding);
  const [columns, left] = convolve(width, kernelSize, strides, padding);
  if (rows < 1 || columns < 1) {
    const remedy = 'use a smaller kernel, or padding: same';
    refuse(`kernel of ${kernelSize} × ${kernelSize} on ${height} × ${width}`, remedy);
  }
  const area = square(kernelSize);
  const shape = [kernelSize, kernelSize, channels, filters];
  return {
    output: [rows, columns, filters],
    weights: { roles: ['kernel', 'bias'], shape, fans: [area * channels, area * filters] },
    macs: rows * columns * filters * (area * channels + 1),
    paddingBefore: [before, left],
  };
}

function planPooling(poolSize: number, [height, width, channels]: Shape, refuse: Refuse): LayerPlan {
  requireCount(poolSize, 'poolSize', refuse);
  const output: Shape = [Math.floor(height / poolSize), Math.floor(width / poolSize), channels];
  if (output[0] < 1 || output[1] < 1) refuse(`pool of ${poolSize} on ${height} × ${width}`, 'use a smaller pool');
  return { output, macs: 0, paddingBefore: NO_PADDING };
}

type Normalization = Extract<Layer, { layer: 'batchNormalization' }>;

type GroupNormalization = Extract<Layer, { layer: 'groupNormalization' }>;

/** Options of a group normalization, with the default of the others. */
export const groupsOf = ({ groups, epsilon = 1e-3 }: GroupNormalization) => ({ groups, epsilon });

/** Options of a batch normalization, with the defaults of the TensorFlow.js layers API. */
export const normalizationOf = ({ momentum = 0.99, epsilon = 1e-3 }: Normalization) => ({ momentum, epsilon });

function planNormalization(layer: Normalization, input: Shape, refuse: Refuse): LayerPlan {
  const { momentum, epsilon } = normalizationOf(layer);
  if (!(momentum >= 0 && momentum <= 1)) refuse(`momentum of ${momentum}`, 'pass a momentum in [0, 1]');
  if (!(epsilon > 0 && Number.isFinite(epsilon))) refuse(`epsilon of ${epsilon}`, 'pass a small positive number');
  return {
    output: input,
    weights: { roles: ['gamma', 'beta'], shape: [input[2]], fans: [1, 1] },
    statistics: ['movingMean', 'movingVariance'],
    macs: NORMALIZATION_MACS * sizeOf(input),
    paddingBefore: NO_PADDING,
  };
}

function planGroups(layer: GroupNormalization, input: Shape, refuse: Refuse): LayerPlan {
  const { groups, epsilon } = groupsOf(layer);
  requireCount(groups, 'groups', refuse);
  if (input[2] % groups !== 0) refuse(`${groups} groups of ${input[2]} channels`, 'let groups divide the channels');
  if (!(epsilon > 0 && Number.isFinite(epsilon))) refuse(`epsilon of ${epsilon}`, 'pass a small positive number');
  return {
    output: input,
    weights: { roles: ['gamma', 'beta'], shape: [input[2]], fans: [1, 1] },
    macs: NORMALIZATION_MACS * sizeOf(input),
    paddingBefore: NO_PADDING,
  };
}

/** Plans a layer for the shape that reaches it, or refuses it. */
export function planLayer(layer: Layer, input: Shape, refuse: Refuse): LayerPlan {
  switch (layer.layer) {
    case 'dense':
      return planDense(layer.units, input, refuse);
    case 'conv2d':
      return planConv2d(layer, input, refuse);
    case 'maxPooling2d':
    case 'averagePooling2d':
      return planPooling(layer.poolSize, input, refuse);
    case 'batchNormalization':
      return planNormalization(layer, input, refuse);
    case 'groupNormalization':
      return planGroups(layer, input, refuse);
    case 'flatten':
      return { output: [1, 1, sizeOf(input)], macs: 0, paddingBefore: NO_PADDING };
    case 'dropout':
    case 'spatialDropout2d':
      if (!(layer.rate >= 0 && layer.rate < 1)) refuse(`rate of ${layer.rate}`, 'pass a rate in [0, 1)');
      return { output: input, macs: 0, paddingBefore: NO_PADDING };
    case 'activation':
      return { output: input, macs: 0, paddingBefore: NO_PADDING };
    default:
      return refuse(`kind "${(layer as Layer).layer}"`, 'use a layer of the Layer contract');
  }
}
