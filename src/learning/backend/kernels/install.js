/**
 * Builds the native library where a C compiler is found: run by `npm install`. It prints one line and never fails, since
 * everything runs without the library. Nothing is downloaded. Arguments name another compiler and more of its flags.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { arch, argv, pid } from 'node:process';
import { digestOf, FOLDER } from './sources.js';

const [compiler, ...more] = argv.slice(2);
const COMPILERS = compiler === undefined ? ['clang', 'cc', 'gcc'] : [compiler];
const FLAGS = [
  ...['-std=gnu17', '-O3', '-march=native', '-shared', '-fPIC'],
  // Without these two a common name can be taken from another library of the process.
  ...['-fvisibility=hidden', '-Wl,-Bsymbolic'],
  // Else plain loops stay with half of a processor's widest vectors.
  ...(arch === 'x64' ? ['-mprefer-vector-width=512'] : []),
  ...more,
];
/**
 * Products and sums may be fused, but not where a source forbids it. clang, whatever it is called, heeds that only where it
 * fuses inside expressions, and gcc fuses only where it may do so everywhere: sources refuse the wrong one of the two.
 */
const CONTRACTIONS = [['-ffp-contract=on', '-DFUSES_INSIDE_EXPRESSIONS'], ['-ffp-contract=fast']];
const BUILD_SECONDS = 120;

const headers = () => join(dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')), 'include');

/** Tries one compiler; whether its library loads. */
const compile = (name, target) => CONTRACTIONS.some((contraction) => compileSo(name, target, contraction));

function compileSo(name, target, contraction) {
  const flags = [...contraction, ...FLAGS, `-I${headers()}`, `-DSOURCE_DIGEST=${digestOf()}`];
  // Written aside, then moved: another process may be loading the old one.
  const made = `${target}.${pid}`;
  try {
    execFileSync(name, [...flags, '-o', made, 'addon.c'], {
      ...{ cwd: FOLDER, stdio: 'ignore', timeout: 1000 * BUILD_SECONDS },
    });
    renameSync(made, target);
    return createRequire(import.meta.url)(target).train !== undefined;
  } catch {
    rmSync(made, { force: true });
    return false;
  }
}

function install() {
  const folder = join(FOLDER, 'build');
  const name = `kernels-${digestOf()}.node`;
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) if (old !== name) rmSync(join(folder, old));
  const found = COMPILERS.find((each) => compile(each, join(folder, name)));
  if (found !== undefined) return `native kernels built with ${found}`;
  rmSync(join(folder, name), { force: true });
  return 'native kernels not built (no working C compiler): training runs on WebAssembly';
}

try {
  console.log(`fadelab: ${install()}`);
} catch (error) {
  console.log(`fadelab: native kernels not built (${error.message}): training runs on WebAssembly`);
}
