import { sizeOf } from '../../math/shape.ts';
import type { LayersModelAsData, NamedArray, Shape } from '../model.ts';
import type { LayerLayout, ParameterBlock } from './layout.ts';
import { NO_PADDING, NORMALIZATION_MACS, type Role } from './plan.ts';

/** What an array is to its layer, by its name and rank. */
function roleOf({ name, shape }: NamedArray): Role {
  if (/\/gamma$/.test(name)) return 'gamma';
  if (/\/moving_variance$/.test(name)) return 'movingVariance';
  if (/\/moving_mean$/.test(name)) return 'movingMean';
  return shape.length > 1 ? 'kernel' : 'bias';
}

function blockOf(array: NamedArray, offset: number): ParameterBlock {
  const { name, shape } = array;
  const area = sizeOf(shape.slice(0, -2));
  const [inputs = 1, units = 1] = shape.slice(-2);
  const common = { name, role: roleOf(array), offset, length: sizeOf(shape), shape };
  return { ...common, fanIn: area * inputs, fanOut: area * units };
}

/**
 * Products of a layer, by the counts of `layoutOf`: each kernel once for each place of its output, a convolution's bias
 * too, and two for each number of a normalization.
 */
function macsOf(blocks: readonly ParameterBlock[], output: Shape): number {
  const kernels = blocks.filter(({ role }) => role === 'kernel');
  const [rows, columns] = output;
  const products = kernels.reduce((sum, { length }) => sum + rows * columns * length, 0);
  const isConvolution = kernels.some(({ shape }) => shape.length === 4);
  const hasBias = isConvolution && blocks.some(({ role }) => role === 'bias');
  const isNormalization = kernels.length === 0 && blocks.length > 0;
  return products + (hasBias ? sizeOf(output) : 0) + (isNormalization ? NORMALIZATION_MACS * sizeOf(output) : 0);
}

/**
 * The layers of a `tf.LayersModel` over the flat vector: all arrays that it trains, in its order, then all others, such
 * as the running statistics of normalizations.
 */
export function foreignLayers({ layers }: LayersModelAsData, inputShape: Shape): LayerLayout[] {
  let offset = 0;
  const place = (array: NamedArray): ParameterBlock => {
    const block = blockOf(array, offset);
    offset += block.length;
    return block;
  };
  const blocks = layers.map(({ trainable }) => trainable.map(place));
  const statistics = layers.map(({ others }) => others.map(place));
  let input = inputShape;
  return layers.map(({ name, className, outputShape: output }, index): LayerLayout => {
    const own = { blocks: blocks[index] ?? [], statistics: statistics[index] ?? [] };
    const macs = macsOf([...own.blocks, ...own.statistics], output);
    const layout = { layer: { layer: 'foreign', className }, name, input, output, ...own, macs } as const;
    input = output;
    return { ...layout, paddingBefore: NO_PADDING };
  });
}
