import { assert, present } from '../../assert.ts';
import { square } from '../../math/power.ts';
import { sizeOf } from '../../math/shape.ts';
import type { LayerLayout } from '../models/layout.ts';
import { groupsOf } from '../models/plan.ts';
import type { LayerProgram, Toolkit } from './layer-program.ts';
import { fromArray } from './matrix.ts';

/** The numbers of one group of channels of one sample: their places, and the channel of each. */
interface Group {
  readonly places: Int32Array;
  readonly channels: Int32Array;
}

function groupsIn({ layer, output }: LayerLayout, batch: number): Group[] {
  assert(layer.layer === 'groupNormalization', 'only a group normalization has groups');
  const { groups } = groupsOf(layer);
  const [height, width, channels] = output;
  const own = channels / groups;
  const count = height * width * own;
  return Array.from({ length: batch * groups }, (_, at) => {
    const start = Math.floor(at / groups) * sizeOf(output);
    const channelOf = (j: number) => (at % groups) * own + (j % own);
    const placeOf = (_: number, j: number) => start + Math.floor(j / own) * channels + channelOf(j);
    const members = Int32Array.from({ length: count }, (_, j) => channelOf(j));
    return { places: Int32Array.from({ length: count }, placeOf), channels: members };
  });
}

/** The numbers less their mean, over their deviation, and one over that. */
function standardise(values: Float32Array, { places }: Group, epsilon: number) {
  const mean = places.reduce((sum, at) => sum + values[at]!, 0) / places.length;
  const variance = places.reduce((sum, at) => sum + square(values[at]! - mean), 0) / places.length;
  const inverse = 1 / Math.sqrt(variance + epsilon);
  return { inverse, normal: Float64Array.from(places, (at) => (values[at]! - mean) * inverse) };
}

/**
 * Group normalization: each group of channels of a sample by its own moments, over the image.
 *
 *   x̂ = (x − μ) / √(σ² + ε),   y = γ x̂ + β,   γ and β of the channel
 *
 * σ² divides by the count. One group is layer normalization over image and channels, as many as channels instance
 * normalization.
 *
 * Source: Wu and He, Group normalization, ECCV 2018, eq. 1–5.
 */
export function groupNormalization({ tf }: Toolkit, layout: LayerLayout): LayerProgram {
  assert(layout.layer.layer === 'groupNormalization', 'a group normalization');
  const { epsilon } = groupsOf(layout.layer);
  const units = layout.output[2];
  return (input, { batch }, weights) => {
    const { kernel, bias } = present(weights, 'weights of a group normalization');
    const [gamma, beta] = [kernel.dataSync<'float32'>(), bias.dataSync<'float32'>()];
    const values = input.array();
    const groups = groupsIn(layout, batch).map((group) => ({ ...group, ...standardise(values, group, epsilon) }));
    const output = new Float32Array(values.length);
    for (const { places, channels, normal } of groups) {
      normal.forEach((x, j) => {
        output[places[j]!] = gamma[channels[j]!]! * x + beta[channels[j]!]!;
      });
    }
    return {
      output: fromArray(tf, output),
      backward: (outward) => {
        const gradient = outward.array();
        const inward = new Float32Array(values.length);
        const [products, sums] = [new Float64Array(units), new Float64Array(units)];
        for (const { places, channels, normal, inverse } of groups) {
          const scaled = Float64Array.from(places, (at, j) => gradient[at]! * gamma[channels[j]!]!);
          const sum = scaled.reduce((total, each) => total + each, 0);
          const product = scaled.reduce((total, each, j) => total + each * normal[j]!, 0);
          places.forEach((at, j) => {
            products[channels[j]!]! += gradient[at]! * normal[j]!;
            sums[channels[j]!]! += gradient[at]!;
            inward[at] = inverse * (scaled[j]! - (sum + normal[j]! * product) / places.length);
          });
        }
        return {
          input: () => fromArray(tf, inward),
          parameters: {
            kernel: tf.tensor2d(Float32Array.from(products), [units, 1]),
            bias: tf.tensor1d(Float32Array.from(sums)),
          },
        };
      },
    };
  };
}
