/**
 * Builds the native libraries where a C compiler is found: run by `npm install`. It prints one line and never fails, since
 * everything runs without them. Nothing is downloaded. Arguments name another compiler and more of its flags.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { arch, argv, pid } from 'node:process';
import { digestOf, FOLDER, KERNELS } from './sources.js';

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

const fileOf = (name, kernels) => `${name}-${digestOf(kernels)}.node`;

/** Tries one compiler; whether its libraries load. */
const compile = (compilerName, folder) =>
  Object.entries(KERNELS).every(([name, kernels]) =>
    CONTRACTIONS.some((flags) => compileSo(compilerName, kernels, join(folder, fileOf(name, kernels)), flags)),
  );

function compileSo(compilerName, kernels, target, contraction) {
  const flags = [...contraction, ...FLAGS, ...kernels.flags, `-I${headers()}`, `-DSOURCE_DIGEST=${digestOf(kernels)}`];
  // Written aside, then moved: another process may be loading the old one.
  const made = `${target}.${pid}`;
  try {
    execFileSync(compilerName, [...flags, '-o', made, kernels.addon], {
      ...{ cwd: FOLDER, stdio: 'ignore', timeout: 1000 * BUILD_SECONDS },
    });
    renameSync(made, target);
    return createRequire(import.meta.url)(target)[kernels.entry] !== undefined;
  } catch {
    rmSync(made, { force: true });
    return false;
  }
}

function install() {
  const folder = join(FOLDER, 'build');
  const names = Object.entries(KERNELS).map(([name, kernels]) => fileOf(name, kernels));
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) if (!names.includes(old)) rmSync(join(folder, old));
  const found = COMPILERS.find((each) => compile(each, folder));
  if (found !== undefined) return `native kernels built with ${found}`;
  for (const name of names) rmSync(join(folder, name), { force: true });
  return 'native kernels not built (no working C compiler): training runs on WebAssembly';
}

try {
  console.log(`fadelab: ${install()}`);
} catch (error) {
  console.log(`fadelab: native kernels not built (${error.message}): training runs on WebAssembly`);
}
