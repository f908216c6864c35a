import { SimulationError } from '../errors.ts';
import type { Candidate, RoundView, Schedule } from '../policies/policy.ts';
import type { Seconds } from '../units.ts';

/** What the engine knows of a member when its server opens a round; costly fields are functions, called when read. */
export interface MemberFacts {
  readonly index: number;
  readonly samples: number;
  snrDb(): number;
  computeSeconds(): Seconds;
  secondsPerStep(): Seconds;
  uploadSeconds(): Seconds;
}

/** What rounds have left behind about a member. */
export interface MemberHistory {
  lastUsed: number;
  participations: number;
  loss: number | undefined;
}

/** A candidate whose costly fields are worked out only when a policy reads them. */
export function candidate(
  id: string,
  round: number,
  facts: MemberFacts,
  history: MemberHistory | undefined,
): Candidate {
  return {
    id,
    index: facts.index,
    samples: facts.samples,
    staleness: round - (history?.lastUsed ?? 0),
    participations: history?.participations ?? 0,
    loss: history?.loss,
    get snrDb() {
      return facts.snrDb();
    },
    get computeSeconds() {
      return facts.computeSeconds();
    },
    get secondsPerStep() {
      return facts.secondsPerStep();
    },
    get uploadSeconds() {
      return facts.uploadSeconds();
    },
  };
}

/** Server, round and instant, for messages. */
export const placeOf = ({ server, round, now }: RoundView): string => `${server}, round ${round}, t = ${now} s`;

/** Whom to invite, as the machine hears it: in the order of members, whatever order the policy named them in. */
export function checkedCohort(schedule: Schedule, view: RoundView): { cohort: string[]; closeAfter: number | null } {
  const reject = (what: string, remedy: string): never => {
    throw new SimulationError({
      what,
      where: `scheduling policy at ${placeOf(view)}`,
      remedy,
      code: 'POLICY_INVALID',
    });
  };
  if (typeof schedule !== 'object' || schedule === null || !Array.isArray(schedule.invite)) {
    return reject(`invalid schedule: ${describe(schedule)}`, 'return { invite: [candidates of view.idle] }');
  }
  const idle = new Set<unknown>(view.idle.map(({ id }) => id));
  const invited = new Set<unknown>();
  for (const each of schedule.invite as readonly (Candidate | undefined)[]) {
    if (!idle.has(each?.id))
      reject(`unknown candidate: ${describe(each?.id ?? each)}`, 'invite candidates out of view.idle');
    if (invited.has(each?.id)) reject(`duplicate candidate: ${describe(each?.id)}`, 'invite each candidate once');
    invited.add(each?.id);
  }
  const { closeAfter } = schedule;
  if (closeAfter !== undefined && !(closeAfter > 0)) {
    reject(`invalid closeAfter: ${describe(closeAfter)}`, 'return a positive number of seconds, or leave it out');
  }
  const cohort = view.idle.flatMap(({ id }) => (invited.has(id) ? [id] : []));
  return { cohort, closeAfter: closeAfter !== undefined && Number.isFinite(closeAfter) ? closeAfter : null };
}

const describe = (value: unknown): string => {
  if (typeof value === 'number' || value === undefined) return String(value);
  return JSON.stringify(value)?.slice(0, 60) ?? String(value);
};
