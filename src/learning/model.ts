/** Height, width, channels. A flat feature vector of n numbers is [1, 1, n]. */
export type Shape = readonly [height: number, width: number, channels: number];

/** Layers with the names and options of the TensorFlow.js layers API. */
export type Layer =
  | { readonly layer: 'flatten' }
  | { readonly layer: 'dense'; readonly units: number; readonly activation?: Activation }
  | {
      readonly layer: 'conv2d';
      readonly filters: number;
      readonly kernelSize: number;
      readonly strides?: number;
      readonly padding?: 'valid' | 'same';
      readonly activation?: Activation;
    }
  | { readonly layer: 'maxPooling2d'; readonly poolSize: number }
  | { readonly layer: 'averagePooling2d'; readonly poolSize: number }
  | { readonly layer: 'activation'; readonly activation: Activation }
  | { readonly layer: 'dropout'; readonly rate: number }
  /** Drops whole channels of a sample. */
  | { readonly layer: 'spatialDropout2d'; readonly rate: number }
  /**
   * Normalises each channel by the mean and variance of the batch in training, by the running ones in evaluation.
   * `momentum` is the share that a running statistic keeps in a step, 0.99 by default; `epsilon` is added to variances,
   * 0.001 by default.
   */
  | { readonly layer: 'batchNormalization'; readonly momentum?: number; readonly epsilon?: number }
  /**
   * Normalises groups of neighbouring channels of a sample by their own mean and variance, alike in training and
   * evaluation, so that no statistics travel. `groups` must divide the channels; `epsilon` is 0.001 by default.
   */
  | { readonly layer: 'groupNormalization'; readonly groups: number; readonly epsilon?: number }
  /** A layer of a `tf.LayersModel`: the model has it as data, and only TensorFlow.js runs it. */
  | { readonly layer: 'foreign'; readonly className: string };

/** `square` is x², for networks that are polynomials of their inputs. */
export type Activation = 'linear' | 'relu' | 'tanh' | 'sigmoid' | 'square';

/** A network as data, without its numbers. */
export interface Model {
  readonly name: string;
  readonly inputShape: Shape;
  readonly layers: readonly Layer[];
  /** Where kernels start: at zero, or Glorot-uniform, which is the default. */
  readonly initial?: 'zeros' | 'glorot';
  /** Where the layers are those of a `tf.LayersModel`: the model itself. */
  readonly layersModel?: LayersModelAsData;
}

/** A `tf.LayersModel` without its numbers. */
export interface LayersModelAsData {
  /** As its `toJSON` gives it. */
  readonly topology: unknown;
  /** Its layers in order, with their arrays. */
  readonly layers: readonly {
    readonly name: string;
    readonly className: string;
    readonly outputShape: Shape;
    readonly trainable: readonly NamedArray[];
    readonly others: readonly NamedArray[];
  }[];
}

/** `dense_Dense1/kernel` and its shape. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Makes a model for samples of a shape and a number of classes. */
export type Architecture = (input: { readonly shape: Shape; readonly classes: number }) => Model;
