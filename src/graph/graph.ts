import { input } from './primitive/leaf.ts';
import type { None } from './scan.ts';
import type { Stream, Tensor, Tensors, Tree } from './tensor.ts';
import { isSpec } from './trees.ts';
import { need } from './write.ts';

/** What a graph takes. */
export interface Signature<P, S, I, D extends string> {
  readonly name: string;
  /** Named blocks of one flat vector, in this order: what travels. */
  readonly parameters?: P;
  /** Named blocks of another vector, which its owner keeps: moments, counts, hidden states. */
  readonly state?: S;
  readonly inputs?: I;
  /** Streams by name; whoever runs it derives their keys. */
  readonly draws?: readonly D[];
}

export interface Takes<P, S, I, D extends string> {
  readonly parameters: Tensors<P>;
  readonly state: Tensors<S>;
  readonly inputs: Tensors<I>;
  readonly draws: Readonly<Record<D, Stream>>;
}

/** What a graph makes: the next parameters and state, in place of those that it took, and whatever else. */
export interface Gives<P, S, O> {
  readonly parameters?: Tensors<P>;
  readonly state?: Tensors<S>;
  readonly outputs: O;
}

/** (parameters, state, inputs, draws) → (parameters, state, outputs), as data. */
export interface Graph<P, S, I, D extends string, O> {
  readonly name: string;
  readonly signature: Signature<P, S, I, D>;
  readonly takes: Takes<P, S, I, D>;
  readonly gives: Gives<P, S, O>;
}

/** Tensors for specs, each named by its path. */
function opened<S>(specs: S, path: string): Tensors<S> {
  if (isSpec(specs)) return input(path, specs) as Tensors<S>;
  const isTree = typeof specs === 'object' && specs !== null;
  need(isTree, 'graph', () => `${String(specs)} at ${path}`, 'pass floats(…), integers(…) or table(…)');
  if (Array.isArray(specs))
    return specs.map((each, index) => opened(each, `${path}/${index}`)) as unknown as Tensors<S>;
  const entries = Object.entries(specs as object);
  // The language itself would put such names first, whatever the order they are written in.
  const digits = entries.find(([name]) => /^\d+$/.test(name))?.[0];
  need(digits === undefined, 'graph', () => `name "${digits}" in ${path}`, 'begin names with a letter');
  return Object.fromEntries(entries.map(([name, each]) => [name, opened(each, `${path}/${name}`)])) as Tensors<S>;
}

/**
 * Writes a graph down by running a plain function once on named tensors.
 *
 * @throws ScenarioError with the code GRAPH_INVALID, the operation, its tensors and the line of the caller
 * @example graph({ name: 'double', inputs: { x: floats(3) } }, ({ inputs: { x } }) => ({ outputs: { y: multiply(2, x) } }))
 */
export function graph<
  P extends object = None,
  S extends object = None,
  I extends object = None,
  D extends string = never,
  O extends Tree<Tensor> = None,
>(signature: Signature<P, S, I, D>, body: (takes: Takes<P, S, I, D>) => Gives<P, S, O>): Graph<P, S, I, D, O> {
  const { name, draws = [] } = signature;
  const keys = Object.fromEntries(draws.map((each) => [each, { shape: [2], kind: 'integer' }]));
  const takes = {
    parameters: opened(signature.parameters ?? {}, 'parameters') as Tensors<P>,
    state: opened(signature.state ?? {}, 'state') as Tensors<S>,
    inputs: opened(signature.inputs ?? {}, 'inputs') as Tensors<I>,
    draws: opened(keys, 'draws') as unknown as Record<D, Stream>,
  };
  return { name, signature, takes, gives: body(takes) };
}
