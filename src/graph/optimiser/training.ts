import { sizeOf } from '../../math/shape.ts';
import { gradient } from '../gradient/gradient.ts';
import { type Graph, graph } from '../graph.ts';
import { scan } from '../scan.ts';
import type { Floats, Integers, Scalar, Shape, Spec, Specs, Stream, Tensor, Tensors, Tree, Vector } from '../tensor.ts';
import { leaves, mapSpecs, rebuilt, specsOf } from '../trees.ts';
import { flat, type Optimiser, unflat } from './optimiser.ts';

export interface Training<P, S, I, D extends string> {
  readonly name: string;
  readonly parameters: P;
  readonly optimiser: Optimiser<S>;
  /** Of one step; each but tables comes with a first axis that counts the steps. */
  readonly inputs: I;
  readonly draws?: readonly D[];
  readonly steps: number;
  /** What becomes of a gradient before the optimiser sees it: clipping, say. */
  readonly shape?: (g: Vector) => Vector;
  readonly loss: (
    parameters: Tensors<P>,
    at: {
      readonly inputs: Tensors<I>;
      readonly draws: Readonly<Record<D, Stream>>;
      readonly step: Integers<0>;
    },
  ) => Scalar;
}

/** What is known of trees whose types aren't: they are only taken apart and put together. */
interface Open {
  readonly parameters: object;
  readonly state: { readonly [name: string]: Floats };
  readonly inputs: object;
  readonly draws: object;
}
type Carried = { readonly w: Vector; readonly state: { readonly [name: string]: Floats } };
type OpenLoss = (parameters: unknown, at: object) => Scalar;

/**
 * Some steps of an optimiser as one graph, which loops inside the kernel: parameters and the optimiser's state go in and
 * come out, with the loss of each step.
 *
 * @example
 * training({ name: 'local-update', parameters: network.parameters, optimiser: sgd({ rate: 0.1 }), steps: 5,
 *   inputs: { x: floats(20, 784), y: integers(20) },
 *   loss: (p, { inputs: { x, y } }) => crossEntropy(network.apply(p, x), y) })
 */
export function training<P extends Specs, S extends Record<string, Spec>, I extends Specs, D extends string = never>(
  plan: Training<P, S, I, D>,
): Graph<P, S, Specs, D, { losses: Vector }> {
  const { name, parameters, optimiser, steps, draws = [] } = plan;
  const size = specsOf(parameters).reduce((total, each) => total + sizeOf(each.shape), 0);
  const inputs = mapSpecs(plan.inputs, (each) =>
    each.isTable === true ? each : { ...each, shape: [steps, ...each.shape] as Shape },
  );
  return graph({ name, parameters, state: optimiser.state(size), inputs: inputs as Specs, draws }, (takes) => {
    const open = takes as unknown as Open;
    const { carry, gives } = looped(plan as unknown as Training<Specs, Record<string, Spec>, Specs, string>, open);
    return {
      parameters: unflat(carry.w, open.parameters) as Tensors<P>,
      state: carry.state as unknown as Tensors<S>,
      outputs: { losses: gives.losses },
    };
  });
}

function looped(plan: Training<Specs, Record<string, Spec>, Specs, string>, open: Open) {
  const { optimiser, steps, shape = (g: Vector) => g } = plan;
  const loss = plan.loss as unknown as OpenLoss;
  const isTable = specsOf(plan.inputs).map((each) => each.isTable ?? false);
  return scan<Carried, readonly Tensor[], { losses: Scalar }>({
    times: steps,
    carry: { w: flat(open.parameters), state: open.state },
    over: leaves(open.inputs).filter((_, k) => isTable[k] === false),
    each({ w, state }, over, step) {
      const p = unflat(w, open.parameters) as unknown as Tree<Floats>;
      const slices = [...over];
      const own = rebuilt(open.inputs, (like, k) => (isTable[k] === true ? like : slices.shift()));
      const charged = loss(p, { inputs: own, draws: open.draws, step });
      const g = shape(flat(gradient(charged, p) as object));
      const next = optimiser.step({ w, g, state: state as never });
      return { carry: { w: next.w, state: next.state as unknown as Carried['state'] }, gives: { losses: charged } };
    },
  });
}
