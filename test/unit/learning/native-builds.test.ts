import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compile, compileOn } from '../../../src/graph/compile/compile.ts';
import { findEngine, graphLibrary } from '../../../src/graph/compile/native.ts';
import * as g from '../../../src/graph/index.ts';
import { engineOf, findLibrary, nativeFile } from '../../../src/learning/backend/compiled/native.ts';
import { makeProgram } from '../../../src/learning/backend/compiled/program.ts';
import { wasm } from '../../../src/learning/backend/compiled/wasm.ts';
import { FOLDER } from '../../../src/learning/backend/kernels/sources.js';
import type { Model } from '../../../src/learning/contract.ts';
import { cnnMnist } from '../../../src/learning/models/convolutional.ts';
import { mlp, softmax } from '../../../src/learning/models/dense.ts';
import { streams } from '../../../src/math/streams.ts';
import { weightedSum } from '../../../src/math/sum.ts';
import { job, normalized, polynomial, STEP_ERROR, strided } from '../../support/backends.ts';
import { farthest } from '../../support/compiled.ts';
import { numbers } from '../../support/graph.ts';
import { modelOf, vectorsWithWeights } from '../../support/learning.ts';
import { ROOT } from '../../support/sources.ts';

const BUILD_MILLISECONDS = 120_000;
/** AVX2 without AVX-512, and the first processors of the kind. */
const OLDER = ['-march=x86-64-v3', '-march=x86-64'];

/** The sources in a folder of their own, gone after the test, and what their installation says. */
function install(environment: NodeJS.ProcessEnv, ...request: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'fadelab-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const home = join(folder, 'kernels');
  cpSync(FOLDER, home, { recursive: true, filter: (path) => !path.endsWith('.node') });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const { status, stdout } = spawnSync(process.execPath, [join(home, 'install.js'), ...request], {
    ...{ encoding: 'utf8', env: environment },
  });
  return { status, lines: stdout.trim().split('\n'), built: join(home, 'build') };
}

// Goal: a machine without a C compiler. Method: a PATH that leads nowhere.
test('installing without a compiler says so in one line, and is no error', () => {
  const { status, lines, built } = install({ PATH: '/nowhere' });
  expect([status, lines]).toEqual([0, [expect.stringMatching(/not built .*WebAssembly$/)]]);
  expect(findLibrary(nativeFile(built))).toEqual({ isBuilt: false });
});

test('a library of another system is there, but not used', () => {
  const { built } = install({ PATH: '/nowhere' });
  writeFileSync(nativeFile(built), 'of another system');
  expect(findLibrary(nativeFile(built))).toEqual({ isBuilt: true });
});

const compilers = ['gcc', 'clang'].filter((name) => spawnSync(name, ['--version']).status === 0);

test.each(compilers)('a library that %s made from other sources is not loaded: that would run it', (compiler) => {
  const { built } = install({ PATH: '/nowhere' });
  const ran = join(built, 'ran');
  const code = `#include <stdio.h>\n__attribute__((constructor)) static void run(void) { fclose(fopen(${JSON.stringify(ran)}, "w")); }\n`;
  writeFileSync(join(built, 'other.c'), code);
  const made = spawnSync(compiler, ['-shared', '-fPIC', '-o', nativeFile(built), join(built, 'other.c')]);
  expect(made.status).toBe(0);
  expect(findLibrary(nativeFile(built))).toEqual({ isBuilt: true });
  expect(existsSync(ran)).toBe(false);
});

/** Each compiler that is here, for this processor and for older ones that it can stand in for. */
const builds = [
  ...compilers.map((name) => [name, '-march=native']),
  ...(process.arch === 'x64' ? compilers.slice(0, 1).flatMap((name) => OLDER.map((older) => [name, older])) : []),
] as [string, string][];

const models: Model[] = [
  ...[softmax(), mlp({ hidden: [30, 17] }), cnnMnist()].map((each) => modelOf(each)),
  ...[strided, normalized, polynomial],
];

/** A graph with products, turned and not, chains, sums, rows and a loop. */
const blocks = g.mlp([17, 33, 5]);
const learner = g.training({
  ...{ name: 'small', parameters: blocks.parameters, optimiser: g.adamW({ rate: 0.01, decay: 0.1 }), steps: 3 },
  inputs: { x: g.floats(21, 17), y: g.integers(21) },
  loss: (p, { inputs: { x, y } }) => g.add(g.crossEntropy(blocks.apply(p, x), y), g.mean(g.sum(g.tanh(x), 1))),
});
const size = 17 * 33 + 33 + 33 * 5 + 5;
const given = {
  parameters: {
    layers: blocks.parameters.layers.map(({ kernel, bias }, k) => ({
      kernel: numbers(`kernel/${k}`, g.sizeOf(kernel.shape), [-0.5, 0.5]),
      bias: numbers(`bias/${k}`, g.sizeOf(bias.shape)),
    })),
  },
  state: { m: numbers('m', size), v: numbers('v', size, [0.5, 1]), power1: 0.9, power2: 0.99 },
  inputs: { x: numbers('x', 3 * 21 * 17), y: Array.from({ length: 63 }, (_, k) => k % 5) },
};

describe.runIf(compilers.length > 0)('the native library', () => {
  test.each(builds)(
    'of %s %s adds like the plain sums, and takes the steps of the WebAssembly',
    { timeout: BUILD_MILLISECONDS },
    async (...build) => {
      const { lines, built } = install(process.env, ...build);
      expect(lines).toEqual([`fadelab: native kernels built with ${build[0]}`]);
      const library = findLibrary(nativeFile(built)).library!;
      const { vectors, weights } = vectorsWithWeights({ terms: 7, length: 700, draw: streams(1)('vectors').at(0) });
      const total = new Float32Array(700);
      library.sum(total, vectors, Float64Array.from(weights));
      // No compiler may fuse a product with a sum.
      expect(total).toEqual(weightedSum(vectors, weights));
      // Fused, these leave what the product of the other was rounded by.
      const same = Float32Array.from({ length: 700 }, (_, j) => 1 + j / 701);
      library.sum(total, [same, same], Float64Array.of(0.1, -0.1));
      expect(total).toEqual(new Float32Array(700));
      const engine = engineOf(library);
      for (const model of models) {
        const work = job(model, 2, { optimizer: { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 } });
        const measured = makeProgram(engine, model).train(work);
        const expected = (await wasm.compile(model)).train(work);
        expect(Math.abs(measured.loss / expected.loss - 1)).toBeLessThan(STEP_ERROR);
        const most = Math.max(...expected.parameters.map((each, j) => Math.abs(each - measured.parameters[j]!)));
        expect(most).toBeLessThan(STEP_ERROR);
      }
      const kernels = findEngine(graphLibrary(built))!;
      expect(farthest(compileOn(learner, kernels)(given), compile(learner, 'wasm')(given))).toBeLessThan(STEP_ERROR);
    },
  );
});
