import { LIES } from './chains.ts';
import { type Instruction, KIND, type Line } from './instructions.ts';
import { isInstruction, isStart, settled } from './memory-plan.ts';
import type { Buffer, Place } from './view.ts';

/** A line that reads or writes a buffer. */
interface Access {
  readonly line: number;
  readonly place: Place;
  readonly isWritten: boolean;
}

/** A copy of numbers that lie in order to where they lie in order. */
interface Copying {
  readonly line: number;
  readonly to: Place;
  readonly from: Place;
  readonly words: number;
}

function copyingOf(line: Line, index: number): Copying | undefined {
  if (!isInstruction(line) || line.kind !== KIND.copy) return undefined;
  const [to, rows, words, , from, rank, size, stride] = line.words;
  const isLine = rank === 0 ? words === 1 : rank === 1 && stride === 1 && size === words;
  if (rows !== 1 || !isLine || typeof to === 'number' || typeof from === 'number') return undefined;
  return { line: index, to: to!.place, from: from!.place, words: words as number };
}

/** The innermost loop around each line, by its first line; −1 outside of all. */
function loopsAround(lines: readonly Line[]): readonly number[] {
  const inside = [-1];
  return lines.map((line, index) => {
    if (isStart(line)) inside.push(index);
    else if ('end' in line) inside.pop();
    return inside.at(-1)!;
  });
}

const isWhole = ({ offset, turns, buffer }: Place, words: number): boolean =>
  offset === 0 && turns.length === 0 && buffer.words === words;
const isOwn = (buffer: Buffer): boolean =>
  buffer.into === undefined && buffer.isGiven !== true && buffer.isKept !== true && buffer.constant === undefined;

/** Who reads and writes each buffer. */
function accessesOf(lines: readonly Line[]): Map<Buffer, readonly Access[]> {
  const accesses = new Map<Buffer, Access[]>();
  lines.forEach((line, index) => {
    for (const word of isInstruction(line) ? line.words : []) {
      if (typeof word === 'number') continue;
      const { place, isWritten } = word;
      const own = accesses.get(place.buffer) ?? [];
      own.push({ line: index, place, isWritten });
      accesses.set(place.buffer, own);
    }
  });
  return accesses;
}

/**
 * Leaves out copies: what is made only to be copied is made where it goes, a part of it; and what is copied once, to be
 * changed, is changed where it is, if nobody reads it afterwards.
 */
export function coalesced(lines: readonly Line[], made: readonly Place[]): readonly Line[] {
  const around = loopsAround(lines);
  const accesses = accessesOf(lines);
  const join = (part: Buffer, place: Place): void => {
    part.into = place;
    accesses.set(settled(place).buffer, [...of(settled(place).buffer), ...of(part)]);
  };
  const of = (buffer: Buffer): readonly Access[] => accesses.get(buffer) ?? [];

  const canMakeThere = ({ line, to, from, words }: Copying): boolean => {
    const { buffer } = from;
    if (!isWhole(from, words) || !isOwn(buffer) || settled(to).buffer === buffer) return false;
    const writers = of(buffer).filter(({ isWritten }) => isWritten);
    const first = writers.reduce((least, each) => Math.min(least, each.line), line);
    if (first === line || writers.some((each) => around[each.line] !== around[line])) return false;
    // What lies there is read by nobody between, but by those who change it number by number.
    return of(settled(to).buffer).every(
      (each) =>
        each.isWritten || each.line < first || each.line > line || changes(lines[each.line], each.place, buffer, to),
    );
  };
  const canStayThere = ({ line, to, from, words }: Copying): boolean => {
    const root = settled(from);
    const isFree = to.buffer.into === undefined && isWhole(to, words) && root.turns.length === 0;
    if (!isFree || around[line] !== -1 || root.buffer.constant !== undefined || root.buffer === to.buffer) return false;
    const isPast = of(root.buffer).every((each) => each.line <= line || each.place.buffer === to.buffer);
    return isPast && made.every((place) => settled(place).buffer !== root.buffer);
  };

  const left = lines.filter((line, index) => {
    const copying = copyingOf(line, index);
    if (copying === undefined) return true;
    if (canMakeThere(copying)) join(copying.from.buffer, copying.to);
    else if (canStayThere(copying)) join(copying.to.buffer, copying.from);
    else return true;
    return false;
  });
  return left;
}

/** Whether a line that reads a place writes what is to be a part of that buffer there, number by number. */
function changes(line: Line | undefined, place: Place, part: Buffer, to: Place): boolean {
  const { chain } = line as Instruction;
  const [at, there] = [settled(place), settled(to)];
  if (chain === undefined || at.buffer !== there.buffer || at.turns.length + there.turns.length > 0) return false;
  const slot = chain.operands.findIndex((each) => each.place === place && each.lies === LIES.along);
  // A step that reads it later would find what was written there.
  return (
    chain.steps.some(
      ({ place: goes }, k) =>
        goes?.buffer === part &&
        there.offset + goes.offset === at.offset &&
        chain.steps.slice(k + 1).every(({ reads }) => !reads.includes(slot)),
    ) && slot >= 0
  );
}
