import { SimulationError } from '../errors.ts';
import type { ModelVersion } from '../event.ts';
import type { Parameters } from '../learning/contract.ts';

/** Where a step's output comes from, for errors. */
export interface Source {
  readonly what: string;
  readonly where: string;
  /** The model that it was made from. */
  readonly base: ModelVersion;
}

const DIGEST = /^[0-9a-f]{16}$/;

function refuse({ what, where }: Source, complaint: string, remedy: string): never {
  throw new SimulationError({ what: `invalid ${what}: ${complaint}`, where, remedy, code: 'STEP_FAILED' });
}

/**
 * What a step that makes a model has returned: vectors of the right length under their digests. Whoever writes a step can get
 * that wrong, and a model without a name would be taken for another.
 */
export function checkModel(output: unknown, source: Source): void {
  const { parameters, digest } = (output ?? {}) as { readonly parameters?: Parameters; readonly digest?: unknown };
  const isVector = parameters instanceof Float32Array || parameters instanceof Float64Array;
  const length = source.base.parameters?.length;
  if (!isVector) refuse(source, 'no parameters', 'return { parameters, digest } with a Float32Array or a Float64Array');
  if (length !== undefined && parameters.length !== length) {
    refuse(source, `${parameters.length} parameters instead of ${length}`, 'return as many as the model has');
  }
  if (typeof digest !== 'string' || !DIGEST.test(digest)) {
    refuse(source, `digest ${JSON.stringify(digest)}`, 'return digest(parameters), from fadelab/learning');
  }
}

/** What a server rule has returned beside the model: the slots of its memory that have changed. */
export function checkMemory(output: unknown, source: Source): void {
  const { memory } = output as { readonly memory?: unknown };
  if (!Array.isArray(memory)) refuse(source, 'no memory', 'return memory: [] where nothing in it has changed');
  for (const each of memory) {
    const { slot } = (each ?? {}) as { readonly slot?: unknown };
    if (typeof slot !== 'string') refuse(source, `slot ${JSON.stringify(slot)}`, 'name each slot');
    checkModel(each, {
      ...source,
      what: `${source.what}, slot "${slot}"`,
      base: { parameters: undefined, digest: '-' },
    });
  }
}

/**
 * A loss that is no number any more: training has diverged, and all that follows from it is noise.
 *
 * @throws SimulationError with the code TRAINING_DIVERGED
 */
export function checkLoss(output: unknown, { what, where }: Omit<Source, 'base'>): void {
  const { loss, divergedAt } = (output ?? {}) as { readonly loss?: unknown; readonly divergedAt?: number };
  if (typeof loss === 'number' && Number.isFinite(loss)) return;
  const step = divergedAt === undefined ? '' : `, local step ${divergedAt}`;
  throw new SimulationError({
    what: `invalid loss of a ${what}: ${String(loss)}`,
    where: `${where}${step}`,
    remedy: 'lower the learning rate, clip gradients, or let the run go on all the same by divergence=allowed',
    code: 'TRAINING_DIVERGED',
  });
}
