import { ScenarioError } from '../../errors.ts';
import { sizeOf } from '../../math/shape.ts';
import type { Architecture, LayersModelAsData, NamedArray, Shape } from '../model.ts';

type Dimensions = readonly (number | null)[];

/** What is asked of a `tf.LayersModel`, so that TensorFlow.js is loaded by those who have one alone. */
export interface LayersModelLike {
  readonly name: string;
  readonly inputs: readonly { readonly shape: Dimensions }[];
  readonly outputs: readonly { readonly shape: Dimensions }[];
  readonly layers: readonly {
    readonly name: string;
    readonly outputShape: Dimensions | readonly Dimensions[];
    readonly trainableWeights: readonly NamedVariable[];
    readonly nonTrainableWeights: readonly NamedVariable[];
    getClassName(): string;
  }[];
  toJSON(unused?: unknown, returnString?: boolean): unknown;
}

interface NamedVariable {
  readonly originalName: string;
  readonly shape: Dimensions;
}

const refuse = (model: string, what: string, remedy: string): never => {
  throw new ScenarioError({ what, where: `tf.LayersModel ${model}`, remedy, code: 'MODEL_INVALID' });
};

/** Numbers of one sample as height, width and channels; what is missing is 1, what is more is taken together. */
function shapeOf([, ...sizes]: Dimensions): Shape {
  const known = sizes.map((size) => size ?? 1);
  const [width = 1, channels = 1] = known.length > 1 ? known.slice(-2) : [1, ...known];
  return [sizeOf(known.slice(0, -2)), width, channels];
}

/** In trace headers: TensorFlow.js numbers the models of a program, so their names say nothing. */
const MODEL_NAME = 'layers-model';

interface LayerJson {
  class_name: string;
  readonly config: { activation?: unknown };
}

/** Leaves a softmax at the end out: the losses take what goes into it. */
function withoutSoftmax(topology: unknown): unknown {
  const made = structuredClone(topology) as { readonly config: { readonly layers: LayerJson[] } };
  const last = made.config.layers.at(-1);
  if (last?.config.activation === 'softmax') last.config.activation = 'linear';
  if (last?.class_name === 'Softmax') Object.assign(last, { class_name: 'Activation' }).config.activation = 'linear';
  return made;
}

/** Leaves out how arrays start: they are set before they are used. */
const withoutStart = (key: string, value: unknown): unknown =>
  key.endsWith('_initializer') ? { class_name: 'Zeros', config: {} } : value;

const snakeCase = (text: string): string => text.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();

/**
 * Names for layers that TensorFlow.js has named, `conv2d_Conv2D7`: it counts them over a whole program, so their names
 * depend on what was made before. Here they are kind and number among its kind, `conv2d_1`.
 */
function renamed(layers: LayersModelLike['layers']): Map<string, string> {
  const counts = new Map<string, number>();
  const names = new Map<string, string>();
  for (const layer of layers) {
    const kind = snakeCase(layer.getClassName());
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    const isGiven = !layer.name.startsWith(`${kind}_${layer.getClassName()}`) && !/^input\d+$/.test(layer.name);
    names.set(layer.name, isGiven ? layer.name : `${kind}_${number}`);
  }
  return names;
}

function describe(model: LayersModelLike): LayersModelAsData {
  const { name, layers, inputs, outputs } = model;
  if (inputs.length !== 1 || outputs.length !== 1) {
    refuse(
      name,
      `unsupported model: ${inputs.length} inputs, ${outputs.length} outputs`,
      'pass a model with one of each',
    );
  }
  const names = renamed(layers);
  const arrays = (layer: string, weights: readonly NamedVariable[]): NamedArray[] =>
    weights.map(({ originalName, shape }) => ({
      name: originalName.replace(layer, names.get(layer) ?? layer),
      shape: shape.map((size) => size ?? 1),
    }));
  const described = layers.map((layer) => ({
    name: names.get(layer.name) ?? layer.name,
    className: layer.getClassName(),
    outputShape: shapeOf(layer.outputShape as Dimensions),
    trainable: arrays(layer.name, layer.trainableWeights),
    others: arrays(layer.name, layer.nonTrainableWeights),
  }));
  const text = JSON.stringify(withoutSoftmax(model.toJSON(undefined, false)));
  const topology = [...names, [name, MODEL_NAME] as const].reduce(
    (sofar, [from, to]) => sofar.replaceAll(JSON.stringify(from), JSON.stringify(to)),
    text,
  );
  return { topology: JSON.parse(topology, withoutStart), layers: described };
}

/**
 * A `tf.LayersModel` of the TensorFlow.js layers API as a scenario's model, for `--backend tensorflow`: layers and
 * shapes are those of the model, which may be sequential or a graph with one input and one output. Its numbers are not:
 * they start from the seed of the run, kernels Glorot-uniform, as those of any other model. The task decides about loss,
 * optimizer and weight decay, so the model need not be compiled, and constraints and regularizers are left out; so is a
 * softmax at the end, since the losses take what goes into it.
 *
 * Layers of one's own are unknown to the threads that train. Loaded weights are not kept.
 *
 * @example classify({ model: layersModel(tf.sequential({ layers: [tf.layers.dense({ inputShape: [784], units: 10 })] })) })
 */
export function layersModel(model: LayersModelLike): Architecture {
  const own = describe(model);
  const [input] = model.inputs;
  const size = sizeOf(shapeOf(input?.shape ?? []));
  return ({ shape }) => {
    if (sizeOf(shape) !== size) {
      const what = `invalid model input: ${size} numbers for samples of ${shape.join(' × ')}`;
      refuse(model.name, what, `let the first layer take ${shape.join(' × ')}, or ${sizeOf(shape)} numbers`);
    }
    return { name: MODEL_NAME, inputShape: shape, layers: [], layersModel: own };
  };
}
