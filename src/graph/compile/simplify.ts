import type { Kind, Operation, Tensor } from '../tensor.ts';
import { isSame } from '../tensor.ts';
import { operation, tensor } from '../write.ts';
import { pieceOf } from './pieces.ts';

/** Numbers of a constant that are looked at, to find its equals. */
const VALUES_MOST = 8;

/** Writes operations of other inputs; of equal ones once, and of those that change nothing not at all. */
export function simplifier(): (of: Operation, inputs: readonly Tensor[]) => Tensor {
  const shared = new Map<string, Operation>();

  /** An operation of these inputs, or an equal one that there is. */
  const write = (like: Operation, inputs: readonly Tensor[]): Operation => {
    const key = keyOf(like, inputs);
    const own = shared.get(key) ?? operation(like.name, inputs, like.shapes, like.attributes, like);
    shared.set(key, own);
    return own;
  };

  const converted = (x: Tensor, kind: Kind): Tensor =>
    x.kind === kind
      ? x
      : tensor(
          write({ ...x.operation, name: 'broadcast', shapes: [x.shape], kinds: [kind], attributes: {}, label: '' }, [
            x,
          ]),
        );

  const simple = (of: Operation, inputs: readonly Tensor[]): Tensor => {
    const [x, y] = inputs as readonly [Tensor, Tensor];
    switch (of.name) {
      case 'stop':
        return x;
      case 'reshape':
        return reshaped(of, x);
      case 'broadcast':
        return widened(of, converted(x, of.kinds[0]!));
      case 'fused': {
        const own = pieceOf(of)?.integers ?? [];
        const whole = inputs.map((each, k) => (own.includes(k) ? converted(each, 'integer') : each));
        return tensor(write({ ...of, attributes: {} }, whole));
      }
      case 'gather':
      case 'scatter':
        return tensor(write(of, [x, converted(y, 'integer')]));
      case 'add':
      case 'multiply':
        return inputs.length === 1 ? x : tensor(write(of, inputs));
      case 'less': {
        // a < b is a < max(a, b): so what a maximum is made of need not be kept for its gradient.
        const larger = shared.get(keyOf({ ...of, name: 'maximum' }, inputs));
        return tensor(write(of, larger === undefined ? inputs : [x, tensor(larger)]));
      }
      default:
        return tensor(write(of, inputs));
    }
  };
  const reshaped = (of: Operation, x: Tensor): Tensor => {
    const from = x.operation.name === 'reshape' ? x.operation.inputs[0]! : x;
    return isSame(from.shape, of.shapes[0]!) ? from : tensor(write(of, [from]));
  };
  const widened = (of: Operation, x: Tensor): Tensor =>
    isSame(x.shape, of.shapes[0]!) ? x : tensor(write({ ...of, kinds: [x.kind] }, [x]));
  return simple;
}

/** Equal of operations that make the same numbers. */
function keyOf({ id, name, label, kinds, shapes, attributes }: Operation, inputs: readonly Tensor[]): string {
  const { values, ...rest } = attributes;
  // Long constants are told apart by who wrote them.
  const own = values === undefined ? '' : values.length > VALUES_MOST ? `#${id}` : Array.from(values).join();
  const from = inputs.map(({ operation: { id: of }, output }) => `${of}.${output}`).join();
  return `${name === 'fused' ? label : name}(${from})${own}:${kinds.join()}:${JSON.stringify([shapes, rest])}`;
}
