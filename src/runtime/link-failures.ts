import { present } from '../assert.ts';
import type { Fact } from '../event.ts';
import type { Network } from '../network/network.ts';
import type { Pending, WorldPlan } from './plan.ts';
import type { Schedule } from './schedule.ts';

type Break = Extract<Pending, { to: 'wire' }>;

/** Who does what no script does, on the record. */
export const ENVIRONMENT = 'environment';

interface FailureSurroundings {
  readonly plan: WorldPlan;
  readonly network: Network;
  readonly schedule: Schedule;
  readonly record: (actor: string, fact: Fact) => void;
}

/** Breaks links between servers and repairs them as the failure model says. */
export class LinkFailures {
  readonly #around: FailureSurroundings;

  constructor(around: FailureSurroundings) {
    this.#around = around;
  }

  start(): void {
    const { plan, network } = this.#around;
    if (plan.backhaul.failures === undefined) return;
    for (const [a, b] of network.wires.failing) this.#await({ to: 'wire', a, b, sojourn: 0 });
  }

  /** A sojourn is over: even ones are up, odd ones down. */
  advance({ to, a, b, sojourn }: Break): void {
    const { network, record } = this.#around;
    const breaks = sojourn % 2 === 0;
    network.cutWire(a, b, breaks, ENVIRONMENT);
    record(ENVIRONMENT, { type: breaks ? 'link.cut' : 'link.mended', a, b });
    this.#await({ to, a, b, sojourn: sojourn + 1 });
  }

  #await(next: Break): void {
    const { plan, schedule } = this.#around;
    const draws = plan.streams(`${next.a}/${next.b}/failures`);
    const seconds = present(plan.backhaul.failures, 'failures').sojourn(next.sojourn, draws);
    if (Number.isFinite(seconds)) schedule(next, seconds);
  }
}
