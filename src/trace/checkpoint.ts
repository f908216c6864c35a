import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { assert } from '../assert.ts';
import type { Parameters } from '../learning/contract.ts';
import { digest as digestOf } from '../math/digest.ts';
import { prefixHash, type TraceMark } from './sink.ts';
import { writeWhole } from './unwritable.ts';

/**
 * A position in a run's trace, and the models that are needed to go on from there. The rest of the world comes back by
 * repeating the events before it.
 *
 * The file: one line of JSON, the vectors' bytes one after the other, SHA-256 of all that (32 bytes).
 */
export interface Checkpoint {
  /** Events before it. */
  readonly events: number;
  readonly trace: TraceMark;
  /** By digest. */
  readonly vectors: ReadonlyMap<string, Parameters>;
}

const count = z.int().min(0);
const headSchema = z.object({
  ...{ fadelab: z.literal('checkpoint'), schema: z.number(), events: count },
  trace: z.object({ bytes: count, lines: count, hash: z.string() }),
  vectors: z.array(z.object({ digest: z.string(), bits: z.literal([32, 64]), length: count })),
});
type Head = z.infer<typeof headSchema>;

const SCHEMA = 2;
const HASH_BYTES = 32;
const FILES = ['checkpoint.bin', 'checkpoint.previous.bin'] as const;
const LINE_END = 10;

/**
 * Writes a checkpoint whole or not at all, and keeps the one before it.
 *
 * @throws SimulationError where it can't be written
 */
export function writeCheckpoint(folder: string, { events, trace, vectors }: Checkpoint): void {
  assert(trace.lines === events + 1, 'the events of a checkpoint are the lines of the trace before it');
  const all = [...vectors];
  const head: Head = {
    ...{ fadelab: 'checkpoint', schema: SCHEMA, events, trace },
    vectors: all.map(([digest, { BYTES_PER_ELEMENT, length }]) => ({
      digest,
      bits: BYTES_PER_ELEMENT === 4 ? 32 : 64,
      length,
    })),
  };
  const pieces = [Buffer.from(`${JSON.stringify(head)}\n`), ...all.map(([, vector]) => bytesOf(vector))];
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  const [newest, previous] = FILES.map((name) => join(folder, name)) as [string, string];
  pieces.push(hash.digest());
  const keep = () => {
    if (existsSync(newest)) renameSync(newest, previous);
  };
  writeWhole(newest, (part) => writePieces(part, pieces), keep);
}

function writePieces(path: string, pieces: readonly Buffer[]): void {
  const file = openSync(path, 'w');
  try {
    for (const piece of pieces) {
      for (let from = 0; from < piece.length; ) from += writeSync(file, piece, from);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The latest checkpoint that is whole and fits the trace beside it; what is wrong with others is warned of. */
export function latestCheckpoint(folder: string, warn: (message: string) => void): Checkpoint | undefined {
  for (const path of FILES.map((name) => join(folder, name)).filter((each) => existsSync(each))) {
    const found = readCheckpoint(path);
    const wrong = typeof found === 'string' ? found : misfit(folder, found);
    if (wrong === undefined) return found as Checkpoint;
    warn(`${path} is not used: ${wrong}`);
  }
  return undefined;
}

/** A run that is over needs none. */
export function removeCheckpoints(folder: string): void {
  for (const name of [...FILES, `${FILES[0]}.part`]) rmSync(join(folder, name), { force: true });
}

function misfit(folder: string, { events, trace }: Checkpoint): string | undefined {
  const found = prefixHash(join(folder, 'trace.ndjson'), trace.bytes);
  if (found === undefined) return 'the trace is shorter than it was';
  if (found.hash !== trace.hash) return 'the trace before it has been damaged';
  // The first line is the header.
  return found.lines === events + 1
    ? undefined
    : `it counts ${events} events, and the trace before it has ${found.lines - 1}`;
}

/** A checkpoint, or what is wrong with it. */
function readCheckpoint(path: string): Checkpoint | string {
  const bytes = readFileSync(path);
  const body = bytes.subarray(0, Math.max(0, bytes.length - HASH_BYTES));
  const hash = createHash('sha256').update(body).digest();
  if (!hash.equals(bytes.subarray(body.length))) return 'its checksum is wrong';
  const end = body.indexOf(LINE_END);
  const head = headIn(body.subarray(0, end).toString());
  if (head === undefined) return 'its head is none that a run wrote';
  if (head.schema !== SCHEMA) return `its schema ${head.schema} is unknown`;
  const bits = head.vectors.reduce((sum, each) => sum + each.bits * each.length, 0);
  if (bits !== 8 * (body.length - end - 1)) return 'its vectors are not as long as its head says';
  const vectors = new Map<string, Parameters>();
  let from = end + 1;
  for (const { digest, bits, length } of head.vectors) {
    const piece = body.subarray(from, from + (length * bits) / 8);
    const memory = new SharedArrayBuffer(piece.length);
    new Uint8Array(memory).set(piece);
    const vector = bits === 32 ? new Float32Array(memory) : new Float64Array(memory);
    if (digestOf(vector) !== digest) return 'its vectors are not those that its head says';
    vectors.set(digest, vector);
    from += piece.length;
  }
  return { events: head.events, trace: head.trace, vectors };
}

function headIn(text: string): Head | undefined {
  try {
    return headSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Parameters): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
