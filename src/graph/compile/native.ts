import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ScenarioError } from '../../errors.ts';
import type { Arena, Engine, TableRows } from './engine.ts';
import { SOURCE_DIGEST } from './wasm-binary.ts';

/** What ../../learning/backend/kernels/graph/addon.c exports. One from another kind of processor has its digest only. */
interface Library {
  readonly digest: string;
  readonly lanes: number;
  readonly slots: number;
  run(words: Float32Array, tables: readonly TableRows[], from: number, to: number): number;
  misalignment(words: Float32Array): number;
}

const ALIGNMENT = 64;
const require = createRequire(import.meta.url);

/** Where the library lies that was built from these sources, if one was; npm builds into the package. */
export function graphLibrary(folder?: string): string {
  const root = () => dirname(require.resolve('fadelab/package.json'));
  const home = folder ?? join(root(), 'src', 'learning', 'backend', 'kernels', 'build');
  return join(home, `graph-${SOURCE_DIGEST}.node`);
}

/** What a library offers; undefined where there is none that runs here. */
export function findEngine(file?: string): Engine | undefined {
  try {
    const library = require(file ?? graphLibrary()) as Partial<Library>;
    return library.digest === SOURCE_DIGEST && library.run ? engineOf(library as Library) : undefined;
  } catch {
    return undefined;
  }
}

const engineOf = (library: Library): Engine => ({
  lanes: library.lanes,
  slots: library.slots,
  open(words): Arena {
    const bytes = new ArrayBuffer(4 * words + ALIGNMENT);
    const from = library.misalignment(new Float32Array(bytes));
    const [integers, floats] = [new Int32Array(bytes, from, words), new Float32Array(bytes, from, words)];
    return { integers, floats, run: (tables, first, last) => library.run(floats, tables, first, last) };
  },
});

let found: { readonly engine: Engine | undefined } | undefined;

/** Whether the native library is there and runs on this processor. */
export function hasNativeGraphs(): boolean {
  found ??= { engine: findEngine() };
  return found.engine !== undefined;
}

/** The kernels as a library for this machine's processor: the same bits in every run here, others elsewhere. */
export function nativeEngine(): Engine {
  if (hasNativeGraphs()) return found?.engine as Engine;
  throw new ScenarioError({
    what: 'missing native kernels',
    where: 'compile',
    remedy: "install a C compiler and run `npm rebuild fadelab`, or compile for 'wasm'",
    code: 'BACKEND_UNAVAILABLE',
  });
}
