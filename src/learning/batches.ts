import { permutation } from '../math/distributions.ts';
import type { Source, Stream } from '../math/streams.ts';

/** How a client picks mini-batches: each sample anew, or passes over its own samples in a fresh order. */
export type BatchMode = 'with-replacement' | 'epoch';

export interface BatchRequest {
  readonly mode: BatchMode;
  /** The draws of one client's batches; index = local step, or epoch. */
  readonly stream: Stream;
  /** The client's sample indices. */
  readonly own: Uint32Array;
  readonly firstStep: number;
  readonly steps: number;
  readonly batch: number;
  /** Where a local update is counted in passes over the own samples, which then decide what is drawn. */
  readonly passes?: Passes;
}

/** Passes of one local update, and how many its client may have made before. */
export interface Passes {
  /** E > 0; of the last one a share alone, where it isn't whole. */
  readonly count: number;
  readonly first: number;
}

const below = (bound: number, draws: Source): number => Math.floor(draws() * bound);

function withReplacement({ stream, own, firstStep, steps, batch }: BatchRequest): Uint32Array {
  const indices = new Uint32Array(steps * batch);
  for (let step = 0; step < steps; step += 1) {
    const draws = stream.at(firstStep + step);
    for (let j = 0; j < batch; j += 1) indices[step * batch + j] = own[below(own.length, draws)]!;
  }
  return indices;
}

function passes({ stream, own, firstStep, steps, batch }: BatchRequest): Uint32Array {
  const indices = new Uint32Array(steps * batch);
  if (own.length === 0) return indices;
  let epoch = Math.floor((firstStep * batch) / own.length);
  let position = (firstStep * batch) % own.length;
  for (let j = 0; j < indices.length; epoch += 1, position = 0) {
    const order = permutation(stream.at(epoch), own.length);
    for (; j < indices.length && position < own.length; j += 1, position += 1) indices[j] = own[order[position]!]!;
  }
  return indices;
}

/** E times every sample, each time in a fresh order. */
function counted({ stream, own }: BatchRequest, { count, first }: Passes): Uint32Array {
  const indices = new Uint32Array(Math.max(1, Math.round(count * own.length)));
  for (let from = 0; from < indices.length; from += own.length) {
    const order = permutation(stream.at(first + from / own.length), own.length);
    const until = Math.min(indices.length, from + own.length);
    for (let j = from; j < until; j += 1) indices[j] = own[order[j - from]!]!;
  }
  return indices;
}

/**
 * Sample indices of a client's local steps, [steps × batch]: a function of (stream, step), so that neither the order of
 * calls nor their number changes what a step sees.
 *
 * `with-replacement` draws each sample uniformly from the client's own. `epoch` walks through a permutation of them, a
 * fresh one for each pass; a batch may take its last samples from the next pass, so each sample is seen equally often
 * whatever the batch size. Where a local update is counted in passes, it is [⌊E n⌉], each sample as often as there are
 * passes, and a batch ends with its pass.
 */
export function batchIndices(request: BatchRequest): Uint32Array {
  if (request.own.length === 0) return new Uint32Array(0);
  if (request.passes !== undefined) return counted(request, request.passes);
  return request.mode === 'epoch' ? passes(request) : withReplacement(request);
}

/** Samples of a local step: no more than its client has. */
export const batchOf = (batch: number, samples: number): number => Math.max(1, Math.min(batch, samples));

/** The samples of each step; see `batchesOf`. */
export const stepsOf = (indices: Uint32Array, batch: number, pass: number | undefined): Uint32Array[] =>
  batchesOf(indices, batch, pass).flatMap((each) =>
    Array.from({ length: each.indices.length / each.batch }, (_, step) =>
      each.indices.subarray(step * each.batch, (step + 1) * each.batch),
    ),
  );

/** The batches that indices are taken in: whole ones, and what is left over at the end of each pass. */
export function batchesOf(
  indices: Uint32Array,
  batch: number,
  pass: number | undefined,
): { readonly batch: number; readonly indices: Uint32Array }[] {
  const span = pass ?? Math.max(1, indices.length);
  const all: { readonly batch: number; readonly indices: Uint32Array }[] = [];
  for (let from = 0; from < indices.length; from += span) {
    const own = indices.subarray(from, Math.min(indices.length, from + span));
    const whole = own.length - (own.length % batch);
    if (whole > 0) all.push({ batch, indices: own.subarray(0, whole) });
    if (whole < own.length) all.push({ batch: own.length - whole, indices: own.subarray(whole) });
  }
  return all;
}
