import type { Instruction, Line, LoopStart } from './instructions.ts';
import type { Buffer, LoopMark, Place, Turn } from './view.ts';

/** Buffers start at a cache line, and vectors may run over their ends. */
const LINE_WORDS = 16;
const OVERRUN_WORDS = 64;

/** Where the first word of each buffer lies that is no part of another, and words in all. */
export interface MemoryPlan {
  readonly starts: ReadonlyMap<Buffer, number>;
  readonly words: number;
  /** What the buffers would take side by side. */
  readonly wordsApart: number;
}

/** A place in the buffer that isn't part of another. */
export function settled(place: Place): Place {
  const { into } = place.buffer;
  if (into === undefined) return place;
  const { buffer, offset, turns } = settled(into);
  return { buffer, offset: offset + place.offset, turns: [...turns, ...place.turns] };
}

interface Span {
  readonly buffer: Buffer;
  first: number;
  last: number;
}

export const isInstruction = (line: Line): line is Instruction => 'kind' in line;
export const isStart = (line: Line): line is LoopStart => 'at' in line;

/** Places that a line reads or writes. */
export const placesOf = (line: Line): readonly Place[] => {
  if (isInstruction(line)) return line.words.flatMap((word) => (typeof word === 'number' ? [] : [word.place]));
  return isStart(line) ? [line.at] : [];
};

/** First and last line of each loop. */
function loopsOf(lines: readonly Line[]): ReadonlyMap<LoopMark, readonly [first: number, last: number]> {
  const loops = new Map<LoopMark, readonly [number, number]>();
  lines.forEach((line, index) => {
    if (isStart(line)) loops.set(line.loop, [index, index]);
    else if ('end' in line) loops.set(line.end, [loops.get(line.end)![0], index]);
  });
  return loops;
}

/** From the line that makes a buffer to the last that reads it: over a whole loop if it was made outside, or moves in it. */
function spansOf(lines: readonly Line[], ends: readonly Place[]): readonly Span[] {
  const loops = loopsOf(lines);
  const spans = new Map<Buffer, Span>();
  const inside: LoopMark[] = [];
  const extend = (own: Buffer, first: number, last: number): Span => {
    const span = spans.get(own) ?? { buffer: own, first, last };
    spans.set(own, span);
    span.first = Math.min(span.first, first);
    span.last = Math.max(span.last, last);
    return span;
  };
  lines.forEach((line, index) => {
    if (isStart(line)) inside.push(line.loop);
    else if ('end' in line) inside.pop();
    for (const place of placesOf(line)) {
      const { buffer: own, turns } = settled(place);
      const span = extend(own, own.isGiven === true ? -1 : index, index);
      for (const { loop } of turns as readonly Turn[]) extend(own, ...loops.get(loop)!);
      for (const loop of inside) {
        const [first, last] = loops.get(loop)!;
        if (span.first < first) extend(own, span.first, last);
      }
    }
  });
  for (const place of ends) {
    const { buffer: own } = settled(place);
    extend(own, spans.get(own)?.first ?? -1, lines.length);
  }
  return [...spans.values()];
}

const sizeOf = ({ words }: Buffer): number => Math.ceil((words + OVERRUN_WORDS) / LINE_WORDS) * LINE_WORDS;

/**
 * Gives buffers their places: the largest first, each in the lowest room that is free while it is needed. What is kept is
 * needed always.
 */
export function planMemory(
  lines: readonly Line[],
  given: readonly Place[],
  made: readonly Place[],
  from: number,
): MemoryPlan {
  const spans = spansOf(lines, [...given, ...made]).map((span) =>
    span.buffer.isKept === true ? { ...span, first: -1, last: lines.length } : span,
  );
  const placed: { span: Span; start: number; end: number }[] = [];
  const starts = new Map<Buffer, number>();
  let words = from;
  for (const span of spans.toSorted((a, b) => b.buffer.words - a.buffer.words || a.first - b.first)) {
    const size = sizeOf(span.buffer);
    let start = from;
    for (const other of placed) {
      const isTogether = other.span.first <= span.last && span.first <= other.span.last;
      if (isTogether && other.start < start + size && start < other.end) start = other.end;
    }
    const at = placed.findIndex((other) => other.start > start);
    placed.splice(at < 0 ? placed.length : at, 0, { span, start, end: start + size });
    starts.set(span.buffer, start);
    words = Math.max(words, start + size);
  }
  const wordsApart = spans.reduce((sum, { buffer }) => sum + sizeOf(buffer), from);
  return { starts, words, wordsApart };
}
