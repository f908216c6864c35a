import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyMachineSnapshot, type AnyStateMachine, initialTransition, transition } from 'xstate';
import { centralServerMachine, clientMachine, edgeServerMachine } from '../../actors/index.ts';
import type { ActorEvent } from '../../src/event.ts';
import type { Effect } from '../../src/kernel/effect.ts';
import { type Driver, drive } from '../../src/runtime/actor.ts';
import {
  centralRole,
  clientRole,
  combined,
  edgeRole,
  heard,
  model,
  received,
  scheduled,
  updateOf,
} from '../support/acting.ts';

const round = fc.integer({ min: 0, max: 3 });
const member = fc.constantFrom('client-0', 'client-1', 'client-2');
const peer = fc.constantFrom('client-0', 'client-1', 'edge-0', 'edge-2', 'central');
const cohorts = fc.subarray(['client-0', 'client-1', 'client-2']);

/** Any event, likely or not: few names and rounds, so that sequences lead somewhere. */
const anyEvent: fc.Arbitrary<ActorEvent> = fc.oneof(
  fc.constant<ActorEvent>({ type: 'started' }),
  fc.constantFrom<ActorEvent>({ type: 'went.offline' }, { type: 'came.online' }, { type: 'crashed' }),
  round.map((n): ActorEvent => ({ type: 'restarted', round: n })),
  fc
    .tuple(round, cohorts, fc.constantFrom(null, 5), fc.nat({ max: 3 }))
    .map(([n, cohort, closeAfter, more]) => scheduled(n, cohort, closeAfter, cohort.length + more)),
  fc
    .tuple(member, round, fc.integer({ min: 1, max: 9 }))
    .map(([from, n, samples]) => received(from, n, `${from}'s`, samples)),
  fc.tuple(round, round).map(([n, exchange]) => combined(n, exchange, `${n}.${exchange}`)),
  fc.tuple(fc.constantFrom('edge-0', 'edge-2'), round, fc.integer({ min: 1, max: 2 })).map((each) => heard(...each)),
  fc.tuple(fc.constantFrom('edge-1', 'central'), round).map(([from, n]) => model(from, n)),
  peer.map((name): ActorEvent => ({ type: 'peer.lost', peer: name })),
  fc
    .tuple(peer, fc.option(round))
    .map(([name, n]): ActorEvent => ({ type: 'peer.returned', peer: name, ...(n === null ? {} : { round: n }) })),
  round.map((n): ActorEvent => ({ type: 'training.finished', round: n, ...updateOf('trained') })),
  round.map((n): ActorEvent => ({ type: 'upload.finished', round: n, bits: 1, seconds: 1 })),
  round.map((n): ActorEvent => ({ type: 'download.started', from: 'edge-1', round: n })),
  round.map((n): ActorEvent => ({ type: 'deadline.passed', round: n })),
);

/** A sequence that a run could see, with accidents mixed in. */
const likelyRounds: fc.Arbitrary<ActorEvent[]> = fc
  .array(
    fc.tuple(
      cohorts,
      fc.constantFrom(null, 5),
      fc.array(anyEvent, { maxLength: 3 }),
      fc.shuffledSubarray([0, 1, 2, 3, 4]),
    ),
    { maxLength: 4 },
  )
  .map((rounds) => [
    { type: 'started' },
    model('central', 1),
    ...rounds.flatMap(([cohort, closeAfter, accidents, order], index) => {
      const n = index + 1;
      const usual: ActorEvent[] = [
        scheduled(n, cohort, closeAfter),
        ...cohort.map((from) => received(from, n)),
        combined(n, 0, 'cluster'),
        heard('edge-0', n),
        heard('edge-2', n),
        combined(n, 1, 'mixed'),
        model('central', n + 1),
      ];
      accidents.forEach((accident, which) => usual.splice(order[which] ?? 0, 0, accident));
      return usual;
    }),
  ]);

const story = fc.oneof(fc.array(anyEvent, { maxLength: 30 }), likelyRounds);

/** XState's actions as our effects. */
const effectsOf = (actions: readonly { readonly type: string; readonly params?: unknown }[]): Effect[] =>
  actions.map(({ type, params }) => ({ type, ...(params as object) }) as Effect);

function expectSame(driver: Driver, machine: AnyStateMachine, role: unknown, events: readonly ActorEvent[]): void {
  let state = driver.initial(role);
  let [snapshot, actions] = initialTransition(machine, role as never) as unknown as [AnyMachineSnapshot, []];
  expect([...driver.asked]).toEqual(effectsOf(actions));
  for (const event of events) {
    state = driver.next(state, event);
    const asked = [...driver.asked];
    [snapshot, actions] = transition(machine, snapshot as never, event as never) as unknown as [AnyMachineSnapshot, []];
    expect(asked).toEqual(effectsOf(actions));
    expect(state.value).toEqual(snapshot.value);
    expect(state.context).toEqual(snapshot.context);
  }
}

// Goal: however the runtime drives a machine, it is the machine that XState runs. Method: each sequence goes through
// XState's own pure transition() and through one driver that has already seen all sequences before it.
describe.each([
  ['client', clientMachine, [clientRole, { ...clientRole, server: 'central' }]],
  [
    'central server',
    centralServerMachine,
    [centralRole({ rounds: 3 }), centralRole({ overEdgeServers: true, rounds: 2 })],
  ],
  [
    'edge server',
    edgeServerMachine,
    [
      edgeRole({ rounds: 4 }),
      edgeRole({ edgeRounds: 2, exchanges: 2 }),
      edgeRole({ neighbours: [], parent: 'central' }),
      edgeRole({ members: ['client-0'] }),
    ],
  ],
] as const)('the driver of a %s', (_, machine, roles) => {
  it('gives the same states, contexts and effects as XState itself, on any sequence of events', () => {
    const driver = drive(machine as AnyStateMachine);
    fc.assert(
      fc.property(story, fc.nat(), (events, pick) => {
        expectSame(driver, machine as AnyStateMachine, roles[pick % roles.length], events);
      }),
      { numRuns: 400 },
    );
  });

  it('keeps actors of one machine apart, in whatever order they are driven', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 2 }), anyEvent), { maxLength: 60 }), (events) => {
        const shared = drive(machine as AnyStateMachine);
        const alone = [0, 1, 2].map(() => drive(machine as AnyStateMachine));
        const together = [0, 1, 2].map((n) => shared.initial(roles[n % roles.length]));
        const apart = alone.map((driver, n) => driver.initial(roles[n % roles.length]));
        for (const [n, event] of events) {
          together[n] = shared.next(together[n]!, event);
          const asked = [...shared.asked];
          apart[n] = alone[n]!.next(apart[n]!, event);
          expect(asked).toEqual([...alone[n]!.asked]);
        }
        expect(together.map(({ value, context }) => [value, context])).toEqual(
          apart.map(({ value, context }) => [value, context]),
        );
      }),
      { numRuns: 50 },
    );
  });
});
