import { expect } from 'vitest';
import { type Compiled, compile } from '../../src/graph/compile/compile.ts';
import { hasNativeGraphs } from '../../src/graph/compile/native.ts';
import { type Given, type Graph, type Made, runReference } from '../../src/graph/index.ts';

/** The back ends that are here: the native one only where it was built. */
export const COMPILERS: readonly ('wasm' | 'native')[] = ['wasm', ...(hasNativeGraphs() ? (['native'] as const) : [])];
/** Of 32-bit arithmetic, relative to the largest number of an output. */
export const COMPILED_ERROR = 1e-5;

type Numbers = Float64Array | Float32Array | Int32Array;
const arrays = (tree: unknown): readonly Numbers[] =>
  ArrayBuffer.isView(tree) ? [tree as Numbers] : Object.values(tree as object).flatMap(arrays);

/** The largest difference of two trees of arrays, each relative to the largest number of its array. */
export function farthest(made: unknown, wanted: unknown): number {
  const [a, b] = [arrays(made), arrays(wanted)];
  expect(a.map(({ length }) => length)).toEqual(b.map(({ length }) => length));
  let worst = 0;
  a.forEach((own, k) => {
    const other = b[k]!;
    const largest = Array.from(other).reduce((most, each) => Math.max(most, Math.abs(each)), 1e-30);
    own.forEach((each, j) => {
      const away = Math.abs(each - other[j]!) / largest;
      worst = Number.isNaN(away) ? Number.POSITIVE_INFINITY : Math.max(worst, away);
    });
  });
  return worst;
}

/** Runs a graph in 64 bits, and holds against it what every back end makes of it, twice. */
export function runEverywhere<P, S, I, D extends string, O>(
  graph: Graph<P, S, I, D, O>,
  given: Given,
): Made<(typeof graph)['gives']> {
  const wanted = runReference(graph, given);
  for (const backend of COMPILERS) {
    const run = compile(graph, backend) as Compiled<unknown>;
    const once = run(given);
    expect(farthest(once, wanted), backend).toBeLessThan(COMPILED_ERROR);
    expect(run(given), backend).toEqual(once);
  }
  return wanted;
}
