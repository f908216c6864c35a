/** What must not compile, and what it says instead. */
import {
  add,
  crossEntropy,
  type Floats,
  floats,
  gradient,
  graph,
  integers,
  type Matrix,
  mean,
  type Vector,
} from '../../../src/graph/index.ts';

graph(
  { name: 'misuse', parameters: { w: floats(3) }, inputs: { x: floats(4, 3), y: integers(4), z: floats(4) } },
  ({ parameters, inputs: { x, y, z } }) => {
    // @ts-expect-error 'ranks differ: say expand(x, axis)'
    add(x, z) satisfies Floats;
    // @ts-expect-error a loss is a scalar
    gradient(x, parameters);
    // @ts-expect-error labels are whole numbers
    crossEntropy(x, z);
    // @ts-expect-error whole numbers have no gradient
    gradient(mean(x), { y });
    // @ts-expect-error no input of this name
    parameters.kernel;
    // @ts-expect-error a mean over an axis keeps its rank
    mean(x, 1) satisfies Vector;
    mean(x, 1) satisfies Matrix;
    return { parameters, outputs: { loss: mean(x) } };
  },
);
