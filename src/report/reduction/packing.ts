import type { Lane } from './lane.ts';
import type { NamedLane } from './lanes.ts';
import type { RunRecord } from './record.ts';
import { STATES, type State } from './states.ts';

/**
 * A record and its lanes as bytes: length of the JSON (4 bytes, little-endian), the JSON, and for each name in
 * `laneNames` a lane. All numbers of a lane are LEB128.
 *
 *   exact    0, count, then per change of state (nanoseconds since the one before) · 5 + state
 *   coarse   width [ns], count, then per span a byte with a bit for each state that occurs, and for each of these, but
 *            the only one, its share of the span in 255ths
 */
export function pack(record: RunRecord, lanes: readonly NamedLane[]): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(record));
  const bytes = new Bytes();
  for (let shift = 0; shift < 32; shift += 8) bytes.push((text.length >>> shift) & 255);
  for (const byte of text) bytes.push(byte);
  for (const { lane } of lanes) packLane(lane, bytes);
  return bytes.taken;
}

/** A lane as a page draws it: `kinds.length` spans, each from `starts[k]` to `starts[k + 1]` [s]. */
export interface UnpackedLane {
  readonly name: string;
  /** One more than there are spans: the last is the end. */
  readonly starts: Float64Array;
  /** The state of a span that is wholly in one; 255 for a mixed one. */
  readonly kinds: Uint8Array;
  /** Of each span `STATES.length` shares in 255ths, where any is mixed. */
  readonly shares: Uint8Array | undefined;
}

const STATE_COUNT = STATES.length;
const NANOSECONDS = 1e9;
export const MIXED = 255;

export interface Unpacked {
  readonly record: RunRecord;
  readonly lanes: readonly UnpackedLane[];
}

export function unpack(bytes: Uint8Array): Unpacked {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const record = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as RunRecord;
  const reader = { bytes, at: 4 + length };
  return { record, lanes: record.laneNames.map((name) => unpackLane(name, reader, record.now)) };
}

function packLane({ form, members }: Lane, bytes: Bytes): void {
  if ('starts' in form) {
    bytes.push(0);
    bytes.varint(form.starts.length);
    let before = 0;
    form.starts.forEach((start, index) => {
      bytes.varint((start - before) * STATE_COUNT + (form.states[index] as State));
      before = start;
    });
    return;
  }
  bytes.varint(form.width);
  bytes.varint(form.sums.length / STATE_COUNT);
  for (let from = 0; from < form.sums.length; from += STATE_COUNT) {
    const shares = sharesOf(form.sums.slice(from, from + STATE_COUNT), form.width * members);
    bytes.push(shares.reduce((mask, share, state) => (share > 0 ? mask | (1 << state) : mask), 0));
    const some = shares.filter((share) => share > 0);
    if (some.length > 1) for (const share of some) bytes.push(share);
  }
}

/** In 255ths of what there is; the last span may be shorter than the others. */
function sharesOf(sums: readonly number[], whole: number): number[] {
  const total = sums.reduce((sum, each) => sum + each, 0);
  if (total <= 0) return [MIXED, 0, 0, 0, 0];
  const of = Math.min(whole, total);
  return sums.map((sum) => Math.min(MIXED, sum > 0 ? Math.max(1, Math.round((sum / of) * MIXED)) : 0));
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

function readVarint(reader: Reader): number {
  let [value, factor] = [0, 1];
  for (;;) {
    const byte = reader.bytes[reader.at++] as number;
    value += (byte & 127) * factor;
    if (byte < 128) return value;
    factor *= 128;
  }
}

function unpackLane(name: string, reader: Reader, now: number): UnpackedLane {
  const width = readVarint(reader);
  const count = readVarint(reader);
  const starts = new Float64Array(count + 1);
  const kinds = new Uint8Array(count);
  starts[count] = now;
  if (width > 0) return unpackCoarse({ name, width, starts, kinds, now }, reader);
  let at = 0;
  for (let k = 0; k < count; k++) {
    const value = readVarint(reader);
    kinds[k] = value % STATE_COUNT;
    at += Math.floor(value / STATE_COUNT);
    starts[k] = at / NANOSECONDS;
  }
  return { name, starts, kinds, shares: undefined };
}

interface Coarse {
  readonly name: string;
  readonly width: number;
  readonly starts: Float64Array;
  readonly kinds: Uint8Array;
  readonly now: number;
}

function unpackCoarse({ name, width, starts, kinds, now }: Coarse, reader: Reader): UnpackedLane {
  const shares = new Uint8Array(kinds.length * STATE_COUNT);
  for (let k = 0; k < kinds.length; k++) {
    starts[k] = Math.min(now, (k * width) / NANOSECONDS);
    const mask = reader.bytes[reader.at++] as number;
    const some = Array.from({ length: STATE_COUNT }, (_, state) => state).filter((state) => mask & (1 << state));
    kinds[k] = some.length === 1 ? (some[0] as number) : MIXED;
    for (const state of some)
      shares[k * STATE_COUNT + state] = some.length === 1 ? MIXED : (reader.bytes[reader.at++] as number);
  }
  return { name, starts, kinds, shares };
}

/** Bytes that grow. */
class Bytes {
  #all = new Uint8Array(1 << 16);
  #length = 0;

  push(byte: number): void {
    if (this.#length === this.#all.length) {
      const larger = new Uint8Array(2 * this.#all.length);
      larger.set(this.#all);
      this.#all = larger;
    }
    this.#all[this.#length++] = byte;
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.push((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.push(rest);
  }

  get taken(): Uint8Array {
    return this.#all.subarray(0, this.#length);
  }
}
