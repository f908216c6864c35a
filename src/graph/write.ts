import { ScenarioError } from '../errors.ts';
import type { Attributes, Kind, Operation, Primitive, Shape, Tensor } from './tensor.ts';

let written = 0;
/** Names of the fused operations that are being written. */
const around: string[] = [];

/** Operations and pieces that fail when they run, if an index is out of bounds. */
const CAN_FAIL: ReadonlySet<string> = new Set(['gather', 'scatter', 'log-probabilities']);

/** What an operation has beside its inputs and shapes; a copy has those of another. */
type Marks = Partial<Pick<Operation, 'label' | 'kinds' | 'line'>>;

/** Writes an operation down. */
export function operation(
  name: Primitive,
  inputs: readonly Tensor[],
  shapes: readonly Shape[],
  attributes: Attributes = {},
  { label = around.join('/'), kinds = ['float'], line }: Marks = {},
): Operation {
  written += 1;
  const own = line ?? (CAN_FAIL.has(name === 'fused' ? label : name) ? place() : undefined);
  return { id: written, name, label, inputs, shapes, kinds, attributes, line: own };
}

/** One output of an operation. */
export function tensor<R extends number, K extends Kind>(from: Operation, output = 0): Tensor<R, K> {
  const shape = from.shapes[output] as Shape;
  const kind = (from.kinds[output] ?? from.kinds[0]) as K;
  return { shape, rank: shape.length as R, kind, operation: from, output };
}

/** An operation with one output. */
export const made = <R extends number, K extends Kind = 'float'>(
  name: Primitive,
  inputs: readonly Tensor[],
  shape: Shape,
  attributes?: Attributes,
  kind: Kind = 'float',
): Tensor<R, K> => tensor(operation(name, inputs, [shape], attributes, { kinds: [kind] }));

/** Operations that are written meanwhile are pieces of the fused operation of that name. */
export function within<T>(name: string, write: () => T): T {
  around.push(name);
  try {
    return write();
  } finally {
    around.pop();
  }
}

const HERE = new URL('.', import.meta.url).pathname;

/** The line that wrote what is wrong: the innermost outside of this folder. */
function place(): string | undefined {
  const frames = new Error().stack?.split('\n').slice(1) ?? [];
  const frame = frames.find(
    (line) => /[/\\].*:\d+:\d+\)?$/.test(line) && !line.includes(HERE) && !line.includes('node:'),
  );
  return frame?.replace(/^.*[/\\]([^/\\]+:\d+):\d+\)?$/, '$1');
}

/** Refuses what can't be written: `what` says the tensors, `remedy` what to do. */
export function need(condition: boolean, name: string, what: () => string, remedy: string): void {
  if (condition) return;
  const chain = [...around, name].join(' › ');
  throw new ScenarioError({ what: `invalid ${chain}: ${what()}`, where: place(), remedy, code: 'GRAPH_INVALID' });
}

export const sayShape = (shape: Shape): string => `[${shape.join(', ')}]`;
/** A tensor as errors name it: by its input's path, or by what made it. */
export const say = ({ operation: { name, label }, shape }: Tensor): string =>
  `${name === 'input' ? label : name} ${sayShape(shape)}`;

/** An axis, counted from the first; negative ones count from the last. */
export function axisOf(name: string, x: Tensor, axis: number): number {
  const isThere = Number.isInteger(axis) && axis >= -x.rank && axis < x.rank;
  need(isThere, name, () => `axis ${axis} of ${say(x)}`, `pass a whole number from ${-x.rank} to ${x.rank - 1}`);
  return axis < 0 ? axis + x.rank : axis;
}
