/**
 * The words of a program in memory, in the order of the structs in ../kernels/program.h. Places are counted in 32-bit
 * words from the start of the memory.
 */
import { present } from '../../../assert.ts';

const PROGRAM = [
  ...['operations', 'batch', 'classes', 'isBytes', 'inputSize', 'input', 'logits', 'logitGradient', 'labels'],
  ...['loss', 'hasTargets', 'targets', 'temperature', 'divisor'],
  ...['parameters', 'parameterCount', 'velocity', 'gradient', 'anchor', 'correction'],
  ...['panels', 'packed', 'patches', 'patchRows'],
  ...['learningRate', 'momentum', 'weightDecay', 'proximal', 'clipNorm', 'hasCorrection', 'dropoutSeed'],
  ...['onlyGradient', 'apart', 'fresh', 'first'],
] as const;

const OPERATION = [
  ...['kind', 'input', 'output', 'outputGradient', 'inputGradient', 'inputSize', 'outputSize', 'kernel', 'bias'],
  ...['units', 'depth', 'segments', 'length', 'stride', 'pixels', 'rows', 'activation'],
  ...['padded', 'paddedGradient', 'paddedSize', 'height', 'width', 'channels', 'top', 'left', 'paddedWidth'],
  ...['pool', 'places', 'layer', 'threshold', 'kept', 'byChannel'],
  ...['runningMean', 'runningVariance', 'keep', 'take', 'epsilon', 'moments', 'sums', 'groups', 'frozen'],
] as const;

export type ProgramWord = (typeof PROGRAM)[number];
export type OperationWord = (typeof OPERATION)[number];
/** One operation's words; those left out are 0. */
export type Operation = { [word in OperationWord]?: number };

/** Words that hold floats; the others hold integers. */
const FLOATS: ReadonlySet<string> = new Set<ProgramWord | OperationWord>([
  ...(['learningRate', 'momentum', 'weightDecay', 'proximal', 'clipNorm', 'temperature'] as const),
  ...(['kept', 'keep', 'take', 'epsilon'] as const),
]);

/** Sizes of the two structs, as the kernels tell theirs. */
export const WORDS = PROGRAM.length * 1000 + OPERATION.length;

/** Words of a program of so many operations. */
export const programWords = (operations: number): number => PROGRAM.length + operations * OPERATION.length;

/** A memory as both kinds of words. */
export interface Words {
  readonly integers: Int32Array;
  readonly floats: Float32Array;
}

type Places = ReadonlyMap<string, { readonly index: number; readonly isFloat: boolean }>;

const placesOf = (names: readonly string[]): Places =>
  new Map(names.map((name, index) => [name, { index, isFloat: FLOATS.has(name) }]));

const PROGRAM_PLACES = placesOf(PROGRAM);
const OPERATION_PLACES = placesOf(OPERATION);

function write({ integers, floats }: Words, places: Places, at: number, values: Record<string, number>): void {
  for (const name in values) {
    const { index, isFloat } = present(places.get(name), 'place of a word');
    if (isFloat) floats[at + index] = values[name] as number;
    else integers[at + index] = values[name] as number;
  }
}

/** Writes some words of the program that starts the memory. */
export const writeProgram = (words: Words, values: { readonly [word in ProgramWord]?: number }): void =>
  write(words, PROGRAM_PLACES, 0, values as Record<string, number>);

/** Writes some words of one operation. */
export const writeOperation = (words: Words, index: number, operation: Operation): void =>
  write(words, OPERATION_PLACES, programWords(index), operation as Record<string, number>);
