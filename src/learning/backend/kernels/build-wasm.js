/**
 * Makes ../compiled/wasm-binary.ts from the sources beside this file: `npm run kernels`. Needs clang and wasm-ld, which
 * users never do. The same clang makes the same bytes. An argument names another file to write.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, FOLDER } from './sources.js';

// Neither fused nor relaxed instructions: their results differ between processors.
const FLAGS = [
  ...['--target=wasm32', '-std=c17', '-O3', '-msimd128', '-mbulk-memory', '-ffp-contract=off'],
  ...['-ffreestanding', '-nostdlib', '-Wall', '-Wextra', '-Werror'],
  ...['-Wl,--no-entry', '-Wl,--strip-all', '-Wl,--export=__heap_base', '-Wl,-z,stack-size=65536'],
];
const COLUMNS = 240;

const clang = 'clang';
const target = process.argv[2] ?? join(FOLDER, '../compiled/wasm-binary.ts');
const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
try {
  const binary = join(folder, 'kernels.wasm');
  execFileSync(clang, [...FLAGS, '-o', binary, 'program.c'], { cwd: FOLDER, stdio: ['ignore', 'inherit', 'inherit'] });
  const [first] = execFileSync(clang, ['--version'], { encoding: 'utf8' }).split('\n');
  const text = readFileSync(binary).toString('base64');
  const lines = text.match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? [];
  writeFileSync(
    target,
    [
      '/** The kernels as a WebAssembly module. Made by `npm run kernels`: change the C sources, not this file. */',
      '',
      '/** Of the sources that it was made from. */',
      `export const SOURCE_DIGEST = '${digestOf()}';`,
      '',
      '/** What made it. */',
      `export const COMPILER = '${(first ?? '').replace(/'/g, '')}';`,
      '',
      '/** In base 64. */',
      'export const WASM = `',
      ...lines,
      '`;',
      '',
    ].join('\n'),
  );
} finally {
  rmSync(folder, { recursive: true });
}
