import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { altered, eventOf, type TraceEvent } from './reader.ts';
import { unsealing } from './seal.ts';

const CHUNK_BYTES = 1 << 18;

/** Reads on in a trace that may still be written: a last line that isn't whole yet stays for the next time. */
export interface TraceTail {
  /**
   * Events since the last call; about as many as `most` bytes hold.
   *
   * @throws ScenarioError that names the line where one was altered or cut out
   */
  read(most?: number): Iterable<TraceEvent>;
  /** Whether the last read came to the end of what there is. */
  readonly isDry: boolean;
  /** Closing twice does nothing. */
  close(): void;
}

/** @param path a trace file with its header */
export function tailTrace(path: string): TraceTail {
  const file = openSync(path, 'r');
  const decoder = new StringDecoder('utf8');
  const piece = Buffer.allocUnsafe(CHUNK_BYTES);
  const unseal = unsealing();
  let [rest, number, isDry, isClosed] = ['', 0, false, false];
  const eventIn = (line: string): TraceEvent | undefined => {
    const text = unseal(line);
    if (text === undefined) throw altered(path, number + 1);
    return ++number === 1 ? undefined : eventOf(text, path, number);
  };
  return {
    get isDry() {
      return isDry;
    },
    *read(most = Number.POSITIVE_INFINITY) {
      for (let taken = 0; taken < most; ) {
        const read = isClosed ? 0 : readSync(file, piece);
        isDry = read === 0;
        if (isDry) return;
        taken += read;
        const lines = (rest + decoder.write(piece.subarray(0, read))).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const event = eventIn(line);
          if (event !== undefined) yield event;
        }
      }
    },
    close() {
      if (!isClosed) closeSync(file);
      isClosed = true;
    },
  };
}
