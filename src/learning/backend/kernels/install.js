/**
 * Builds the native library where a C compiler is found: run by `npm install`. It prints one line and never fails, since
 * everything runs without the library. Nothing is downloaded.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pid } from 'node:process';
import { digestOf, FOLDER } from './sources.js';

const COMPILERS = ['clang', 'cc', 'gcc'];
const FLAGS = [
  ...['-std=gnu17', '-O3', '-march=native', '-ffp-contract=fast', '-shared', '-fPIC'],
  // Without these two a common name can be taken from another library of the process.
  ...['-fvisibility=hidden', '-Wl,-Bsymbolic'],
];
const BUILD_SECONDS = 120;

const headers = () => join(dirname(createRequire(import.meta.url).resolve('node-api-headers/package.json')), 'include');

/** Tries one compiler; whether its library loads. */
function compile(compiler, target) {
  const flags = [...FLAGS, `-I${headers()}`, `-DSOURCE_DIGEST=${digestOf()}`];
  // Written aside, then moved: another process may be loading the old one.
  const made = `${target}.${pid}`;
  try {
    execFileSync(compiler, [...flags, '-o', made, 'addon.c'], {
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
  const compiler = COMPILERS.find((each) => compile(each, join(folder, name)));
  if (compiler !== undefined) return `native kernels built with ${compiler}`;
  rmSync(join(folder, name), { force: true });
  return 'native kernels not built (no working C compiler): training runs on WebAssembly';
}

try {
  console.log(`fadelab: ${install()}`);
} catch (error) {
  console.log(`fadelab: native kernels not built (${error.message}): training runs on WebAssembly`);
}
