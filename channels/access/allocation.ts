import { PolicyError } from '../../src/errors.ts';
import type { Access, Demand, Grant } from '../../src/network/contract.ts';

/** A user's own way to share the air: one grant per demand, in the same order. Pure. */
export type Allocation = (demands: readonly Demand[]) => readonly Grant[];

/** The access scheme that a user's function makes, with what it grants checked each time. */
export const allocated = (allocation: Allocation): Access => ({
  independent: false,
  grant: (demands) => checked(allocation, demands),
});

/** A user's own access scheme, with what it grants and whom it picks checked each time. */
export const ownAccess = (access: Access): Access => ({
  independent: access.independent,
  grant: (demands) => checked(access.grant.bind(access), demands, access.grant),
  ...(access.pick && { pick: (gains) => checkedPick(access, gains) }),
});

/** @param written what the user wrote, where it isn't `allocation` itself */
function checked(allocation: Allocation, demands: readonly Demand[], written: unknown = allocation): readonly Grant[] {
  const grants = asked(written, () => allocation(demands));
  const wrong = problemOf(grants, demands.length);
  if (wrong === undefined) return grants;
  throw invalid(wrong, written);
}

function checkedPick(access: Access, gains: readonly number[]): number {
  const picked = asked(access.pick, () => access.pick?.(gains) ?? 0);
  if (gains.length === 0 || gains[picked] !== undefined) return picked;
  throw invalid(`it picked ${picked} of ${gains.length} transfers`, access.pick);
}

function asked<Answer>(written: unknown, ask: () => Answer): Answer {
  try {
    return ask();
  } catch (cause) {
    throw invalid(`it threw: ${cause instanceof Error ? cause.message : String(cause)}`, written, cause);
  }
}

const invalid = (what: string, written: unknown, cause?: unknown) =>
  new PolicyError(
    {
      what: `invalid allocation: ${what}`,
      remedy: 'return one { bandwidth, airtime } per demand: Hz of at least 0, and a share of the time from 0 to 1',
    },
    written,
    { cause },
  );

function problemOf(grants: unknown, count: number): string | undefined {
  if (!Array.isArray(grants)) return `got ${typeof grants}, no list`;
  if (grants.length !== count) return `${grants.length} grants for ${count} demands`;
  const wrong = grants.findIndex((grant: Partial<Grant> | null) => !isGrant(grant));
  return wrong < 0 ? undefined : `grant ${wrong} is ${shown(grants[wrong])}`;
}

function isGrant(grant: Partial<Grant> | null): boolean {
  const { bandwidth = Number.NaN, airtime = Number.NaN, success = 1 } = grant ?? {};
  return Number.isFinite(bandwidth) && bandwidth >= 0 && airtime >= 0 && airtime <= 1 && success >= 0 && success <= 1;
}

/** As it was returned, NaN and infinities too. */
const shown = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'number' && !Number.isFinite(each) ? String(each) : each,
  ) ?? String(value);
