/** The kernels' sources and their digests, for the scripts that build them and for the tests that compare. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/**
 * What a WebAssembly module and a native library are both made of: of each the program and the add-on, which include the
 * rest, where the module goes, and what a library exports that runs here.
 */
export const KERNELS = {
  kernels: {
    ...{ program: 'program.c', addon: 'addon.c', binary: '../compiled/wasm-binary.ts', entry: 'train' },
    flags: [],
    sources: [
      ...['program.c', 'affine.h', 'descent.h', 'layers.h', 'losses.h', 'normalization.h', 'product.h', 'program.h'],
      ...['vector.h', 'digest.h', 'sums.h', 'addon.c', 'processor.h'],
    ],
  },
  graph: {
    ...{ program: 'graph/program.c', addon: 'graph/addon.c', entry: 'run' },
    binary: '../../../graph/compile/wasm-binary.ts',
    // A word of the memory is a float here and an integer there.
    flags: ['-fno-strict-aliasing'],
    sources: [
      ...['graph/program.c', 'graph/chain.h', 'graph/draws.h', 'graph/functions.h', 'graph/images.h', 'graph/matrix.h'],
      ...['graph/instruction.h', 'graph/likelihood.h', 'graph/reduce.h', 'graph/rows.h'],
      ...['graph/addon.c', 'product.h', 'vector.h', 'processor.h'],
    ],
  },
};

/** Digest of some kernels' sources, 16 hexadecimal digits. */
export function digestOf({ sources } = KERNELS.kernels) {
  const hash = createHash('sha256');
  for (const name of sources) hash.update(`${name}\0${readFileSync(FOLDER + name, 'utf8')}\0`);
  return hash.digest('hex').slice(0, 16);
}
