/**
 * The built-in policies keep the contracts, and broken ones are refused with the rule that they break.
 */
import { describe, expect, test } from 'vitest';
import * as channels from '../../../channels/index.ts';
import { inversion } from '../../../channels/power-control/inversion.ts';
import { optimal } from '../../../channels/power-control/optimal.ts';
import { truncatedInversion } from '../../../channels/power-control/truncated-inversion.ts';
import {
  conformsToAccess,
  conformsToAggregation,
  conformsToAllocation,
  conformsToAssociation,
  conformsToMixing,
  conformsToPacing,
  conformsToPowerControl,
  conformsToScheduling,
  conformsToStaleness,
} from '../../../src/conformance/index.ts';
import { type Part, type PartBuilder, realise } from '../../../src/part.ts';
import * as policies from '../../../src/policies/index.ts';
import type { Candidate, Mixing, RoundView, SchedulingPolicy } from '../../../src/policies/policy.ts';

type Builder = PartBuilder<unknown, never>;
const isBuilder = (value: unknown): value is Builder => typeof value === 'function' && 'partName' in value;
const builtIn = (kind: string, among: object = policies): readonly (readonly [string, Part<never>])[] =>
  Object.values(among)
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

  test.each(builtIn('mixing').filter(([name]) => name !== 'given'))('mixing: %s', (_, policy) =>
    conformsToMixing(policy),
  );
  test.each(builtIn('access', channels))('access: %s', (_, scheme) => conformsToAccess(scheme));
  // Others have bandwidths of their own for each client.
  test.each(builtIn('access', channels).filter(([name]) => name !== 'orthogonal'))(
    'access within 10 MHz: %s',
    (_, scheme) => conformsToAccess({ ...scheme, options: { bandwidth: 10e6 } } as never, { bandwidth: 10e6, seed: 2 }),
  );

  test('there are some of each kind', () => {
    expect(builtIn('mixing').length).toBeGreaterThan(3);
    expect(builtIn('access', channels).length).toBeGreaterThan(5);
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

test('access schemes are held to the same, to independence and to those who wait', () => {
  const scheme = (change: object) => ({
    independent: false,
    grant: (demands: readonly unknown[]) => demands.map(() => ({ bandwidth: 1e6 / demands.length, airtime: 1 })),
    ...change,
  });
  conformsToAccess(scheme({ pick: (gains: readonly number[]) => gains.indexOf(Math.max(...gains)) }), {
    bandwidth: 1e6,
  });
  expect(() => conformsToAccess(scheme({}), { bandwidth: 1e5 })).toThrow(
    'access policy: it breaks the rule "stays within',
  );
  expect(() => conformsToAccess(scheme({ pick: ({ length }: readonly number[]) => length }))).toThrow(
    'one of those who',
  );
  expect(() => conformsToAccess(scheme({ independent: true }))).toThrow('grants the same to a demand alone');
  expect(() => conformsToAccess(scheme({ grant: () => [Number.NaN] }))).toThrow('grants each demand a bandwidth');
});

test('mixings are held to the graph, to the mean and to agreement', () => {
  const graph = realise<Mixing>(policies.metropolis());
  const identity: Mixing = (_, shares) => shares.map((_a, j) => shares.map((_b, d) => (j === d ? 1 : 0)));
  expect(() => conformsToMixing(identity)).toThrow('leads to agreement');
  const meeting: Mixing = (_, shares) => shares.map((share) => shares.map(() => share));
  expect(() => conformsToMixing(meeting)).toThrow('mixes along links only');
  const even: Mixing = ({ neighbours }, shares) =>
    graph(
      { neighbours },
      shares.map(() => 1 / shares.length),
    );
  expect(() => conformsToMixing(even)).toThrow('keeps the mean over all samples');
  const half: Mixing = (given, shares) => graph(given, shares).map((row) => row.map((weight) => weight / 2));
  expect(() => conformsToMixing(half)).toThrow('columns that sum to 1');
  expect(() => conformsToMixing(() => [[Number.NaN]])).toThrow('a square of finite weights');
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
