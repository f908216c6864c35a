import type { ActorEvent, Message, ModelVersion, UplinkSchedule } from '../src/event.ts';
import type { UpdateReport } from '../src/kernel/effect.ts';
import type { Round } from './collecting.ts';
import type { CollectorRole } from './role.ts';

/** The part of a round that an over-the-air uplink adds: reports, grants, and the sum. */
export interface AirRound {
  /** In order of arrival. */
  readonly reports: readonly UpdateReport[];
  readonly granted: UplinkSchedule | undefined;
  readonly estimate: ModelVersion | undefined;
}

export const noReports: AirRound = { reports: [], granted: undefined, estimate: undefined };

type Of<Type extends ActorEvent['type']> = Extract<ActorEvent, { type: Type }>;

export function reported(round: Round, event: Of<'update.reported'>): Partial<Round> {
  const { from, samples, localSteps, loss, squaredNorm, mean, variance } = event;
  const reports = [...round.reports, { from, samples, localSteps, loss, squaredNorm, mean, variance }];
  return { reports, received: reports.length, lost: round.lost.filter((member) => member !== from) };
}

/** A member that broke away has not reported. */
export function withdrawn(round: Round, peer: string): Partial<Round> {
  const reports = round.reports.filter(({ from }) => from !== peer);
  return reports.length === round.reports.length ? {} : { reports, received: reports.length };
}

export function grantFor({ round, reports, cohort, weights }: Round) {
  const asked = { id: 'question', round, reports };
  return weights === undefined
    ? asked
    : { ...asked, weights: new Map(cohort.map((id, index) => [id, weights[index] ?? 0])) };
}

/** Who may send: those that have broken away since they reported are out. */
export function granted({ lost }: Round, { type: _, round: __, ...schedule }: Of<'uplink.scheduled'>): Partial<Round> {
  const isThere = schedule.cohort.map((id) => !lost.includes(id));
  const [cohort, weights] = [schedule.cohort, schedule.weights].map((all) =>
    (all as readonly unknown[]).filter((_, index) => isThere[index]),
  ) as [string[], number[]];
  return { granted: { ...schedule, cohort, weights }, received: cohort.length };
}

const scheduleOf = ({ granted: schedule }: Round): UplinkSchedule => schedule as UplinkSchedule;

export function grants({ id }: CollectorRole, round: Round) {
  const { cohort, weights } = scheduleOf(round);
  const message = cohort.map((_, index): Message => {
    return { type: 'uplink.granted', from: id, round: round.round, weight: weights[index] as number };
  });
  return { to: cohort, message };
}

/** To those that have reported in vain. */
export function releases({ id }: CollectorRole, round: Round) {
  const { cohort } = scheduleOf(round);
  const to = round.reports.map(({ from }) => from).filter((member) => !cohort.includes(member));
  return { to, message: { type: 'uplink.released', from: id, round: round.round } satisfies Message };
}

/** To a member whose report came too late. */
export function release({ id }: CollectorRole, event: ActorEvent) {
  const { from, round } = event as Of<'update.reported'>;
  return { to: from, message: { type: 'uplink.released', from: id, round } satisfies Message };
}

export const listen = (round: Round) => ({
  id: 'air',
  round: round.round,
  base: round.base,
  schedule: scheduleOf(round),
});

export const summed = ({ senders, model }: Of<'aggregate.received'>): Partial<Round> => ({
  received: senders.length,
  estimate: model,
});

/** w ← w + rate · ŷ */
export function update({ uplink }: CollectorRole, { round, base, estimate }: Round) {
  return {
    ...{ round, exchange: 0, sum: true as const },
    models: [base, estimate as ModelVersion],
    weights: [1, uplink?.rate ?? 1],
  };
}
