import { z } from 'zod';
import type { Problem } from '../errors.ts';
import { isPart, part, realise, slot } from '../part.ts';
import type { Algorithm, AlgorithmClock } from '../policies/algorithm.ts';
import type { SchedulingPolicy } from '../policies/policy.ts';
import { describe } from './describe.ts';
import type { CheckedOptions } from './scenario.ts';

/** What may change in the middle of a run: decisions, and when it ends; a fork at 0 may change everything. */
const CHANGEABLE: ReadonlySet<string> = new Set(['schedule', 'until', 'targets']);
/** Of an algorithm: its functions. What it is made of (architecture, periods, matrices) stands when a run begins. */
const CHANGEABLE_PARTS: ReadonlySet<string> = new Set(['pacing', 'aggregation', 'staleness']);

const said = (value: unknown): string => JSON.stringify(describe(value)) ?? '';
export const isSame = (a: unknown, b: unknown): boolean => said(a) === said(b);

/** Everything that differs between two scenarios and can't change in the middle of a run. */
export function refusals(before: CheckedOptions, after: CheckedOptions): Problem[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof CheckedOptions>;
  const changed = [...names].filter((name) => !CHANGEABLE.has(name) && !isSame(before[name], after[name]));
  return changed.flatMap((name) =>
    name === 'algorithm' ? algorithmRefusals(before.algorithm, after.algorithm) : [refused(name)],
  );
}

function algorithmRefusals(before: unknown, after: unknown): Problem[] {
  if (!isPart(before) || !isPart(after) || before.name !== after.name) return [refused('algorithm')];
  const [a, b] = [before, after].map(({ schema, options }) => schema.parse(options) as Record<string, unknown>);
  const names = [...new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])];
  return names
    .filter((name) => !CHANGEABLE_PARTS.has(name) && !isSame(a?.[name], b?.[name]))
    .map((name) => refused(`algorithm.${name}`));
}

const refused = (name: string): Problem => {
  const all = [...CHANGEABLE, ...[...CHANGEABLE_PARTS].map((each) => `algorithm.${each}`)];
  const remedy = `change ${all.join(', ')}, or fork at 0, where everything may change`;
  return { what: `unsupported change in the middle of a run: ${name}`, where: 'fork', remedy, code: 'OPTION_INVALID' };
};

const at = z.number().min(0).describe('when it changes, s');
const policy = slot<SchedulingPolicy>('schedule', (value) => typeof value === 'function');
const algorithm = slot<Algorithm>('algorithm', (value) => typeof value === 'object' && value !== null);

/** One scheduling policy before an instant, another one from then on. */
export const forkedSchedule = part(
  'schedule',
  'forked',
  z.strictObject({
    at,
    before: policy.describe('policy before it'),
    after: policy.describe('policy from then on'),
  }),
  ({ at, before, after }): SchedulingPolicy => {
    const [first, second] = [realise(before), realise(after)];
    return (view) => (view.now < at ? first(view) : second(view));
  },
);

/** One algorithm whose decisions are others from an instant on. */
export const forkedAlgorithm = part(
  'algorithm',
  'forked',
  z.strictObject({
    at,
    before: algorithm.describe('algorithm before it'),
    after: algorithm.describe('the same with other functions, from then on'),
  }),
  ({ at, before, after }): Algorithm => {
    const [first, second] = [realise(before), realise(after)];
    const clock: AlgorithmClock = { now: () => 0 };
    const turning: Turning = (one, other) =>
      ((...args) => (clock.now() < at ? one(...args) : other(...args))) as typeof one;
    return {
      ...first,
      clock,
      pacing: turning(first.pacing, second.pacing),
      aggregation: turning(first.aggregation, second.aggregation),
      ...ofStaleness('asynchronous', first, second, turning),
      ...ofStaleness('streaming', first, second, turning),
    };
  },
);

type Turning = <Rule extends (...args: never[]) => unknown>(one: Rule, other: Rule) => Rule;

function ofStaleness(
  which: 'asynchronous' | 'streaming',
  { [which]: first }: Algorithm,
  { [which]: second }: Algorithm,
  turning: Turning,
): Partial<Algorithm> {
  if (first === undefined || second === undefined) return {};
  return { [which]: { ...first, staleness: turning(first.staleness, second.staleness) } };
}
