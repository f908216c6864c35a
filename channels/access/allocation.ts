import { SimulationError } from '../../src/errors.ts';
import type { Access, Demand, Grant } from '../../src/network/contract.ts';

/** A user's own way to share the air: one grant per demand, in the same order. Pure. */
export type Allocation = (demands: readonly Demand[]) => readonly Grant[];

/** The access scheme that a user's function makes, with what it grants checked each time. */
export const allocated = (allocation: Allocation): Access => ({
  independent: false,
  grant(demands) {
    const grants = allocation(demands);
    const wrong = problemOf(grants, demands.length);
    if (wrong === undefined) return grants;
    throw new SimulationError({
      what: `invalid allocation: ${wrong}`,
      where: 'channel.access',
      remedy: 'return one { bandwidth, airtime } per demand: Hz of at least 0, and a share of the time from 0 to 1',
      code: 'POLICY_INVALID',
    });
  },
});

function problemOf(grants: unknown, count: number): string | undefined {
  if (!Array.isArray(grants)) return `got ${typeof grants}, no list`;
  if (grants.length !== count) return `${grants.length} grants for ${count} demands`;
  const wrong = grants.findIndex((grant: Partial<Grant> | null) => !isGrant(grant));
  return wrong < 0 ? undefined : `grant ${wrong} is ${JSON.stringify(grants[wrong])}`;
}

function isGrant(grant: Partial<Grant> | null): boolean {
  const { bandwidth = Number.NaN, airtime = Number.NaN, success = 1 } = grant ?? {};
  return Number.isFinite(bandwidth) && bandwidth >= 0 && airtime >= 0 && airtime <= 1 && success >= 0 && success <= 1;
}
