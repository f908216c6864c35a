import type { ActorEvent, MemorySlot, Message, ModelVersion } from '../src/event.ts';
import type { Contribution } from '../src/policies/policy.ts';
import type { Arrivals, CollectorRole } from './role.ts';
import { type AirRound, noReports, withdrawn } from './sending.ts';

/** The round of a server that collects: shared by edge servers and the central server. */
export interface Round extends AirRound {
  readonly round: number;
  readonly model: ModelVersion;
  readonly cohort: readonly string[];
  readonly closeAfter: number | null;
  readonly arrivals: Arrivals | undefined;
  readonly received: number;
  /** Invited members that broke away before their update came. */
  readonly lost: readonly string[];
  readonly overdue: boolean;
  /** Local steps of each invited member, where they differ. */
  readonly localSteps: readonly number[] | undefined;
  /** The model that was sent to the cohort. */
  readonly base: ModelVersion;
  /** ω of each invited member, where the policy weighs. */
  readonly weights: readonly number[] | undefined;
}

/** A round that has not begun. */
export const freshRound = (round: number, model: ModelVersion): Round => ({
  round,
  model,
  cohort: [],
  closeAfter: null,
  arrivals: undefined,
  received: 0,
  lost: [],
  overdue: false,
  localSteps: undefined,
  base: model,
  weights: undefined,
  ...noReports,
});

type Of<Type extends ActorEvent['type']> = Extract<ActorEvent, { type: Type }>;

export const invited = ({ model }: Round, event: Of<'cohort.scheduled'>): Partial<Round> => ({
  cohort: event.cohort,
  closeAfter: event.closeAfter,
  localSteps: event.localSteps,
  base: model,
  weights: event.weights,
});

export const admitted = (round: Round, event: Of<'update.received'>): Partial<Round> => ({
  arrivals: { from: event.from, update: event, earlier: round.arrivals },
  received: round.received + 1,
  // Its link may have broken while the last bits were still on their way.
  lost: round.lost.includes(event.from) ? round.lost.filter((member) => member !== event.from) : round.lost,
});

/** The deadline of a round: none where its server waits for as long as it takes. */
export const passage = ({ closeAfter, round }: Round) => ({
  id: 'deadline',
  seconds: closeAfter ?? Number.POSITIVE_INFINITY,
  event: { type: 'deadline.passed' as const, round },
});

/** Adds a member to the lost ones, unless its update is there or it was never invited. */
export function bereft(round: Round, peer: string): Partial<Round> {
  const counts = round.cohort.includes(peer) && !round.lost.includes(peer) && !hasArrived(round.arrivals, peer);
  return counts ? { ...withdrawn(round, peer), lost: [...round.lost, peer] } : {};
}

/** Invited members whose update may still come. */
export const outstanding = (round: Round): readonly string[] =>
  round.cohort.filter((id) => !round.lost.includes(id) && !hasArrived(round.arrivals, id));

/** The server does without updates that may still come. */
export const lateReleases = ({ id }: CollectorRole, round: Round) => ({
  to: outstanding(round),
  message: { type: 'uplink.released' as const, from: id, round: round.round },
});

export const isComplete = ({ pacing }: CollectorRole, round: Round): boolean =>
  pacing({
    round: round.round,
    invited: round.cohort.length,
    received: round.received,
    lost: round.lost.length,
    overdue: round.overdue,
  });

/** The model for every invited member: one message, or one for each where their local steps differ. */
export function broadcast({ id }: CollectorRole, { cohort, round, model, localSteps }: Round) {
  const message = { type: 'model.received', from: id, round, model } satisfies Message;
  return { to: cohort, message: localSteps?.map((steps): Message => ({ ...message, localSteps: steps })) ?? message };
}

/** Admitted models and their weights, in the order of the members, whatever order they came in. */
export function aggregate(role: CollectorRole, round: Round) {
  if (round.weights !== undefined) return weightedUpdates(round, round.weights);
  const { updates, weights } = weighed(role, round);
  return { round: round.round, exchange: 0, models: updates.map(({ model }) => model), weights };
}

/** w + Σ ω (w_i − w) = (1 − Σ ω) w + Σ ω w_i, with the policy's weights: an update that was lost is missing. */
function weightedUpdates(round: Round, given: readonly number[]) {
  const weightOf = new Map(round.cohort.map((id, index) => [id, given[index] ?? 0]));
  const arrivals = inOrder(round);
  const weights = arrivals.map(({ from }) => weightOf.get(from) ?? 0);
  const rest = 1 - weights.reduce((sum, weight) => sum + weight, 0);
  return {
    ...{ round: round.round, exchange: 0 },
    models: [...arrivals.map(({ update }) => update.model), round.base],
    weights: [...weights, rest],
  };
}

/** Arrivals in the order of the cohort, whatever order they came in. */
function inOrder({ cohort, arrivals }: Round): readonly Arrivals[] {
  const byMember = new Map<string, Arrivals>();
  for (let each = arrivals; each !== undefined; each = each.earlier) byMember.set(each.from, each);
  return cohort.flatMap((member) => byMember.get(member) ?? []);
}

/** Admitted updates for a server rule, in the order of the members. */
export function integrate(role: CollectorRole, round: Round & { readonly memory: readonly MemorySlot[] }) {
  const { updates, weights } = weighed(role, round);
  return {
    round: round.round,
    model: round.base,
    updates: updates.map(({ from, model, samples, localSteps }, index) => ({
      ...{ from, model, samples, localSteps },
      weight: weights[index] as number,
    })),
    memory: round.memory,
    closeAfter: round.closeAfter,
  };
}

/** The memory with what has changed in it; what hasn't is kept as it is. */
export function remembered(memory: readonly MemorySlot[], changes: readonly MemorySlot[]): readonly MemorySlot[] {
  const slots = new Map(memory.map((each) => [each.slot, each]));
  for (const each of changes) slots.set(each.slot, each);
  return [...slots.values()];
}

/** Admitted updates in the order of the members, with their weights, which sum to 1. */
export function weighed(role: CollectorRole, round: Round) {
  const arrivals = inOrder(round);
  const contributions = arrivals.map(
    ({ from, update }): Contribution => ({
      id: from,
      samples: update.samples,
      staleness: 0,
      localSteps: update.localSteps,
    }),
  );
  const weights = contributions.length === 0 ? [] : role.aggregation(contributions);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    updates: arrivals.map(({ from, update }) => ({ ...update, from })),
    weights: weights.map((weight) => weight / total),
  };
}

function hasArrived(arrivals: Arrivals | undefined, from: string): boolean {
  for (let each = arrivals; each !== undefined; each = each.earlier) if (each.from === from) return true;
  return false;
}
