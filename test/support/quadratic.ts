import { federation } from '../../actors/index.ts';
import { fixedRates } from '../../channels/index.ts';
import { quadratic } from '../../src/learning/index.ts';
import type { GraphGenerator } from '../../src/network/contract.ts';
import type { Part } from '../../src/part.ts';
import type { Algorithm } from '../../src/policies/algorithm.ts';
import type { Association } from '../../src/policies/policy.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import { simulate } from '../../src/scenario/simulate.ts';

/** A study whose whole run has a closed form: quadratics, full gradients, 64 bits. */
export interface QuadraticStudy {
  readonly targets: number[];
  readonly curvatures?: number[];
  readonly samples?: number[];
  readonly learningRate: number;
  readonly edgeServers: number;
  readonly graph: Part<GraphGenerator>;
  readonly association?: Association;
  readonly algorithm: Part<Algorithm>;
}

/** Each server's parameter after some rounds. */
export async function serversAfter(rounds: number, study: QuadraticStudy): Promise<number[]> {
  const { models } = await simulate(quadraticScenario(rounds, study));
  return [...models.values()].map(({ parameters }) => parameters?.[0] ?? Number.NaN);
}

export const quadraticScenario = (rounds: number, study: QuadraticStudy) =>
  scenario({
    name: 'quadratic',
    topology: federation({
      clients: study.targets.length,
      edgeServers: study.edgeServers,
      graph: study.graph,
      ...(study.association ? { association: study.association } : {}),
    }),
    channel: fixedRates(),
    task: quadratic({
      targets: study.targets,
      curvatures: study.curvatures ?? 1,
      samples: study.samples ?? 1,
      learningRate: study.learningRate,
    }),
    algorithm: study.algorithm,
    until: { rounds },
  });
