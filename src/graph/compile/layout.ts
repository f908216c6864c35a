import type { Operation, Tensor } from '../tensor.ts';
import { knownView, type Lowering, ordered } from './lowering.ts';
import { inOrder, reshapedView, shifted, type View } from './view.ts';

/** Whether an operation changes nothing but whole numbers to real ones, or back. */
export const isConversion = ({ name, inputs, kinds }: Operation): boolean =>
  name === 'broadcast' && inputs[0]!.kind !== kinds[0];

const VIEWS: ReadonlySet<string> = new Set(['reshape', 'transpose', 'broadcast', 'slice']);
/** Operations that move nothing: their numbers lie where those of their input do. */
export const isView = (of: Operation): boolean => VIEWS.has(of.name) && !isConversion(of);

/** What makes the numbers that a tensor is a view of. */
export function sourceOf({ operation }: Tensor): Operation {
  let own = operation;
  while (isView(own)) own = own.inputs[0]!.operation;
  return own;
}

/** How a tensor's numbers lie. */
export function viewOf(lowering: Lowering, x: Tensor): View {
  const { operation: of } = x;
  if (!isView(of)) return knownView(lowering, x);
  const known = lowering.views.get(of)?.[x.output];
  if (known !== undefined) return known;
  const from = of.inputs[0]!;
  const made = moved(lowering, of, from, viewOf(lowering, from));
  lowering.views.set(of, [made]);
  return made;
}

/** Where a tensor's numbers lie in order. */
export const placeOf = (lowering: Lowering, x: Tensor) => ordered(lowering, x, viewOf(lowering, x));

function moved(lowering: Lowering, of: Operation, from: Tensor, view: View): View {
  const shape = of.shapes[0]!;
  const { axes = [], starts = [] } = of.attributes;
  switch (of.name) {
    case 'reshape':
      return reshapedView(view, from.shape, shape) ?? inOrder(ordered(lowering, from, view), shape);
    case 'transpose':
      return { place: view.place, strides: axes.map((axis) => view.strides[axis]!) };
    case 'slice': {
      const words = starts.reduce((sum, start, axis) => sum + start * view.strides[axis]!, 0);
      return { place: shifted(view.place, words), strides: view.strides };
    }
    default: {
      const isWide = (axis: number) => from.rank > 0 && from.shape[axis] === shape[axis];
      return { place: view.place, strides: shape.map((_, axis) => (isWide(axis) ? view.strides[axis]! : 0)) };
    }
  }
}
