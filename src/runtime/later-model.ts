import type { ModelVersion } from '../event.ts';
import type { Later } from '../later.ts';

/** What steps that make a model return, among other things. */
export type Made = Pick<ModelVersion, 'parameters' | 'digest'>;

/** A model that a step is still making: it can be passed on, and read once it is there. */
export class LaterModel implements ModelVersion {
  readonly made: Later<Made>;

  constructor(made: Later<Made>) {
    this.made = made;
  }

  get parameters(): ModelVersion['parameters'] {
    return this.made.value.parameters;
  }

  get digest(): string {
    return this.made.value.digest;
  }
}

const NOTHING: readonly Later<unknown>[] = [];

/** What a model waits for; nothing where it is there. */
export const awaitedBy = (model: ModelVersion): readonly Later<unknown>[] =>
  model instanceof LaterModel && !model.made.isSettled ? [model.made] : NOTHING;

/** What some models wait for. */
export const allAwaitedBy = (models: readonly ModelVersion[]): readonly Later<unknown>[] =>
  models.some((model) => model instanceof LaterModel) ? models.flatMap(awaitedBy) : NOTHING;

/** Whether a model has numbers, which may still be on their way; false in a timing-only run. */
export const hasNumbers = (model: ModelVersion): boolean =>
  model instanceof LaterModel || model.parameters !== undefined;

/** The model as a plain value; it must be there. */
export const plain = ({ parameters, digest }: ModelVersion): ModelVersion => ({ parameters, digest });
