import { largest } from '../../../math/extremes.ts';
import { sizeOf } from '../../../math/shape.ts';
import type { LayerLayout, Layout } from '../../models/layout.ts';
import type { Engine } from './engine.ts';
import { hasParameters, KIND, type Operations, operationsOf } from './operations.ts';
import { type Operation, programWords, type Words, writeOperation, writeProgram } from './words.ts';

/** At least what ../kernels/affine.h packs at once: rows of a gradient product, and its columns. */
const BLOCK_ROWS = 128;
const BLOCK_COLUMNS = 128;
/** Numbers of patch gradients that are made at once: they stay in the cache until they are added up. */
const PATCH_NUMBERS = 2 ** 14;
/** Regions start at a cache line, and vectors may run over their ends. */
const LINE_WORDS = 16;
const OVERRUN_WORDS = 64;

/** Hands out regions of a memory, in words. */
export interface Allocator {
  (count: number): number;
  /** Words handed out so far. */
  readonly used: () => number;
}

function allocator(): Allocator {
  let next = 0;
  const allocate = (count: number): number => {
    const at = next;
    next += Math.ceil((count + OVERRUN_WORDS) / LINE_WORDS) * LINE_WORDS;
    return at;
  };
  return Object.assign(allocate, { used: () => next });
}

/** Where everything of one model lies, for batches up to `batch`. */
export interface MemoryMap {
  readonly batch: number;
  readonly words: number;
  readonly parameters: number;
  readonly gradient: number;
  readonly velocity: number;
  /** Where anchor and correction go; 0 where there is no room for them. */
  readonly anchor: number;
  readonly correction: number;
  readonly program: Parameters<typeof writeProgram>[1];
  readonly operations: Operations;
}

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;

/** Words of the packed right factors of a layer's products: forward, inward, and of the gradient. */
function panelWords({ kind, depth = 0, units = 0 }: Operation, lanes: number): number {
  const panel = 2 * lanes;
  if (kind !== KIND.affine) return 0;
  return Math.max(depth * panel, units * roundUp(depth, panel), BLOCK_ROWS * roundUp(units, panel));
}

/** Words of a layer's patch gradients: as many rows as the kernels make at once. */
function patchWords({ kind, rows = 0, depth = 0 }: Operation, tileRows: number): number {
  return kind === KIND.affine && rows > 0 ? depth * Math.max(tileRows, Math.floor(PATCH_NUMBERS / depth)) : 0;
}

/** Gradients of values alternate between two places, since each is needed by its neighbour only. */
function placeGradients(operations: Operation[], first: number, places: readonly [number, number]): void {
  let [current, other] = places;
  for (let k = operations.length - 1; k >= first; k -= 1) {
    const operation = operations[k]!;
    operation.outputGradient = current;
    if (k === first) break;
    if (operation.kind !== KIND.activate) [current, other] = [other, current];
    operation.inputGradient = current;
  }
}

const widest = ({ layers }: Layout): number =>
  layers.reduce((most: number, { input, output }: LayerLayout) => Math.max(most, sizeOf(input), sizeOf(output)), 1);

/** Lays a model out for an engine and batches up to a size, with room for an anchor and a correction or without. */
export function mapMemory(layout: Layout, { lanes, tileRows }: Engine, batch: number, isAnchored: boolean): MemoryMap {
  const allocate = allocator();
  allocate(programWords(2 * layout.layers.length));
  const inputSize = sizeOf(layout.layers[0]?.input ?? layout.output);
  const parameters = allocate(layout.vectorLength);
  const input = allocate(batch * inputSize);
  const operations = operationsOf(layout, { allocate, batch, input, parameters });
  const { list } = operations;
  const most = (words: (operation: Operation) => number) => Math.max(0, largest(list.map(words)));
  const first = list.findIndex(hasParameters);
  const gradientWords = batch * widest(layout);
  const gradients = [allocate(gradientWords), allocate(gradientWords)] as const;
  placeGradients(list, first, gradients);
  const paddedGradient = allocate(most(({ paddedSize = 0 }) => batch * paddedSize));
  for (const operation of list) if (operation.padded) operation.paddedGradient = paddedGradient;
  const program = {
    ...{ operations: list.length, classes: layout.output[2], inputSize, input, first },
    ...{ logits: operations.output, logitGradient: gradients[0], labels: allocate(batch) },
    targets: allocate(batch * layout.output[2]),
    ...{ parameters, parameterCount: layout.parameterCount, patchRows: PATCH_NUMBERS },
    panels: allocate(most((each) => panelWords(each, lanes))),
    packed: allocate(BLOCK_ROWS * BLOCK_COLUMNS),
    patches: allocate(most((each) => patchWords(each, tileRows))),
    velocity: allocate(layout.parameterCount),
    gradient: allocate(layout.parameterCount),
    anchor: isAnchored ? allocate(layout.parameterCount) : 0,
    correction: isAnchored ? allocate(layout.parameterCount) : 0,
  };
  const { velocity, gradient, anchor, correction } = program;
  const places = { parameters, velocity, gradient, anchor, correction };
  return { ...places, batch, words: allocate.used(), program, operations };
}

/** Writes the program and its tables into a zeroed memory. */
export function writeMap(words: Words, { program, operations }: MemoryMap): void {
  writeProgram(words, program);
  for (const [index, operation] of operations.list.entries()) writeOperation(words, index, operation);
  for (const { at, offsets } of operations.tables) words.integers.set(offsets, at);
}
