/** What holds of every record, whatever was run: it is read from the events alone. */
import type { Summary } from '../../dist/src/scenario/summary.js';

export interface RecordedFact {
  readonly at: number;
  readonly actor: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

type Rule = (facts: readonly RecordedFact[], summary: Summary) => string | undefined;

const say = ({ at, actor, kind }: RecordedFact): string => `${actor} ${kind} at ${at} ns`;

/** Complains of the first fact that does. */
const each =
  (complain: (fact: RecordedFact, before: RecordedFact | undefined) => string | undefined): Rule =>
  (facts) => {
    for (const [index, fact] of facts.entries()) {
      const what = complain(fact, facts[index - 1]);
      if (what !== undefined) return `${what}: ${say(fact)}`;
    }
    return undefined;
  };

/** Two kinds of facts that must take turns for each actor, the first of them first. */
const alternate =
  (one: string, other: string): Rule =>
  (facts) => {
    const inOne = new Set<string>();
    for (const fact of facts) {
      const isOne = fact.kind === one;
      if (!isOne && fact.kind !== other) continue;
      if (inOne.has(fact.actor) === isOne) return `${one} and ${other} don't take turns: ${say(fact)}`;
      if (isOne) inOne.add(fact.actor);
      else inOne.delete(fact.actor);
    }
    return undefined;
  };

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const ROUNDS_RISE: Rule = (facts) => {
  const last = new Map<string, number>();
  for (const fact of facts) {
    if (fact.kind !== 'round.closed') continue;
    const round = fact.round as number;
    if (round <= (last.get(fact.actor) ?? 0)) return `rounds don't rise: ${say(fact)}`;
    last.set(fact.actor, round);
  }
  return undefined;
};

/** What a client has sent comes from what it has trained. */
const UPDATES_ARE_TRAINED: Rule = (facts) => {
  const trained = new Map<string, number>();
  for (const fact of facts) {
    if (fact.kind === 'training.finished') trained.set(fact.actor, (trained.get(fact.actor) ?? 0) + 1);
    if (fact.kind !== 'update.received' || !(fact.from as string).startsWith('client')) continue;
    const left = (trained.get(fact.from as string) ?? 0) - 1;
    if (left < 0) return `an update counts twice: ${say(fact)} from ${fact.from as string}`;
    trained.set(fact.from as string, left);
  }
  return undefined;
};

const TOTALS: Rule = (facts, summary) => {
  const of = (kind: string) => facts.filter((fact) => fact.kind === kind);
  const sent = of('upload.finished').reduce((sum, { bits }) => sum + (bits as number), 0);
  const [least, all] = [0, [summary.energyJoules, summary.uplinkBits, summary.virtualSeconds, summary.dropouts]];
  if (all.some((total) => !(total >= least && Number.isFinite(total)))) return `totals ${all.join(', ')}`;
  if (summary.events !== facts.length) return `${summary.events} events, and ${facts.length} in the record`;
  if (sent > summary.uplinkBits + 1) return `${sent} bits are sent, and ${summary.uplinkBits} are counted`;
  if (of('work.lost').length !== summary.dropouts)
    return `${summary.dropouts} dropouts, ${of('work.lost').length} losses`;
  const last = (facts.at(-1)?.at ?? 0) / 1e9;
  return summary.virtualSeconds + 1e-6 < last ? `it ends at ${summary.virtualSeconds} s, before ${last} s` : undefined;
};

const RULES: readonly Rule[] = [
  each(({ at }) => (isCount(at) ? undefined : `time ${at}`)),
  each(({ at }, before) => (at >= (before?.at ?? 0) ? undefined : 'time goes back')),
  each(({ kind, bits }) => (kind !== 'upload.finished' || isCount(bits) ? undefined : `bits ${String(bits)}`)),
  each(({ kind, admitted, lost }) =>
    kind !== 'round.closed' || (isCount(admitted) && isCount(lost)) ? undefined : 'a count',
  ),
  each(({ staleness }) =>
    ((staleness as readonly number[] | undefined) ?? []).every((age) => age >= 0) ? undefined : 'a negative age',
  ),
  each(({ kind, accuracy }) =>
    kind !== 'model.evaluated' || accuracy === null || ((accuracy as number) >= 0 && (accuracy as number) <= 1)
      ? undefined
      : `accuracy ${String(accuracy)}`,
  ),
  alternate('went.offline', 'came.online'),
  alternate('crashed', 'restarted'),
  ROUNDS_RISE,
  UPDATES_ARE_TRAINED,
  TOTALS,
];

/** The first rule that a record breaks, in words; undefined where it keeps all. */
export function broken(facts: readonly RecordedFact[], summary: Summary): string | undefined {
  for (const rule of RULES) {
    const what = rule(facts, summary);
    if (what !== undefined) return what;
  }
  return undefined;
}
