import type { Step } from '../step.ts';
import type { Seconds } from '../units.ts';
import type { GroupEnd, Outcome, StepGroup } from './compute-thread.ts';
import type { EnduringPool } from './enduring-pool.ts';
import { packing } from './parcel.ts';

type Waiting = { readonly step: Step };

/** What the latest group counts for in the pace. */
const NEWS_SHARE = 0.25;

/** Has groups of steps run on threads, and knows how long steps take there. */
export interface GroupSender {
  /** Rejects where the thread dies. */
  run(waiting: readonly Waiting[], progress: StepGroup['progress']): Promise<readonly Outcome[]>;
  /** What a step takes on its thread, of late; infinite before one has come through. */
  readonly pace: Seconds;
  /** What steps that are on their way will take together. */
  readonly ahead: Seconds;
}

export function groupSender(pool: EnduringPool): GroupSender {
  const pack = packing();
  let pace = Number.POSITIVE_INFINITY;
  let underWay = 0;

  const learn = (latest: Seconds): void => {
    if (Number.isFinite(latest)) pace = Number.isFinite(pace) ? pace + NEWS_SHARE * (latest - pace) : latest;
  };

  const run = async (waiting: readonly Waiting[], progress: StepGroup['progress']): Promise<readonly Outcome[]> => {
    const steps = waiting.map(({ step }) => step);
    const ask = (isWhole: boolean) => pool.run({ ...pack(steps, isWhole), progress });
    underWay += steps.length;
    try {
      const { outcomes, seconds } = ((await ask(false)) ?? (await ask(true))) as GroupEnd;
      learn(seconds / outcomes.filter((outcome) => outcome !== undefined).length);
      return outcomes;
    } finally {
      underWay -= steps.length;
    }
  };

  return {
    run,
    get pace() {
      return pace;
    },
    get ahead() {
      return underWay === 0 ? 0 : underWay * pace;
    },
  };
}
