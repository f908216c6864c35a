import { closeSync, openSync, writeSync } from 'node:fs';

/** Where the lines of a trace go. */
export interface TraceSink {
  write(text: string): void;
  /** Writes out what is left; closing twice does nothing. */
  close(): void;
}

/** Lines go to disk in pieces of about this many characters. */
const CHUNK = 1 << 16;

/** A trace file, written in order; what has been written is a valid prefix at any instant. */
export function fileSink(path: string): TraceSink {
  const file = openSync(path, 'w');
  let pending = '';
  let isClosed = false;
  const flush = (): void => {
    const bytes = Buffer.from(pending);
    pending = '';
    for (let from = 0; from < bytes.length; ) from += writeSync(file, bytes, from);
  };
  return {
    write(text) {
      pending += text;
      if (pending.length >= CHUNK) flush();
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      flush();
      closeSync(file);
    },
  };
}

/** A trace in memory. */
export function memorySink(): TraceSink & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  return {
    lines,
    write: (text) => void lines.push(text.endsWith('\n') ? text.slice(0, -1) : text),
    close: () => {},
  };
}
