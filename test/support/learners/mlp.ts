/** A classifier's local update: forty steps of SGD with momentum over batches of indices, in one call. */
import {
  crossEntropy,
  floats,
  gather,
  graph,
  type Integers,
  integers,
  type Matrix,
  mean,
  mlp,
  sgd,
  table,
  training,
} from '../../../src/graph/index.ts';

const network = mlp([784, 200, 200, 10]);

export const localUpdate = training({
  name: 'local-update',
  parameters: network.parameters,
  optimiser: sgd({ rate: 0.05, momentum: 0.9 }),
  inputs: { images: table(60000, 784), labels: table(60000), batch: integers(20) },
  steps: 40,
  loss: (p, { inputs: { images, labels, batch } }) =>
    crossEntropy(network.apply(p, gather(images, batch) as Matrix), gather(labels, batch) as unknown as Integers<1>),
});

/** What a client reports: the mean loss of some rows, without a step. */
export const evaluation = graph(
  { name: 'evaluation', parameters: network.parameters, inputs: { x: floats(100, 784), y: integers(100) } },
  ({ parameters, inputs: { x, y } }) => ({ outputs: { loss: mean(crossEntropy(network.apply(parameters, x), y)) } }),
);
