import zlib from 'node:zlib';
import { crc32Within, tabledCrc32 } from '../math/crc32.ts';

/**
 * Each line of a trace ends with a field `crc`: the CRC-32 (ISO 3309, as in zlib, eight hexadecimal digits) of the line up
 * to that field, begun with the crc of the line before. So a line that was changed, moved or cut out is found where it is.
 * Fingerprints, and all that compares events, know lines without their crc.
 */

const FIELD = ',"crc":"';
const DIGITS = 8;
const END = '"}';
const SEAL = FIELD.length + DIGITS + END.length;
const [FIELD_BYTES, END_BYTES, DIGIT_BYTES] = [FIELD, END, '0123456789abcdef'].map((text) => Buffer.from(text)) as [
  Buffer,
  Buffer,
  Buffer,
];
const BRACE = '}'.charCodeAt(0);
const LINE_END = 10;

/** zlib's own is faster; Node has it from 20.15 on. */
const crc32: (text: string, before: number) => number = zlib.crc32 ?? tabledCrc32;

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const pair = (byte: number): string => PAIRS[byte & 255] as string;
const hexadecimal = (crc: number): string => pair(crc >>> 24) + pair(crc >>> 16) + pair(crc >>> 8) + pair(crc);

/** Gives the lines of a trace their seals, the header first: text to text, neither with the line's end. */
export function sealing(): (text: string) => string {
  let crc = 0;
  return (text) => {
    const open = text.slice(0, -1);
    crc = crc32(open, crc);
    return `${open}${FIELD}${hexadecimal(crc)}${END}`;
  };
}

/** Takes the seals of a trace's lines off, the header first; undefined for a line whose seal is missing or wrong. */
export function unsealing(): (text: string) => string | undefined {
  let crc = 0;
  return (text) => {
    const at = text.length - SEAL;
    if (at < 1 || !text.startsWith(FIELD, at) || !text.endsWith(END)) return undefined;
    const open = text.slice(0, at);
    crc = crc32(open, crc);
    return text.startsWith(hexadecimal(crc), at + FIELD.length) ? `${open}}` : undefined;
  };
}

/**
 * Takes the seals of a trace's lines off where many lie in [0, end) of some bytes, each with its end, the header first. It
 * writes over the seals, and decodes all lines at once: one by one that would cost more than all else that is done to them.
 *
 * @returns the lines; undefined in the place of the first whose seal is missing or wrong, and no line after that
 */
export function unsealingWithin(): (bytes: Buffer, end: number) => (string | undefined)[] {
  let crc = 0;
  const isWhole = (bytes: Buffer, from: number, to: number): boolean => {
    const at = to - SEAL;
    if (at <= from) return false;
    crc = crc32Within(bytes, from, at, crc);
    if (!isSealedWith(crc, bytes, at)) return false;
    bytes[at] = BRACE;
    return true;
  };
  return (bytes, end) => {
    let from = 0;
    for (let to = bytes.indexOf(LINE_END); from < end && isWhole(bytes, from, to); to = bytes.indexOf(LINE_END, from)) {
      from = to + 1;
    }
    const lines: (string | undefined)[] = linesOf(bytes.toString('utf8', 0, from));
    if (from < end) lines.push(undefined);
    return lines;
  };
}

/** Lines of a text, up to the brace where their seals began. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (let from = 0; from < text.length; ) {
    const to = text.indexOf('\n', from);
    lines.push(text.slice(from, to - SEAL + 1));
    from = to + 1;
  }
  return lines;
}

function isSealedWith(crc: number, bytes: Buffer, at: number): boolean {
  let from = at;
  for (const byte of FIELD_BYTES) if (bytes[from++] !== byte) return false;
  for (let shift = 4 * (DIGITS - 1); shift >= 0; shift -= 4) {
    if (bytes[from++] !== DIGIT_BYTES[(crc >>> shift) & 15]) return false;
  }
  for (const byte of END_BYTES) if (bytes[from++] !== byte) return false;
  return true;
}

/** A whole trace with new seals, whatever seals its lines had: for lines that were made or changed by hand. */
export const sealed = (lines: readonly string[]): string[] => lines.map(bare).map(sealing());

/** A line without its seal, unchecked. */
export function bare(text: string): string {
  const at = text.length - SEAL;
  return at > 0 && text.startsWith(FIELD, at) ? `${text.slice(0, at)}}` : text;
}
