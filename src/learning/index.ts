/** The public entry `fadelab/learning`: tasks, data sets, splits, models and training settings. */

export { native } from './backend/compiled/native.ts';
export { wasm } from './backend/compiled/wasm.ts';
export { tensorflow } from './backend/tensorflow.ts';
export { type BatchMode, batchIndices } from './batches.ts';
export { classify } from './classify.ts';
export type * from './contract.ts';
export { cifar10 } from './dataset/cifar10.ts';
export { cifarBinary } from './dataset/cifar-binary.ts';
export { fashionMnist } from './dataset/fashion-mnist.ts';
export { gaussianBlobs } from './dataset/gaussian-blobs.ts';
export { idxFolder } from './dataset/idx.ts';
export { pooled } from './dataset/pooled.ts';
export { randomFeatures } from './dataset/random-features.ts';
export { scaled } from './dataset/scaled.ts';
export { mnist } from './dataset/mnist.ts';
export { cnnCifar10, cnnMcMahan, cnnMnist, leNet, vgg11 } from './models/convolutional.ts';
export { mlp, softmax } from './models/dense.ts';
export { initialParameters } from './models/initial.ts';
export { layersModel, type LayersModelLike } from './models/layers-model.ts';
export { classifierLayout, type LayerLayout, type Layout, layoutOf, type ParameterBlock } from './models/layout.ts';
export { leastSquares } from './least-squares.ts';
export { type Optimizer, sgd } from './optimizer.ts';
export { classesPerClient } from './partition/classes-per-client.ts';
export { dirichlet } from './partition/dirichlet.ts';
export { iid } from './partition/iid.ts';
export { shards } from './partition/shards.ts';
export { quadratic } from './quadratic.ts';
export {
  autoBackend,
  backendOf,
  combineModels,
  evaluateShard,
  fullGradient,
  layerOutputs,
  trainClassifier,
} from './steps.ts';
export { timingOnly } from './timing-only.ts';
