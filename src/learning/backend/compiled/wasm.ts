import { assert } from '../../../assert.ts';
import type { Backend, Samples } from '../../contract.ts';
import { compiledBackend } from './backend.ts';
import type { Arena, Engine } from './engine.ts';
import { WASM } from './wasm-binary.ts';
import { compileWasm, instantiateWasm, type WasmExports, type WasmModule } from './web-assembly.ts';
import { WORDS, type Words } from './words.ts';

/** Bytes of samples that go into the memory at once. */
const STAGE_BYTES = 2 ** 18;
const PAGE_BYTES = 65_536;
/** A cache line. */
const ALIGNMENT = 64;

/** What ../kernels/program.c exports; addresses are in bytes. */
interface Kernels extends WasmExports {
  words(): number;
  tile(): number;
  train(memory: number, features: number, labels: number, indices: 0, steps: number, step: number): number;
  evaluate(memory: number, features: number, labels: number, count: number, sums: number): void;
}

const aligned = (address: number): number => Math.ceil(address / ALIGNMENT) * ALIGNMENT;

/** Places behind the model's words where samples, labels and sums go. */
interface Stage {
  readonly features: number;
  readonly labels: number;
  readonly sums: number;
  /** Bytes for features, and samples for labels. */
  readonly bytes: number;
}

interface State {
  readonly kernels: Kernels;
  readonly base: number;
  stage: Stage;
  words: Words;
  bytes: Uint8Array;
}

function resize(state: State, words: number, batch: number, sampleSize: number): void {
  const { memory } = state.kernels;
  const bytes = Math.max(STAGE_BYTES, 4 * batch * sampleSize);
  const features = aligned(state.base + 4 * words);
  const labels = aligned(features + bytes);
  const sums = aligned(labels + bytes / sampleSize + 1);
  const end = sums + ALIGNMENT;
  if (end > memory.buffer.byteLength) memory.grow(Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES));
  state.stage = { features, labels, sums, bytes };
  state.bytes = new Uint8Array(memory.buffer);
  state.bytes.fill(0, state.base, end);
  const span = [memory.buffer, state.base, words] as const;
  state.words = { integers: new Int32Array(...span), floats: new Float32Array(...span) };
}

/** The features as bytes, and bytes of one sample. */
function rowsOf({ features, count }: Samples): { rows: Uint8Array; rowBytes: number } {
  const rows = new Uint8Array(features.buffer, features.byteOffset, features.byteLength);
  return { rows, rowBytes: features.byteLength / count };
}

function train({ kernels, base, stage, bytes }: State, samples: Samples, indices: Uint32Array, batch: number): number {
  const { rows, rowBytes } = rowsOf(samples);
  const steps = indices.length / batch;
  const chunk = Math.max(1, Math.floor(stage.bytes / (batch * rowBytes)));
  let total = 0;
  for (let step = 0; step < steps; step += chunk) {
    const some = Math.min(chunk, steps - step);
    for (let j = 0; j < some * batch; j += 1) {
      const index = indices[step * batch + j]!;
      bytes.set(rows.subarray(index * rowBytes, (index + 1) * rowBytes), stage.features + j * rowBytes);
      bytes[stage.labels + j] = samples.labels[index]!;
    }
    total += kernels.train(base, stage.features, stage.labels, 0, some, step);
  }
  return total;
}

function evaluate({ kernels, base, stage, bytes }: State, samples: Samples, from: number, to: number) {
  const { rows, rowBytes } = rowsOf(samples);
  const chunk = Math.max(1, Math.floor(stage.bytes / rowBytes));
  const sums = new Float64Array(kernels.memory.buffer, stage.sums, 2).fill(0);
  for (let first = from; first < to; first += chunk) {
    const end = Math.min(first + chunk, to);
    bytes.set(rows.subarray(first * rowBytes, end * rowBytes), stage.features);
    bytes.set(samples.labels.subarray(first, end), stage.labels);
    kernels.evaluate(base, stage.features, stage.labels, end - first, stage.sums);
  }
  return { lossSum: sums[0]!, correct: sums[1]! };
}

function open(module: WasmModule): Arena {
  const kernels = instantiateWasm<Kernels>(module);
  const base = aligned(kernels.__heap_base.value);
  const empty: Words = { integers: new Int32Array(), floats: new Float32Array() };
  const state: State = {
    ...{ kernels, base, words: empty, bytes: new Uint8Array() },
    stage: { features: 0, labels: 0, sums: 0, bytes: 0 },
  };
  return {
    resize: (words, batch, sampleSize) => resize(state, words, batch, sampleSize),
    get words() {
      return state.words;
    },
    train: (samples, indices, batch) => train(state, samples, indices, batch),
    evaluate: (samples, from, to) => evaluate(state, samples, from, to),
  };
}

/** The kernels in this thread, each model in an instance with a memory of its own. */
export function loadWasm(): Engine {
  const module = compileWasm(WASM);
  const { words, tile } = instantiateWasm<Kernels>(module);
  assert(words() === WORDS, 'the kernels read the words that are written');
  return { lanes: Math.floor(tile() / 1000), tileRows: tile() % 1000, open: () => open(module) };
}

/**
 * The kernels as WebAssembly with SIMD, without relaxed instructions: the same job gives the same bits on every machine
 * and Node release, and in every thread.
 */
export const wasm: Backend = compiledBackend('wasm', 'WebAssembly SIMD', loadWasm);
