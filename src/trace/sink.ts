import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { present } from '../assert.ts';
import { unwritable } from './unwritable.ts';

/** Where the lines of a trace go. */
export interface TraceSink {
  write(text: string): void;
  /** Writes out what is left; closing twice does nothing. */
  close(): void;
}

/** How much of a trace is safely on disk, and the SHA-256 of it, hexadecimal. */
export interface TraceMark {
  readonly bytes: number;
  readonly lines: number;
  readonly hash: string;
}

export interface FileSink extends TraceSink {
  /** Hands what is left to the operating system: it outlives this program. */
  flush(): void;
  /** Brings everything to disk; of a sink that is opened with marks. */
  mark(): TraceMark;
}

export interface FileSinkOptions {
  /** Bytes of an earlier run to go on behind; what stands after them is cut off. */
  readonly kept?: number | undefined;
  /** Whether `mark` is going to be called: what is written is hashed for it on the way. */
  readonly hasMarks?: boolean;
}

/** Lines go to disk in pieces of about this many characters. */
const CHUNK = 1 << 16;
const READ_BYTES = 1 << 20;
const LINE_END = 10;

/**
 * A trace file, written in order; what has been written is a valid prefix at any instant. Where the disk is full or the
 * reader of a pipe is gone, the file ends behind the last whole line and a SimulationError says why.
 */
export function fileSink(path: string, { kept = 0, hasMarks = false }: FileSinkOptions = {}): FileSink {
  const file = opened(path, kept);
  const hash = hasMarks ? createHash('sha256') : undefined;
  let lines = hash === undefined ? 0 : (hashFile(file, kept, hash) ?? 0);
  let bytes = kept;
  let pending = '';
  let isClosed = false;
  const flush = (): void => {
    const piece = Buffer.from(pending);
    pending = '';
    let from = 0;
    try {
      while (from < piece.length) from += writeSync(file, piece, from, piece.length - from, null);
    } catch (error) {
      isClosed = true;
      cutTo(file, bytes + (from > 0 ? piece.lastIndexOf(LINE_END, from - 1) + 1 : 0));
      throw unwritable(path, error);
    }
    hash?.update(piece);
    if (hash !== undefined) lines += linesIn(piece);
    bytes += piece.length;
  };
  return {
    flush,
    write(text) {
      if (isClosed) return;
      pending += text;
      if (pending.length >= CHUNK) flush();
    },
    mark() {
      const written = present(hash, 'hash of a trace without marks');
      flush();
      try {
        fsyncSync(file);
      } catch (error) {
        throw unwritable(path, error);
      }
      return { bytes, lines, hash: written.copy().digest('hex') };
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      flush();
      closeSync(file);
    },
  };
}

/** SHA-256 of the first `bytes` of a file, and how many lines they are; undefined where it is shorter. */
export function prefixHash(path: string, bytes: number): Pick<TraceMark, 'hash' | 'lines'> | undefined {
  const file = openSync(path, 'r');
  const hash = createHash('sha256');
  try {
    const lines = hashFile(file, bytes, hash);
    return lines === undefined ? undefined : { hash: hash.digest('hex'), lines };
  } finally {
    closeSync(file);
  }
}

function linesIn(piece: Buffer): number {
  let lines = 0;
  for (let at = piece.indexOf(LINE_END); at >= 0; at = piece.indexOf(LINE_END, at + 1)) lines += 1;
  return lines;
}

/** Lines of the first `bytes`; undefined where there are fewer. */
function hashFile(file: number, bytes: number, hash: ReturnType<typeof createHash>): number | undefined {
  let lines = 0;
  const piece = Buffer.allocUnsafe(Math.min(READ_BYTES, Math.max(bytes, 1)));
  for (let from = 0; from < bytes; ) {
    const read = readSync(file, piece, 0, Math.min(piece.length, bytes - from), from);
    if (read === 0) return undefined;
    hash.update(piece.subarray(0, read));
    lines += linesIn(piece.subarray(0, read));
    from += read;
  }
  return lines;
}

/** Behind `kept` bytes. A fresh file is opened plainly: it may be a pipe or a device. */
function opened(path: string, kept: number): number {
  try {
    if (kept === 0) return openSync(path, 'w');
    const file = openSync(path, 'r+');
    ftruncateSync(file, kept);
    closeSync(file);
    return openSync(path, 'a+');
  } catch (error) {
    throw unwritable(path, error);
  }
}

function cutTo(file: number, bytes: number): void {
  try {
    ftruncateSync(file, bytes);
  } catch {
    // A pipe has no length; its reader is gone anyway.
  }
  closeSync(file);
}

/** A trace that nobody keeps. */
export const nowhere: TraceSink = { write: () => {}, close: () => {} };

/** A trace in memory. */
export function memorySink(): TraceSink & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  return {
    lines,
    write: (text) => void lines.push(text.endsWith('\n') ? text.slice(0, -1) : text),
    close: () => {},
  };
}
