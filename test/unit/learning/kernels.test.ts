import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Arena } from '../../../src/learning/backend/compiled/engine.ts';
import { makeProgram } from '../../../src/learning/backend/compiled/program.ts';
import { loadWasm, wasm } from '../../../src/learning/backend/compiled/wasm.ts';
import { COMPILER } from '../../../src/learning/backend/compiled/wasm-binary.ts';
import { digestOf, FOLDER, KERNELS } from '../../../src/learning/backend/kernels/sources.js';
import type { Model } from '../../../src/learning/contract.ts';
import { cnnMnist } from '../../../src/learning/models/convolutional.ts';
import { mlp, softmax } from '../../../src/learning/models/dense.ts';
import { layoutOf } from '../../../src/learning/models/layout.ts';
import { BACKENDS, cnnNormalized, job, normalized, STEP_ERROR, strided } from '../../support/backends.ts';
import { modelOf, randomParameters, randomSamples } from '../../support/learning.ts';

const compiled = BACKENDS.filter(({ name }) => name !== 'tensorflow');

/** The first line of `clang --version`, where there is one. */
const clang = spawnSync('clang', ['--version'], { encoding: 'utf8' }).stdout?.split('\n')[0];

describe.each(Object.entries(KERNELS))('the WebAssembly module of %s', (name, kernels) => {
  const file = join(FOLDER, kernels.binary);

  test('was made from the sources as they are', () => {
    expect(readFileSync(file, 'utf8')).toContain(`export const SOURCE_DIGEST = '${digestOf(kernels)}';`);
  });

  test.runIf(clang === COMPILER)('is made again, byte for byte, by the compiler that made it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fadelab-'));
    const again = join(folder, 'wasm-binary.ts');
    try {
      execFileSync(process.execPath, [join(FOLDER, 'build-wasm.js'), name, again]);
      expect(readFileSync(again, 'utf8')).toBe(readFileSync(file, 'utf8'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const models: [string, Model][] = [
  ['softmax', modelOf(softmax())],
  ['mlp', modelOf(mlp({ hidden: [30, 17], activation: 'sigmoid' }))],
  ['cnn-mnist and its dropout', modelOf(cnnMnist())],
  ['cnn-normalized', cnnNormalized],
  ['strided convolutions', strided],
  ['batch normalizations and dropout of channels', normalized],
];

describe.each(compiled)('$name', (backend) => {
  test.each(models)('takes the step of TensorFlow.js with %s', async (_, model) => {
    const optimizer = { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 };
    const work = job(model, 2, { optimizer });
    const [expected, measured] = await Promise.all(
      [BACKENDS[0]!, backend].map(async (each) => (await each.compile(model)).train(work)),
    );
    expect(Math.abs(measured!.loss / expected!.loss - 1)).toBeLessThan(STEP_ERROR);
    const most = Math.max(...expected!.parameters.map((each, j) => Math.abs(each - measured!.parameters[j]!)));
    expect(most).toBeLessThan(STEP_ERROR);
  });

  test('gives a job the same bits whatever ran before it, for whom and in which batches', async () => {
    const [one, other] = await Promise.all([modelOf(cnnMnist()), normalized].map((model) => backend.compile(model)));
    const works = [job(modelOf(cnnMnist()), 2), job(normalized, 2)];
    const first = one!.train(works[0]!);
    other!.train(works[1]!);
    one!.evaluate(randomParameters(21_840, 0.2), works[0]!.samples, 3, 30);
    one!.gradient(works[0]!);
    one!.train({ ...works[0]!, optimizer: { learningRate: 0.3, momentum: 0.5, weightDecay: 0.1 }, batch: 16 });
    expect(one!.train(works[0]!)).toEqual(first);
  });

  test('scores a sample alike in every block', async () => {
    const model = modelOf(cnnMnist());
    const program = await backend.compile(model);
    const samples = randomSamples({ count: 130, shape: [28, 28, 1], classes: 10, bytes: true });
    const parameters = randomParameters(21_840, 0.1);
    const alone = Array.from({ length: 130 }, (_, i) => program.evaluate(parameters, samples, i, i + 1).lossSum);
    const whole = program.evaluate(parameters, samples, 0, 130).lossSum;
    expect(Math.abs(alone.reduce((sum, each) => sum + each) / whole - 1)).toBeLessThan(1e-13);
  });

  test('has the loss of far logits, and lets a diverged model show', async () => {
    const model: Model = { name: 'logits', inputShape: [1, 1, 3], layers: [{ layer: 'dense', units: 3 }] };
    const program = await backend.compile(model);
    const identity = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0);
    const features = Float32Array.of(1000, 0, -1000, 30, 30, 30, -200, 0, -1);
    const samples = { count: 3, shape: [1, 1, 3], classes: 3, features, labels: Uint8Array.of(2, 0, 1) } as const;
    const lossOf = (at: number) => program.evaluate(identity, samples, at, at + 1).lossSum;
    expect(lossOf(0)).toBe(2000);
    expect(Math.abs(lossOf(1) - Math.log(3))).toBeLessThan(1e-12);
    expect(Math.abs(lossOf(2) - Math.log1p(Math.exp(-1)))).toBeLessThan(1e-7);
    expect(program.evaluate(identity.fill(Number.NaN), samples, 0, 1).lossSum).toBeNaN();
  });

  test('compiles one model once', () => {
    const first = backend.compile(modelOf(softmax()));
    expect(backend.compile(modelOf(softmax({ initial: 'glorot' })))).toBe(first);
    expect(backend.detail).toMatch(/WebAssembly|native/);
  });
});

test('a resident model keeps one memory for all its jobs', () => {
  const engine = loadWasm();
  const arenas: Arena[] = [];
  const open = () => {
    arenas.push(engine.open());
    return arenas.at(-1)!;
  };
  const model = modelOf(cnnMnist());
  const program = makeProgram({ ...engine, open }, model);
  const work = job(model, 3);
  const sizes = Array.from({ length: 30 }, (_, client) => {
    program.train({ ...work, dropoutSeed: client });
    program.evaluate(work.parameters, work.samples, 0, 40);
    return arenas[0]!.words.floats.buffer.byteLength;
  });
  expect(new Set(sizes).size).toBe(1);
  expect(arenas).toHaveLength(1);
  expect(layoutOf(model).vectorLength).toBe(work.parameters.length);
  expect(wasm.name).toBe('wasm');
});
