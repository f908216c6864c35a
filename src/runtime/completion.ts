import type { ActorEvent } from '../event.ts';
import { type Later, laterNumber } from '../later.ts';
import type { LocalUpdate } from '../learning/contract.ts';
import type { ServerUpdate } from '../learning/server/steps.ts';
import { slotsOf } from './integrate.ts';
import { LaterModel } from './later-model.ts';
import type { Pending } from './plan.ts';
import type { ResultId } from './results.ts';

/** What the steps that complete events return. */
export type Output = LocalUpdate & Partial<ServerUpdate>;

/** An event that the output of a step completes, where there is a step. */
export const completing = (
  actor: string,
  event: ActorEvent,
  result: ResultId | undefined,
  isLookedAt: boolean,
): Pending => ({ to: 'actor', actor, event, result, isLookedAt: isLookedAt && result !== undefined });

/** An event with what its step has returned. */
export function completed(event: ActorEvent, output: Output): ActorEvent {
  const { parameters, digest, loss, statistics, memory, skipped } = output;
  const model = { parameters, digest };
  // Field by field where a run has many: spreads would cost more than the rest of the event.
  if (event.type === 'training.finished') {
    const { type, round, samples, localSteps } = event;
    const trained = { type, round, model, samples, localSteps, loss };
    return statistics === undefined ? trained : { ...trained, ...statistics };
  }
  if (event.type === 'models.combined' && memory === undefined) {
    const { type, round, exchange } = event;
    return { type, round, exchange, model };
  }
  const changed = memory === undefined ? {} : { memory: slotsOf(memory) };
  return { ...event, model, ...changed, ...(skipped === undefined ? {} : { skipped }) } as ActorEvent;
}

/** An event whose model and loss are still on their way. */
export function ahead(event: ActorEvent, output: Later<LocalUpdate>): ActorEvent {
  const model = new LaterModel(output);
  if (event.type !== 'training.finished') return { ...event, model } as ActorEvent;
  const { type, round, samples, localSteps } = event;
  return { type, round, model, samples, localSteps, loss: laterNumber(output, ({ loss }) => loss) };
}
