/** A policy for sums over the air: a whole file. */
export const LOUDEST = `import type { SchedulingPolicy } from 'fadelab/policies';

/** Draws one client after the other, the louder the likelier, with weights that keep the sum unbiased. */
export const loudest =
  ({ cohort }: { cohort: number }): SchedulingPolicy =>
  ({ idle, draw }) => {
    const all = idle.reduce((sum, { symbolSnr }) => sum + symbolSnr, 0);
    const samples = idle.reduce((sum, each) => sum + each.samples, 0);
    const probabilities = idle.map(({ symbolSnr }) => symbolSnr / all);
    const weights = idle.map(() => 0);
    for (let k = 0; k < cohort; k++) {
      let left = draw();
      const chosen = Math.max(0, probabilities.findIndex((p) => (left -= p) < 0));
      weights[chosen]! += idle[chosen]!.samples / samples / (cohort * probabilities[chosen]!);
    }
    return { invite: idle.filter((_, i) => weights[i]! > 0), weights: weights.filter((w) => w > 0), probabilities };
  };
`;

/** A scenario that uses it. */
export const ON_AIR = `/**
 * Covers: a scheduling policy of one's own for over-the-air sums.
 * Scenario: eight clients around one base station, three draws a round.
 */
import { poFl, type Scenario, scenario } from 'fadelab';
import { federation } from 'fadelab/actors';
import { radio } from 'fadelab/channels';
import { classify, gaussianBlobs, softmax } from 'fadelab/learning';
import { loudest } from './loudest.ts';

export const onAir: Scenario = scenario({
  name: 'on-air',
  topology: federation({ clients: 8, edgeServers: 1 }),
  channel: radio({ overTheAir: { snrDb: 20 } }),
  task: classify({ dataset: gaussianBlobs({ trainPerClass: 80 }), model: softmax() }),
  algorithm: poFl(),
  schedule: loudest({ cohort: 3 }),
  until: { rounds: 3 },
});
`;
