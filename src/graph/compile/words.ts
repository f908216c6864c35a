import type { Operation } from '../tensor.ts';
import { HEAD_WORDS, KIND, type Line, LOOP_WORDS } from './instructions.ts';
import { isInstruction, isStart, placesOf, settled } from './memory-plan.ts';
import type { Buffer, LoopMark, Place } from './view.ts';

/** A program as it lies in its memory, from word `start` on. */
export interface Code {
  readonly words: Int32Array;
  readonly start: number;
  /** The operation of the instruction that starts at a word. */
  readonly operations: ReadonlyMap<number, Operation>;
}

/** Words of a line: of a loop with two for each word that moves with its turns. */
function lengthsOf(lines: readonly Line[]): readonly number[] {
  const moving = new Map<LoopMark, number>();
  for (const each of lines.flatMap((line) => placesOf(line))) {
    for (const { loop } of settled(each).turns) moving.set(loop, (moving.get(loop) ?? 0) + 1);
  }
  return lines.map((line) => {
    if (isInstruction(line)) return HEAD_WORDS + line.words.length;
    return isStart(line) ? LOOP_WORDS + 2 * (moving.get(line.loop) ?? 0) : 0;
  });
}

/** Writes a program down, once every buffer has its place. */
export function writeCode(lines: readonly Line[], starts: ReadonlyMap<Buffer, number>, start: number): Code {
  const lengths = lengthsOf(lines);
  const words = new Int32Array(lengths.reduce((sum, each) => sum + each, 0));
  const operations = new Map<number, Operation>();
  /** Of each loop its first word, and where its next patch goes. */
  const loops = new Map<LoopMark, { readonly first: number; patch: number }>();
  let next = 0;
  const placed = (place: Place, index: number): void => {
    const { buffer, offset, turns } = settled(place);
    words[index] = starts.get(buffer)! + offset;
    for (const { loop, stride } of turns) {
      const own = loops.get(loop)!;
      words.set([start + index, stride], own.patch);
      own.patch += 2;
    }
  };
  lines.forEach((line, k) => {
    const first = next;
    next += lengths[k]!;
    if (isInstruction(line)) {
      operations.set(start + first, line.of);
      words.set([line.kind, lengths[k]!], first);
      line.words.forEach((word, index) => {
        if (typeof word === 'number') words[first + HEAD_WORDS + index] = word;
        else placed(word.place, first + HEAD_WORDS + index);
      });
    } else if (isStart(line)) {
      const { loop, at, isReversed } = line;
      const patches = (lengths[k]! - LOOP_WORDS) / 2;
      loops.set(loop, { first, patch: first + LOOP_WORDS });
      words.set([KIND.loop, lengths[k]!, loop.times, 0, Number(isReversed), 0, patches], first);
      placed(at, first + HEAD_WORDS + 1);
    } else {
      const { first: own } = loops.get(line.end)!;
      words[own + HEAD_WORDS + 3] = next - own - words[own + 1]!;
    }
  });
  return { words, start, operations };
}
