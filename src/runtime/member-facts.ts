import type { Network } from '../network/network.ts';
import { dbToLinear, type Seconds, toInstant } from '../units.ts';
import type { AirSetup } from './air-setup.ts';
import type { ComputeCost } from './compute-cost.ts';
import { updateBits } from './local-rule.ts';
import type { WorldPlan } from './plan.ts';
import type { MemberFacts as Facts } from './round-view.ts';

export interface FactsAround {
  readonly plan: WorldPlan;
  readonly network: Network;
  readonly cost: ComputeCost;
  readonly now: () => Seconds;
  readonly air?: AirSetup | undefined;
}

/** How fast members are, and how well their servers hear them. */
export class MemberFacts {
  readonly #around: FactsAround;

  constructor(around: FactsAround) {
    this.#around = around;
  }

  of(id: string, { server, round }: { readonly server: string; readonly round: number }): Facts {
    const { plan, network, cost, air, now } = this.#around;
    const index = plan.clients.get(id)?.index ?? plan.nodes.edgeServers.indexOf(id);
    return {
      index,
      samples: plan.task.sampleCounts[index] ?? 0,
      snrDb: () => network.snrDb(id),
      computeSeconds: () => cost.secondsPerStep(id) * plan.algorithm.localSteps,
      secondsPerStep: () => cost.secondsPerStep(id),
      uploadSeconds: () => network.uploadSeconds(id, server, updateBits(plan)),
      symbolSnr: () => air?.symbolSnr(id, server, round, toInstant(now())) ?? dbToLinear(network.snrDb(id)),
    };
  }

  /** A round without anybody lasts as long as the policy says, else as long as its quickest member would have taken. */
  nobody(
    server: string,
    members: readonly string[],
    { idle, closeAfter }: { readonly idle: number; readonly closeAfter: number | null },
  ) {
    const quickest = (idle === 0 ? [] : members).reduce((least, id) => {
      const { computeSeconds, uploadSeconds } = this.of(id, { server, round: 1 });
      return Math.min(least, computeSeconds() + uploadSeconds());
    }, Number.POSITIVE_INFINITY);
    return { cohort: [], idle, closeAfter: closeAfter ?? (Number.isFinite(quickest) ? quickest : null) };
  }
}
