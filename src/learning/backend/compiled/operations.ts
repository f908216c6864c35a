import { assert, present } from '../../../assert.ts';
import { square } from '../../../math/power.ts';
import { sizeOf } from '../../../math/shape.ts';
import type { Activation, Layer } from '../../contract.ts';
import type { LayerLayout, Layout } from '../../models/layout.ts';
import { groupsOf, normalizationOf } from '../../models/plan.ts';
import type { Operation } from './words.ts';

/** As in ../kernels/program.h. */
export const KIND = { affine: 1, activate: 2, pool: 3, drop: 4, normalize: 5, average: 6, normalizeGroups: 7 };
const ACTIVATIONS: Record<Activation, number> = { linear: 0, relu: 1, tanh: 2, sigmoid: 3, square: 4 };

/** Whether an operation has a kernel and a bias, or what takes their place. */
export const hasParameters = ({ kind }: Operation): boolean =>
  kind === KIND.affine || kind === KIND.normalize || kind === KIND.normalizeGroups;

const HASHES = 2 ** 32;

/** What operations are made with. */
export interface Build {
  readonly allocate: (count: number) => number;
  /** Most samples of a batch. */
  readonly batch: number;
  /** Where the batch's features lie, and the flat vector. */
  readonly input: number;
  readonly parameters: number;
}

/** Offsets of the rows of a convolution's left factor, and where they go. */
export interface RowTable {
  readonly at: number;
  readonly offsets: Int32Array;
}

export interface Operations {
  readonly list: Operation[];
  readonly tables: RowTable[];
  /** Where the last one writes. */
  readonly output: number;
  /** Of each layer: how many operations take a batch through it, and where its values lie then. */
  readonly layers: readonly { readonly operations: number; readonly output: number }[];
}

/** An operation with its neighbours: where its input lies, and whether the one before needs its own output. */
interface Place extends Build {
  readonly index: number;
  readonly input: number;
  readonly isFree: boolean;
}

interface Made {
  readonly operations: Operation[];
  readonly table?: RowTable;
}

const blockOf = ({ blocks }: LayerLayout, at: 0 | 1, parameters: number): number =>
  parameters + present(blocks[at], 'weights of a layer').offset;

/** tanh, sigmoid and square act on their own, the latter on a copy, since its slope needs x; relu is part of the product. */
function activated(affine: Operation, activation: Activation, { allocate, batch }: Build): Operation[] {
  if (activation === 'linear') return [affine];
  if (activation === 'relu') return [{ ...affine, activation: ACTIVATIONS.relu }];
  const { output: input = 0, outputSize = 0 } = affine;
  const output = activation === 'square' ? allocate(batch * outputSize) : input;
  const common = { input, output, inputSize: outputSize, outputSize };
  return [affine, { kind: KIND.activate, activation: ACTIVATIONS[activation], ...common }];
}

function dense(layout: LayerLayout, place: Place): Made {
  const { input, allocate, batch, parameters } = place;
  const [depth, units] = [sizeOf(layout.input), layout.output[2]];
  const { layer } = layout;
  const affine: Operation = {
    ...{ kind: KIND.affine, input, output: allocate(batch * units), inputSize: depth, outputSize: units },
    ...{ kernel: blockOf(layout, 0, parameters), bias: blockOf(layout, 1, parameters), units, depth },
    ...{ segments: 1, length: depth, pixels: 1 },
  };
  return { operations: activated(affine, (layer.layer === 'dense' && layer.activation) || 'linear', place) };
}

/** Sizes of the images that a convolution slides over: as they come, or with borders. */
function paddingOf({ layer, input, output, paddingBefore }: LayerLayout) {
  assert(layer.layer === 'conv2d', 'only a convolution pads');
  const { kernelSize, strides = 1 } = layer;
  const [top, left] = paddingBefore;
  const height = Math.max(top + input[0], (output[0] - 1) * strides + kernelSize);
  const width = Math.max(left + input[1], (output[1] - 1) * strides + kernelSize);
  return { top, left, height, width, isPadded: height > input[0] || width > input[1] };
}

function conv2d(layout: LayerLayout, place: Place): Made {
  const { input, allocate, batch, parameters } = place;
  const { layer } = layout;
  assert(layer.layer === 'conv2d', 'a convolution is made of a convolution');
  const { kernelSize, strides = 1, activation = 'linear' } = layer;
  const [rows, columns, units] = layout.output;
  const channels = layout.input[2];
  const { top, left, height, width, isPadded } = paddingOf(layout);
  const size = height * width * channels;
  const pixels = rows * columns;
  const offsets = Int32Array.from({ length: batch * pixels }, (_, m) => {
    const [n, row, column] = [Math.floor(m / pixels), Math.floor((m % pixels) / columns), m % columns];
    return n * size + (row * width + column) * strides * channels;
  });
  const at = allocate(offsets.length);
  const affine: Operation = {
    ...{ kind: KIND.affine, input, output: allocate(batch * pixels * units) },
    ...{ inputSize: sizeOf(layout.input), outputSize: pixels * units, units, depth: square(kernelSize) * channels },
    ...{ kernel: blockOf(layout, 0, parameters), bias: blockOf(layout, 1, parameters) },
    ...{ segments: kernelSize, length: kernelSize * channels, stride: width * channels, pixels, rows: at },
    ...{ height: layout.input[0], width: layout.input[1], channels },
    ...(isPadded ? { padded: allocate(batch * size), paddedSize: size, top, left, paddedWidth: width } : {}),
  };
  return { operations: activated(affine, activation, place), table: { at, offsets } };
}

function normalize(layout: LayerLayout, { input, allocate, batch, parameters }: Place): Made {
  assert(layout.layer.layer === 'batchNormalization', 'only a batch normalization normalizes');
  const { momentum, epsilon } = normalizationOf(layout.layer);
  const size = sizeOf(layout.output);
  const units = layout.output[2];
  const [mean, variance] = layout.statistics;
  const operation: Operation = {
    ...{ kind: KIND.normalize, input, output: allocate(batch * size), inputSize: size, outputSize: size, units },
    ...{ kernel: blockOf(layout, 0, parameters), bias: blockOf(layout, 1, parameters) },
    runningMean: parameters + present(mean, 'running mean').offset,
    runningVariance: parameters + present(variance, 'running variance').offset,
    ...{ keep: momentum, take: 1 - momentum, epsilon },
    // Three and two 64-bit numbers for each channel.
    ...{ moments: allocate(6 * units), sums: allocate(4 * units) },
  };
  return { operations: [operation] };
}

function normalizeGroups(layout: LayerLayout, { input, allocate, batch, parameters }: Place): Made {
  assert(layout.layer.layer === 'groupNormalization', 'only a group normalization normalizes groups');
  const { groups, epsilon } = groupsOf(layout.layer);
  const size = sizeOf(layout.output);
  const units = layout.output[2];
  const operation: Operation = {
    ...{ kind: KIND.normalizeGroups, input, output: allocate(batch * size), inputSize: size, outputSize: size, units },
    ...{ kernel: blockOf(layout, 0, parameters), bias: blockOf(layout, 1, parameters), groups, epsilon },
    // Two 64-bit numbers for each group of each sample, and for each channel.
    ...{ moments: allocate(4 * batch * groups), sums: allocate(4 * units) },
  };
  return { operations: [operation] };
}

/** A layer without numbers of its own. */
function plain(layout: LayerLayout, { input, allocate, batch, index, isFree }: Place): Made {
  const layer: Layer = layout.layer;
  const [inputSize, outputSize] = [sizeOf(layout.input), sizeOf(layout.output)];
  const common = { input, inputSize, outputSize, units: layout.output[2] };
  const isInPlace = layer.layer === 'activation' && layer.activation !== 'square' && isFree;
  const output = isInPlace ? input : layer.layer === 'flatten' ? 0 : allocate(batch * outputSize);
  switch (layer.layer) {
    case 'activation':
      return {
        operations: [{ kind: KIND.activate, ...common, output, activation: ACTIVATIONS[layer.activation] }],
      };
    case 'maxPooling2d': {
      const [height, width] = layout.input;
      const places = allocate(batch * outputSize);
      return { operations: [{ kind: KIND.pool, ...common, output, height, width, pool: layer.poolSize, places }] };
    }
    case 'averagePooling2d': {
      const [height, width] = layout.input;
      return { operations: [{ kind: KIND.average, ...common, output, height, width, pool: layer.poolSize }] };
    }
    case 'dropout':
    case 'spatialDropout2d': {
      const threshold = Math.min(HASHES - 1, Math.ceil(layer.rate * HASHES));
      const byChannel = layer.layer === 'spatialDropout2d' ? 1 : 0;
      const kept = 1 / (1 - layer.rate);
      return { operations: [{ kind: KIND.drop, ...common, output, layer: index, threshold, kept, byChannel }] };
    }
    default:
      return { operations: [] };
  }
}

function make(layout: LayerLayout, place: Place): Made {
  switch (layout.layer.layer) {
    case 'dense':
      return dense(layout, place);
    case 'conv2d':
      return conv2d(layout, place);
    case 'batchNormalization':
      return normalize(layout, place);
    case 'groupNormalization':
      return normalizeGroups(layout, place);
    default:
      return plain(layout, place);
  }
}

/** Whether an operation's output may be overwritten once the next one has read it. */
const isFree = (operation: Operation | undefined): boolean =>
  operation !== undefined && operation.kind !== KIND.activate && operation.kind !== KIND.drop && !operation.activation;

/** The operations of a model's layers, in order, each with its place in memory. */
export function operationsOf(layout: Layout, build: Build): Operations {
  const list: Operation[] = [];
  const tables: RowTable[] = [];
  const layers: Operations['layers'][number][] = [];
  const output = () => list.at(-1)?.output ?? build.input;
  for (const [index, layer] of layout.layers.entries()) {
    const { operations, table } = make(layer, { ...build, index, input: output(), isFree: isFree(list.at(-1)) });
    list.push(...operations);
    if (table) tables.push(table);
    layers.push({ operations: list.length, output: output() });
  }
  return { list, tables, output: output(), layers };
}
