import type { Layout } from '../models/layout.ts';
import type { Weights } from './layer-program.ts';
import type { TensorFlow } from './matrix.ts';

/** Weights of each layer, undefined for a layer without parameters. */
export type AllWeights = (Weights | undefined)[];

/** The transpose of the matrix of `columns` columns that lies in `values` from an offset on. */
function transposed(values: Float32Array, offset: number, length: number, columns: number): Float32Array {
  const result = new Float32Array(length);
  const rows = length / columns;
  for (let row = 0; row < rows; row += 1) {
    const from = offset + row * columns;
    for (let column = 0; column < columns; column += 1) result[column * rows + row] = values[from + column]!;
  }
  return result;
}

/** Copies parameters into tensors; the back ends differ in whether a tensor aliases its array. */
export function loadWeights(tf: TensorFlow, { layers }: Layout, parameters: Float32Array): AllWeights {
  return layers.map(({ blocks: [kernel, bias] }) => {
    if (!kernel || !bias) return undefined;
    const units = bias.length;
    return {
      kernel: tf.tensor2d(transposed(parameters, kernel.offset, kernel.length, units), [units, kernel.length / units]),
      bias: tf.tensor1d(parameters.slice(bias.offset, bias.offset + units)),
    };
  });
}

/** Copies tensors back into one flat vector; what lies behind the parameters stays as it is. */
export function unloadWeights({ layers }: Layout, weights: AllWeights, target: Float32Array): Float32Array {
  for (const [index, { blocks }] of layers.entries()) {
    const [kernel, bias] = blocks;
    const own = weights[index];
    if (!kernel || !bias || !own) continue;
    const values = own.kernel.dataSync<'float32'>();
    target.set(transposed(values, 0, kernel.length, kernel.length / bias.length), kernel.offset);
    target.set(own.bias.dataSync<'float32'>(), bias.offset);
  }
  return target;
}
