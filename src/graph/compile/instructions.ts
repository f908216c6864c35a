import type { Operation } from '../tensor.ts';
import type { ChainForm } from './chains.ts';
import type { Axes, LoopMark, Place } from './view.ts';

/** As in ../../learning/backend/kernels/graph/instruction.h; words are in the order of the structs beside it. */
export const KIND = {
  ...{
    chain: 1,
    copy: 2,
    sum: 3,
    top: 4,
    product: 5,
    gather: 6,
    scatter: 7,
    windows: 8,
    overlap: 9,
    draw: 10,
    loop: 11,
    likelihood: 12,
    likelihoodGradient: 13,
  },
} as const;

/** A number, or where something is read or written. */
export type Word = number | { readonly place: Place; readonly isWritten: boolean };

export interface Instruction {
  readonly kind: number;
  readonly words: readonly Word[];
  /** What it is part of. */
  readonly of: Operation;
  /** Of a chain. */
  readonly chain?: ChainForm;
}

/** Its body lies between it and its end. */
export interface LoopStart {
  readonly loop: LoopMark;
  readonly at: Place;
  readonly isReversed: boolean;
  readonly of: Operation;
}
export interface LoopEnd {
  readonly end: LoopMark;
}
export type Line = Instruction | LoopStart | LoopEnd;

export const read = (place: Place): Word => ({ place, isWritten: false });
export const written = (place: Place): Word => ({ place, isWritten: true });

/** A walk, as instruction.h has it. */
export const walk = (place: Place, { sizes, strides }: Axes): readonly Word[] => [
  ...[read(place), sizes.length],
  ...sizes,
  ...strides,
];

/** Words before those of its own. */
export const HEAD_WORDS = 2;
/** times, at, is_reversed, body, patches. */
export const LOOP_WORDS = HEAD_WORDS + 5;
