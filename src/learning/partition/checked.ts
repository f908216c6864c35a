import { ScenarioError } from '../../errors.ts';

/**
 * A split as its function gave it: for each client the indices of its own samples, at least one, and none that is another's.
 *
 * @throws ScenarioError with the code DATASET_INVALID, which names the client
 */
export function checkedSplit(
  shards: unknown,
  { clients, samples }: { readonly clients: number; readonly samples: number },
) {
  const refuse = (where: string, what: string): never => {
    const remedy = 'give each client some indices of samples that no other has';
    throw new ScenarioError({
      what: `invalid split: ${what}`,
      where: `task.split${where}`,
      remedy,
      code: 'DATASET_INVALID',
    });
  };
  if (!Array.isArray(shards) || shards.length !== clients) {
    return refuse('', `${Array.isArray(shards) ? shards.length : typeof shards} shards for ${clients} clients`);
  }
  const owner = new Int32Array(samples).fill(-1);
  return shards.map((shard: unknown, client) => {
    const at = `, client ${client}`;
    const isList = Array.isArray(shard) || ArrayBuffer.isView(shard);
    if (!isList) return refuse(at, `a ${typeof shard} instead of a list of indices`);
    const own = shard as ArrayLike<number>;
    if (own.length === 0) return refuse(at, 'no samples');
    for (let j = 0; j < own.length; j += 1) {
      const index = own[j]!;
      if (!Number.isInteger(index) || index < 0 || index >= samples) {
        return refuse(at, `index ${index} of ${samples} samples`);
      }
      if (owner[index] !== -1) return refuse(at, `sample ${index}, which client ${owner[index]} has already`);
      owner[index] = client;
    }
    return own instanceof Uint32Array ? own : Uint32Array.from(own);
  });
}
