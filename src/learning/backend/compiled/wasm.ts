import { assert } from '../../../assert.ts';
import {
  compileWasm,
  instantiateWasm,
  type WasmExports,
  type WasmModule,
} from '../../../graph/compile/web-assembly.ts';
import type { Backend, Samples } from '../../contract.ts';
import { compiledBackend } from './backend.ts';
import type { Aimed, Arena, Engine } from './engine.ts';
import { WASM } from './wasm-binary.ts';
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
  train(
    memory: number,
    features: number,
    labels: number,
    targets: number,
    indices: 0,
    steps: number,
    step: number,
    norms: number,
  ): number;
  evaluate(memory: number, features: number, labels: number, targets: number, count: number, sums: number): void;
  forward(memory: number, features: number, labels: number, indices: 0, count: number): void;
}

const aligned = (address: number): number => Math.ceil(address / ALIGNMENT) * ALIGNMENT;

/** Places behind the model's words where samples and what the kernels tell of them go. */
interface Stage {
  readonly features: number;
  readonly labels: number;
  readonly targets: number;
  /** Two sums, or the norms of steps: one 64-bit number for each sample, and at least two. */
  readonly sums: number;
  readonly bytes: number;
  /** Numbers of one sample. */
  readonly size: number;
}

interface State {
  readonly kernels: Kernels;
  readonly base: number;
  stage: Stage;
  words: Words;
  bytes: Uint8Array;
}

function resize(state: State, words: number, batch: number, size: number, classes: number): void {
  const { memory } = state.kernels;
  const bytes = Math.max(STAGE_BYTES, 4 * batch * size);
  const most = Math.ceil(bytes / size) + 2;
  const features = aligned(state.base + 4 * words);
  const labels = aligned(features + bytes);
  const targets = aligned(labels + most);
  const sums = aligned(targets + 4 * most * classes);
  const end = sums + 8 * most;
  if (end > memory.buffer.byteLength) memory.grow(Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES));
  state.stage = { features, labels, targets, sums, bytes, size };
  state.bytes = new Uint8Array(memory.buffer);
  state.bytes.fill(0, state.base, end);
  const span = [memory.buffer, state.base, words] as const;
  state.words = { integers: new Int32Array(...span), floats: new Float32Array(...span) };
}

/** Copies samples onto the stage, the one at `from` and its followers where there are no indices. */
function stageSamples(
  { bytes, stage, kernels }: State,
  samples: Aimed,
  from: number,
  count: number,
  own?: Uint32Array,
) {
  const { features, labels, targets, classes } = samples;
  const rows = new Uint8Array(features.buffer, features.byteOffset, features.byteLength);
  const rowBytes = features.byteLength / samples.count;
  const aims = targets && new Float32Array(kernels.memory.buffer, stage.targets, count * classes);
  for (let j = 0; j < count; j += 1) {
    const index = own ? own[from + j]! : from + j;
    bytes.set(rows.subarray(index * rowBytes, (index + 1) * rowBytes), stage.features + j * rowBytes);
    bytes[stage.labels + j] = labels[index]!;
    if (targets) aims?.set(targets.subarray(index * classes, (index + 1) * classes), j * classes);
  }
}

/** Samples that fit the stage. */
const roomFor = ({ stage }: State, { features }: Samples): number =>
  Math.floor(stage.bytes / (features.BYTES_PER_ELEMENT * stage.size));

function train(state: State, samples: Aimed, indices: Uint32Array, batch: number, norms?: Float64Array): number {
  const { kernels, base, stage } = state;
  const steps = indices.length / batch;
  const chunk = Math.max(1, Math.floor(roomFor(state, samples) / batch));
  const staged = [base, stage.features, stage.labels, stage.targets] as const;
  let total = 0;
  for (let step = 0; step < steps; step += chunk) {
    const some = Math.min(chunk, steps - step);
    stageSamples(state, samples, step * batch, some * batch, indices);
    total += kernels.train(...staged, 0, some, step, norms ? stage.sums : 0);
    norms?.set(new Float64Array(kernels.memory.buffer, stage.sums, some), step);
  }
  return total;
}

function evaluate(state: State, samples: Aimed, from: number, to: number) {
  const { kernels, base, stage } = state;
  const chunk = Math.max(1, roomFor(state, samples));
  const sums = new Float64Array(kernels.memory.buffer, stage.sums, 2).fill(0);
  for (let first = from; first < to; first += chunk) {
    const count = Math.min(chunk, to - first);
    stageSamples(state, samples, first, count);
    kernels.evaluate(base, stage.features, stage.labels, stage.targets, count, stage.sums);
  }
  return { lossSum: sums[0]!, correct: sums[1]! };
}

function forward(state: State, samples: Samples, indices: Uint32Array): void {
  stageSamples(state, samples, 0, indices.length, indices);
  state.kernels.forward(state.base, state.stage.features, state.stage.labels, 0, indices.length);
}

function open(module: WasmModule): Arena {
  const kernels = instantiateWasm<Kernels>(module);
  const base = aligned(kernels.__heap_base.value);
  const empty: Words = { integers: new Int32Array(), floats: new Float32Array() };
  const state: State = {
    ...{ kernels, base, words: empty, bytes: new Uint8Array() },
    stage: { features: 0, labels: 0, targets: 0, sums: 0, bytes: 0, size: 1 },
  };
  return {
    resize: (words, batch, sampleSize, classes) => resize(state, words, batch, sampleSize, classes),
    get words() {
      return state.words;
    },
    train: (samples, indices, batch, norms) => train(state, samples, indices, batch, norms),
    evaluate: (samples, from, to) => evaluate(state, samples, from, to),
    forward: (samples, indices) => forward(state, samples, indices),
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
