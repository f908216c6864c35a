import { ScenarioError } from '../../errors.ts';
import { sizeOf } from '../../math/shape.ts';
import type { Gives, Graph } from '../graph.ts';
import type { Given } from '../reference/evaluate.ts';
import type { Operation, Tensor } from '../tensor.ts';
import { leaves, rebuilt, specsOf } from '../trees.ts';
import { say, sayShape } from '../write.ts';
import type { Arena, Engine, TableRows } from './engine.ts';
import { flattened } from './flatten.ts';
import { lowered } from './lower.ts';
import { planMemory, settled } from './memory-plan.ts';
import { nativeEngine } from './native.ts';
import { wasmEngine } from './wasm.ts';
import { type Code, writeCode } from './words.ts';

/** Flat numbers in the tree of what a graph gives: 32-bit floats, or integers. */
export type Filled<T> =
  T extends Tensor<number, 'integer'>
    ? Int32Array
    : T extends Tensor
      ? Float32Array
      : { readonly [Name in keyof T]: Filled<T[Name]> };

/** A graph as a program in a memory of its own. */
export interface Compiled<G> {
  /** Takes numbers as `runReference` does; tables as 32-bit floats, or as bytes, which mean value / 255. */
  (given: Given): Filled<G>;
  /** Instructions, words of the memory, and words that it would take if nothing shared a place. */
  readonly size: { readonly instructions: number; readonly words: number; readonly wordsApart: number };
}

/** Words at the start of the memory, of which the first takes an index that is out of bounds. */
const HEAD_WORDS = 16;
/** What vectors may run over the last buffer by. */
const TAIL_WORDS = 64;
const TABLES_MOST = 16;

/** A leaf of what a graph takes, by the path that it is given at. */
interface Leaf {
  readonly tensor: Tensor;
  readonly path: readonly string[];
  readonly isTable: boolean;
}

/**
 * Compiles a graph to one program in one memory, which is planned so that places are used again. A program runs in one call,
 * loops and all, and keeps nothing from one call to the next.
 *
 * `wasm` gives the same bits on every machine, `native` the same on one; both are within 1e-5 of `runReference`, relative
 * to the largest number of an output.
 *
 * @throws ScenarioError with the code GRAPH_INVALID, where a table is read but by rows; when it runs, for numbers that are
 * missing or too many, and for an index out of bounds
 * @example const run = compile(double, 'wasm'); run({ inputs: { x: [1, 2, 4] } }).outputs.y // 2, 4, 8
 */
export const compile = <P, S, I, D extends string, O>(
  graph: Graph<P, S, I, D, O>,
  backend: 'wasm' | 'native' = 'wasm',
): Compiled<Gives<P, S, O>> => compileOn(graph, backend === 'wasm' ? wasmEngine() : nativeEngine());

/** The same on kernels that are there. */
export function compileOn<P, S, I, D extends string, O>(
  graph: Graph<P, S, I, D, O>,
  engine: Engine,
): Compiled<Gives<P, S, O>> {
  const { name, takes, gives } = graph;
  const roots = flattened(leaves(gives as object));
  const given = leavesOf(graph);
  const tables = given.filter(({ isTable }) => isTable);
  if (tables.length > TABLES_MOST) refuse(`${tables.length} tables`, name, `pass at most ${TABLES_MOST}`);
  const entries = { parameters: leaves(takes.parameters as object), tables: tables.map(({ tensor }) => tensor) };
  const program = lowered(roots, entries, engine);
  const plan = planMemory(program.lines, [...program.given.values()], program.made, HEAD_WORDS);
  const code = writeCode(program.lines, plan.starts, plan.words);
  const words = plan.words + code.words.length + TAIL_WORDS;
  const arena = engine.open(words);
  for (const [{ constant }, start] of plan.starts) if (constant !== undefined) arena.floats.set(constant, start);
  arena.integers.set(code.words, code.start);

  const wordOf = (place: Parameters<typeof settled>[0]): number => {
    const { buffer, offset } = settled(place);
    return plan.starts.get(buffer)! + offset;
  };
  const read = new Map<Operation, number>([...program.given].map(([of, place]) => [of, wordOf(place)]));
  const run = (numbers: Given): never => {
    for (const leaf of given) if (!leaf.isTable) put(leaf, numbers, read.get(leaf.tensor.operation), arena, name);
    const rows = tables.map((leaf) => rowsOf(leaf, numbers, name));
    const failed = arena.run(rows, code.start, code.start + code.words.length);
    if (failed >= 0) fail(code, failed, arena, name);
    return rebuilt(gives, (leaf, index) => {
      const start = wordOf(program.made[index]!);
      return (leaf.kind === 'integer' ? arena.integers : arena.floats).slice(start, start + sizeOf(leaf.shape));
    }) as never;
  };
  const instructions = code.operations.size;
  return Object.assign(run, { size: { instructions, words, wordsApart: words + plan.wordsApart - plan.words } });
}

function leavesOf<P, S, I, D extends string, O>({ takes, signature }: Graph<P, S, I, D, O>): readonly Leaf[] {
  const found: Leaf[] = [];
  const tables = new Set(
    leaves(takes.inputs as object).filter((_, k) => specsOf((signature.inputs ?? {}) as object)[k]!.isTable === true),
  );
  const visit = (tree: object, path: readonly string[]): void => {
    if ('operation' in tree) found.push({ tensor: tree as Tensor, path, isTable: tables.has(tree as Tensor) });
    else for (const [key, each] of Object.entries(tree)) visit(each, [...path, key]);
  };
  visit(takes, []);
  return found;
}

function refuse(what: string, where: string, remedy: string): never {
  throw new ScenarioError({ what: `invalid ${what}`, where: `graph ${where}`, remedy, code: 'GRAPH_INVALID' });
}

const numbersAt = (given: Given, path: readonly string[]): unknown =>
  path.reduce<unknown>((tree, key) => (tree as Record<string, unknown> | undefined)?.[key], given);

const flatOf = (numbers: unknown): ArrayLike<number> => {
  if (typeof numbers === 'number') return [numbers];
  if (ArrayBuffer.isView(numbers)) return numbers as unknown as ArrayLike<number>;
  return Array.from(numbers as ArrayLike<unknown>, (each) => Array.from(flatOf(each))).flat();
};

/** Puts what is given where the program reads it. */
function put({ tensor, path }: Leaf, given: Given, start: number | undefined, arena: Arena, name: string): void {
  if (start === undefined) return;
  const count = sizeOf(tensor.shape);
  const own = numbersAt(given, path);
  const wanted = `${count === 1 ? '1 number' : `${count} numbers`} for ${path.join('/')} ${sayShape(tensor.shape)}`;
  if (own === undefined || own === null) refuse(`input: nothing for ${path.join('/')}`, name, `pass ${wanted}`);
  const flat = flatOf(own);
  if (flat.length !== count) refuse(`input: ${flat.length} numbers for ${path.join('/')}`, name, `pass ${wanted}`);
  (tensor.kind === 'integer' ? arena.integers : arena.floats).set(flat, start);
}

function rowsOf({ tensor, path }: Leaf, given: Given, name: string): TableRows {
  const own = numbersAt(given, path);
  const isRows = own instanceof Float32Array || own instanceof Uint8Array;
  const wanted = `pass ${sizeOf(tensor.shape)} numbers as a Float32Array, or as bytes`;
  if (!isRows || own.length !== sizeOf(tensor.shape))
    refuse(`table: ${path.join('/')} ${sayShape(tensor.shape)}`, name, wanted);
  return own;
}

function fail({ words, start, operations }: Code, failed: number, { integers }: Arena, name: string): never {
  // A loop that was left half way has moved its places.
  integers.set(words, start);
  const of = operations.get(failed)!;
  const pieces = of.label === '' ? [] : of.label.split('/');
  const where = of.line === undefined ? name : `${name}, ${of.line}`;
  const [rows, index] = of.inputs as readonly [Tensor, Tensor];
  const table = of.name === 'scatter' ? { ...rows, shape: of.shapes[0]! } : rows;
  const size = of.name === 'fused' ? rows.shape.at(-1)! : table.shape[of.attributes.batch ?? 0]!;
  const chain = [...pieces, ...(of.name === 'fused' ? [] : [of.name])].join(' › ');
  return refuse(`${chain}: index ${integers[0]} of ${say(table)} by ${say(index)}`, where, `pass 0 … ${size - 1}`);
}
