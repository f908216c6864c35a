/**
 * The built-in policies keep the contracts, and broken ones are refused with the rule that they break.
 */
import { describe, expect, test } from 'vitest';
import { inversion } from '../../../channels/power-control/inversion.ts';
import { optimal } from '../../../channels/power-control/optimal.ts';
import { truncatedInversion } from '../../../channels/power-control/truncated-inversion.ts';
import {
  conformsToAggregation,
  conformsToAllocation,
  conformsToAssociation,
  conformsToPacing,
  conformsToPowerControl,
  conformsToScheduling,
  conformsToStaleness,
} from '../../../src/conformance/index.ts';
import { type Part, type PartBuilder, realise } from '../../../src/part.ts';
import * as policies from '../../../src/policies/index.ts';
import type { Candidate, RoundView, SchedulingPolicy } from '../../../src/policies/policy.ts';

type Builder = PartBuilder<unknown, never>;
const isBuilder = (value: unknown): value is Builder => typeof value === 'function' && 'partName' in value;
const builtIn = (kind: string): readonly (readonly [string, Part<never>])[] =>
  Object.values(policies)
    .filter(isBuilder)
    .filter((each) => each.kind === kind)
    .map((each) => [each.partName, each()] as const);

describe('built-in policies keep their contracts', () => {
  test.each(builtIn('schedule'))('scheduling: %s', (_, policy) => conformsToScheduling(policy));
  test.each(builtIn('schedule').filter(([, { schema }]) => 'cohort' in (schema as never as { shape: object }).shape))(
    'scheduling with a cohort of two: %s',
    (_, policy) => conformsToScheduling({ ...policy, options: { cohort: 2 } } as never, { seed: 2 }),
  );
  test.each(builtIn('pacing'))('pacing: %s', (_, policy) => conformsToPacing(policy));
  test.each(builtIn('aggregation'))('aggregation: %s', (_, policy) => conformsToAggregation(policy));
  test.each(builtIn('association'))('association: %s', (_, policy) => conformsToAssociation(policy));
  test.each(builtIn('staleness'))('staleness: %s', (_, policy) => conformsToStaleness(policy));
  test.each(
    [inversion(), optimal(), truncatedInversion(), truncatedInversion({ threshold: 0.5 })].map((each) => [each]),
  )('power control: $name', (policy) => conformsToPowerControl(policy));

  test('there are some of each kind', () => {
    for (const kind of ['schedule', 'pacing', 'aggregation', 'association', 'staleness']) {
      expect(builtIn(kind).length, kind).toBeGreaterThan(1);
    }
  });
});

describe('broken scheduling policies are refused with their rule', () => {
  let calls = 0;
  const broken: readonly (readonly [string, unknown])[] = [
    ['returns { invite }, a list', () => ({})],
    ['returns { invite }, a list', async () => ({ invite: [] })],
    ['invites known candidates only', ({ idle }: RoundView) => ({ invite: [{ ...idle[0], id: 'client-99' }] })],
    ['invites known candidates only', ({ idle }: RoundView) => ({ invite: [idle[2]] })],
    ['invites nobody twice', ({ idle }: RoundView) => ({ invite: [...idle, idle[0]] })],
    ['gives each invited client a finite weight', ({ idle }: RoundView) => ({ invite: idle, weights: [1] })],
    [
      'gives each invited client a finite weight',
      ({ idle: [one] }: RoundView) => ({ invite: [one], weights: [one!.loss!] }),
    ],
    ['gives each invited client a finite weight', ({ idle: [one] }: RoundView) => ({ invite: [one], weights: [-1] })],
    ['gives each idle client a probability', ({ idle }: RoundView) => ({ invite: idle, probabilities: [Number.NaN] })],
    ['closes after a positive time', ({ idle }: RoundView) => ({ invite: idle, closeAfter: -1 })],
    ['leaves its input as it was', ({ idle }: RoundView) => ({ invite: (idle as Candidate[]).reverse() })],
    ['gives the same answer twice', ({ idle }: RoundView) => ({ invite: idle, closeAfter: ++calls })],
    ['does not throw', ({ idle }: RoundView) => ({ invite: idle.filter((each) => each.loss!.toFixed(1) > '1') })],
  ];
  test.each(broken)('%s', (rule, policy) => {
    const suite = () => conformsToScheduling(policy as SchedulingPolicy);
    expect(suite).toThrow(`invalid scheduling policy: it breaks the rule "${rule}`);
    expect(suite).toThrow(/given \{.*POLICY_INVALID/);
  });

  test('the counterexample is as small as the fault allows: a view of client 3 alone', () => {
    const isHit = ({ idle }: RoundView) => idle.some(({ index }) => index === 3);
    const broken = (view: RoundView) => ({ invite: isHit(view) ? [...view.idle, ...view.idle] : view.idle });
    expect(() => conformsToScheduling(broken)).toThrow(/^(?!.*"client-[^3]).*"client-3".*"members":1,/);
  });
});

test('broken pacing, aggregation, association and staleness policies are refused with their rule', () => {
  expect(() => conformsToPacing((({ received }: { received: number }) => received) as never)).toThrow('true or false');
  expect(() => conformsToPacing(({ received }) => received >= 5)).toThrow('closes once nothing more can come');
  expect(() => conformsToAggregation((all) => all.map(() => 0))).toThrow('leaves some weight above 0');
  expect(() => conformsToAggregation((all) => all.map(({ staleness }) => 1 / staleness))).toThrow(
    'weight 0 is "Infinity"',
  );
  expect(() => conformsToAggregation((all) => all.map((_, at) => at + 1))).toThrow('the same in any order');
  expect(() => conformsToAssociation(({ clients }) => Array(clients).fill(0))).toThrow('leaves no server without');
  expect(() => conformsToAssociation(({ clients }) => Array(clients).fill(-1))).toThrow('a server from 0');
  expect(() => conformsToStaleness((age) => 1 + age)).toThrow('no larger for staler');
  expect(() => conformsToStaleness((age) => 1 - age / 4)).toThrow('positive and finite');
});

test('allocations are held to their range, to progress and to the bandwidth', () => {
  const HERTZ = 1e6;
  const equal = (share: number) => (demands: readonly unknown[]) =>
    demands.map(() => ({ bandwidth: (share * HERTZ) / demands.length, airtime: 1 }));
  conformsToAllocation(equal(1), { bandwidth: HERTZ });
  expect(() => conformsToAllocation(equal(1.01), { bandwidth: HERTZ })).toThrow('stays within the bandwidth');
  expect(() => conformsToAllocation(equal(0))).toThrow('lets somebody transmit');
  expect(() => conformsToAllocation(equal(-1))).toThrow('grants each demand');
  expect(() => conformsToAllocation(() => [])).toThrow('grants each demand');
});

test('power controls are held to their power, and to the error that they state', () => {
  const right = realise(inversion());
  const with_ = (change: object) => ({
    control: (...given: Parameters<typeof right.control>) => ({ ...right.control(...given), ...change }),
  });
  expect(() => conformsToPowerControl(with_({ amplitudes: [100] }))).toThrow('within its power');
  expect(() => conformsToPowerControl(with_({ denoisingFactor: 0 }))).toThrow('positive, finite factor');
  expect(() => conformsToPowerControl(with_({ meanSquaredError: 0 }))).toThrow('states the error');
});
