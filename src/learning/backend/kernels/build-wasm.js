/**
 * Makes the WebAssembly modules from the sources beside this file: `npm run kernels`. Needs clang and wasm-ld, which users
 * never do. The same clang makes the same bytes. Arguments name one of the kernels, and another file to write.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, FOLDER, KERNELS } from './sources.js';

// Neither fused nor relaxed instructions: their results differ between processors.
const FLAGS = [
  ...['--target=wasm32', '-std=c17', '-O3', '-msimd128', '-mbulk-memory', '-ffp-contract=off'],
  ...['-ffreestanding', '-nostdlib', '-Wall', '-Wextra', '-Werror'],
  ...['-Wl,--no-entry', '-Wl,--strip-all', '-Wl,--export=__heap_base', '-Wl,-z,stack-size=65536'],
];
const COLUMNS = 240;

const clang = 'clang';
const [only, aside] = process.argv.slice(2);

function build(kernels, target) {
  const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
  try {
    const binary = join(folder, 'kernels.wasm');
    const flags = [...FLAGS, ...kernels.flags];
    execFileSync(clang, [...flags, '-o', binary, kernels.program], {
      ...{ cwd: FOLDER, stdio: ['ignore', 'inherit', 'inherit'] },
    });
    writeFileSync(target, moduleOf(binary, digestOf(kernels)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function moduleOf(binary, digest) {
  const [first] = execFileSync(clang, ['--version'], { encoding: 'utf8' }).split('\n');
  const text = readFileSync(binary).toString('base64');
  const lines = text.match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? [];
  return [
    '/** The kernels as a WebAssembly module. Made by `npm run kernels`: change the C sources, not this file. */',
    '',
    '/** Of the sources that it was made from. */',
    `export const SOURCE_DIGEST = '${digest}';`,
    '',
    '/** What made it. */',
    `export const COMPILER = '${(first ?? '').replace(/'/g, '')}';`,
    '',
    '/** In base 64. */',
    'export const WASM = `',
    ...lines,
    '`;',
    '',
  ].join('\n');
}

for (const [name, kernels] of Object.entries(KERNELS)) {
  if (only === undefined || only === name) build(kernels, aside ?? join(FOLDER, kernels.binary));
}
