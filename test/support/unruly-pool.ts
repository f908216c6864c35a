import { streams } from '../../src/math/streams.ts';
import { runStep, type StepPool } from '../../src/runtime/steps.ts';
import type { Step } from '../../src/step.ts';

export interface Unruly {
  readonly threads?: number;
  /** Steps that throw. */
  readonly fails?: (step: Step) => boolean;
}

/** Answers the steps that it has in an order that a seed picks, one at a time, and now and then none for a while. */
export function unrulyPool(seed: number, { threads = 2, fails = () => false }: Unruly = {}): StepPool {
  const draw = streams(seed)('order').at(0);
  const patience = 1 + Math.floor(draw() * 6);
  const waiting: (() => void)[] = [];
  let idle = 0;
  const answerOne = (): void => {
    if (waiting.length === 0) return;
    if (draw() * patience < 1 || ++idle > 8 * patience) {
      idle = 0;
      waiting.splice(Math.floor(draw() * waiting.length), 1)[0]?.();
    }
    setImmediate(answerOne);
  };
  return {
    threads,
    run: (step) =>
      new Promise((resolve, reject) => {
        const answer = () => (fails(step) ? reject(new Error('the step broke')) : runStep(step).then(resolve, reject));
        if (waiting.push(() => void answer()) === 1) setImmediate(answerOne);
      }),
    flush: () => {},
    close: async () => {},
  };
}
