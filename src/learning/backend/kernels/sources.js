/** The kernels' sources and their digest, for the scripts that build them and for the test that compares. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** What the WebAssembly module and the native library are both made of; program.c includes the rest. */
const SOURCES = [
  ...['program.c', 'affine.h', 'descent.h', 'layers.h', 'losses.h', 'normalization.h', 'product.h', 'program.h'],
  ...['vector.h', 'digest.h', 'sums.h', 'addon.c'],
];

/** Digest of some sources, 16 hexadecimal digits. */
export function digestOf(names = SOURCES) {
  const hash = createHash('sha256');
  for (const name of names) hash.update(`${name}\0${readFileSync(FOLDER + name, 'utf8')}\0`);
  return hash.digest('hex').slice(0, 16);
}
