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

/**
 * Sample indices of a client's local steps, [steps × batch]: a function of (stream, step), so that neither the order of
 * calls nor their number changes what a step sees.
 *
 * `with-replacement` draws each sample uniformly from the client's own. `epoch` walks through a permutation of them, a
 * fresh one for each pass; a batch may take its last samples from the next pass, so each sample is seen equally often
 * whatever the batch size.
 */
export const batchIndices = (request: BatchRequest): Uint32Array =>
  request.mode === 'epoch' ? passes(request) : withReplacement(request);
