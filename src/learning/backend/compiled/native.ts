import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { assert } from '../../../assert.ts';
import { ScenarioError } from '../../../errors.ts';
import type { Backend, Samples } from '../../contract.ts';
import { compiledBackend } from './backend.ts';
import type { Arena, Engine } from './engine.ts';
import { SOURCE_DIGEST } from './wasm-binary.ts';
import { WORDS, type Words } from './words.ts';

/** What ../kernels/addon.c exports. A library that was built on another kind of processor has its digest only. */
interface Library {
  readonly digest: string;
  readonly vectors: string;
  readonly words: number;
  readonly tile: number;
  train(
    words: Float32Array,
    features: Samples['features'],
    labels: Uint8Array,
    targets: Float32Array | undefined,
    indices: Uint32Array,
    batch: number,
    norms: Float64Array | undefined,
  ): number;
  evaluate(
    words: Float32Array,
    features: Samples['features'],
    labels: Uint8Array,
    targets: Float32Array | undefined,
    count: number,
    sums: Float64Array,
  ): void;
  forward(words: Float32Array, features: Samples['features'], labels: Uint8Array, indices: Uint32Array): void;
  misalignment(words: Float32Array): number;
  murmur(array: ArrayBufferView): string | undefined;
  sum(total: Float32Array, vectors: readonly Float32Array[], weights: Float64Array): void;
  enlargePages(bytes: Uint8Array): void;
}

const ALIGNMENT = 64;

function open(library: Library): Arena {
  const sums = new Float64Array(2);
  let words: Words = { integers: new Int32Array(), floats: new Float32Array() };
  return {
    resize(count) {
      const buffer = new ArrayBuffer(4 * count + ALIGNMENT);
      const from = library.misalignment(new Float32Array(buffer));
      words = { integers: new Int32Array(buffer, from, count), floats: new Float32Array(buffer, from, count) };
    },
    get words() {
      return words;
    },
    train: ({ features, labels, count, targets }, indices, batch, norms) => {
      checkIndices(indices, count);
      return library.train(words.floats, features, labels, targets, indices, batch, norms);
    },
    evaluate({ features, labels, count, targets, classes }, from, to) {
      assert(from >= 0 && from <= to && to <= count, 'a range of samples');
      const size = features.length / count;
      const own = [features.subarray(from * size), labels.subarray(from), targets?.subarray(from * classes)] as const;
      sums.fill(0);
      library.evaluate(words.floats, ...own, to - from, sums);
      return { lossSum: sums[0]!, correct: sums[1]! };
    },
    forward({ features, labels, count }, indices) {
      checkIndices(indices, count);
      library.forward(words.floats, features, labels, indices);
    },
  };
}

/** Nothing else checks in C. */
const checkIndices = (indices: Uint32Array, count: number): void =>
  assert(
    indices.every((index) => index < count),
    'indices are those of samples',
  );

const require = createRequire(import.meta.url);

/** Where the library lies that was built from these sources, if one was; npm builds into the package. */
export function nativeFile(folder?: string): string {
  const root = () => dirname(require.resolve('fadelab/package.json'));
  const home = folder ?? join(root(), 'src', 'learning', 'backend', 'kernels', 'build');
  return join(home, `kernels-${SOURCE_DIGEST}.node`);
}

const MISSING: ReadonlySet<unknown> = new Set(['ENOENT', 'MODULE_NOT_FOUND']);

/** The library for this processor, if there is one, and else whether there is one that doesn't run here. */
export function findLibrary(file?: string): { readonly library?: Library; readonly isBuilt: boolean } {
  try {
    const path = file ?? nativeFile();
    // To load it is to run it: whether it was built from these sources stands in its bytes.
    if (!readFileSync(path).includes(SOURCE_DIGEST)) return { isBuilt: true };
    const library = require(path) as Partial<Library>;
    const isOurs = library.digest === SOURCE_DIGEST && library.words === WORDS && library.train !== undefined;
    return isOurs ? { library: library as Library, isBuilt: true } : { isBuilt: true };
  } catch (error) {
    return { isBuilt: !MISSING.has((error as { readonly code?: unknown }).code) };
  }
}

let found: ReturnType<typeof findLibrary> | undefined;

function known() {
  found ??= findLibrary();
  return found;
}

/** What a library offers. */
export const engineOf = (library: Library): Engine => ({
  lanes: Math.floor(library.tile / 1000),
  tileRows: library.tile % 1000,
  open: () => open(library),
});

/** Whether the native library is there and runs on this processor. */
export const hasNative = (): boolean => known().library !== undefined;

/** What `math/digest` makes of an array, in half the time; undefined without the library, and of a `DataView`. */
export const nativeDigest = (array: ArrayBufferView): string | undefined => known().library?.murmur(array);

/**
 * What `math/sum` adds up, in a third of the time: vectors as long as the total, all of 32-bit numbers. False without the
 * library; then nothing has happened.
 */
export function nativeSum(total: Float32Array, vectors: readonly Float32Array[], weights: readonly number[]): boolean {
  const { library } = known();
  library?.sum(total, vectors, Float64Array.from(weights));
  return library !== undefined;
}

/** Asks for large pages under memory that nothing has been written to yet, and that is read in no order. */
export const enlargePages = (bytes: Uint8Array): void => known().library?.enlargePages(bytes);

function load(): Engine {
  const { library, isBuilt } = known();
  if (!library) {
    throw new ScenarioError({
      what: isBuilt ? 'unsupported native kernels: built for another processor or system' : 'missing native kernels',
      where: 'backend native',
      remedy: `${isBuilt ? '' : 'install a C compiler and '}run \`npm rebuild fadelab\`, or use --backend wasm`,
      code: 'BACKEND_UNAVAILABLE',
    });
  }
  return engineOf(library);
}

/**
 * The kernels as a library for this machine's processor. The same job gives the same bits in every run and thread here;
 * another processor or compiler rounds differently.
 */
export const native: Backend = {
  ...compiledBackend('native', 'native', load),
  get detail() {
    const { library } = known();
    return library ? `native, ${library.vectors}` : 'native, not built';
  },
};
