import { ScenarioError } from '../../errors.ts';
import { permutation } from '../../math/distributions.ts';
import type { Source } from '../../math/streams.ts';
import type { Samples } from '../contract.ts';

/** A split that can't be made from these samples. */
export const impossibleSplit = (what: string, remedy: string): ScenarioError =>
  new ScenarioError({ what: `invalid split: ${what}`, where: 'split', remedy, code: 'OPTION_INVALID' });

/** Refuses a split in which some client must stay without `minimum` samples. */
export function requireEnough(samples: Samples, clients: number, minimum = 1): void {
  if (!Number.isSafeInteger(clients) || clients < 1) {
    throw impossibleSplit(`${clients} clients`, 'pass a positive number of clients');
  }
  if (samples.count < clients * minimum) {
    const what = `${samples.count} samples for ${clients} clients of at least ${minimum}`;
    throw impossibleSplit(what, 'use fewer clients, or more training samples');
  }
}

/** Sample indices of each class, ascending. */
export function byClass({ labels, classes, count }: Samples): number[][] {
  const members = Array.from({ length: classes }, (): number[] => []);
  for (let sample = 0; sample < count; sample += 1) members[labels[sample]!]!.push(sample);
  return members;
}

/** The members of a list in a random order. */
export const shuffle = <Value>(values: readonly Value[], draws: Source): Value[] =>
  Array.from(permutation(draws, values.length), (at) => values[at]!);

/** Start of part `index` when `count` things are cut into `parts` of nearly equal size; that of `parts` is `count`. */
export const cut = (count: number, parts: number, index: number): number => Math.floor((count * index) / parts);

/** A client's sample indices, ascending, in shared memory. */
export function toShard(members: readonly number[]): Uint32Array {
  const shard = new Uint32Array(new SharedArrayBuffer(4 * members.length));
  shard.set(members);
  return shard.sort();
}
