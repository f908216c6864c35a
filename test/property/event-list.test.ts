import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventId, EventList, type Priority, priority } from '../../src/kernel/event-list.ts';
import type { Instant } from '../../src/units.ts';

/** Few instants, so that ties are the rule. */
const commands = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        what: fc.constant('schedule' as const),
        at: fc.nat(7),
        rank: fc.constantFrom<Priority>(0, 1),
      }),
    },
    { weight: 2, arbitrary: fc.record({ what: fc.constant('cancel' as const), pick: fc.nat() }) },
    { weight: 3, arbitrary: fc.record({ what: fc.constant('take' as const) }) },
  ),
  { maxLength: 400 },
);

interface Known {
  readonly at: number;
  readonly order: number;
  readonly serial: number;
  readonly id: EventId;
}

/** The obvious list: sorted anew whenever the next event is asked for. */
function oracle() {
  let pending: Known[] = [];
  return {
    add: (each: Known) => void pending.push(each),
    next: () => pending.sort((a, b) => a.at - b.at || a.order - b.order || a.serial - b.serial)[0],
    drop: (serial: number) => {
      const before = pending.length;
      pending = pending.filter((each) => each.serial !== serial);
      return pending.length < before;
    },
    get size() {
      return pending.length;
    },
  };
}

describe('an event list against a sorted list', () => {
  it('takes the same events in the same order under any schedule, cancel and take', () => {
    fc.assert(
      fc.property(commands, (given) => {
        const list = new EventList<number>();
        const plain = oracle();
        const ids: EventId[] = [];
        for (const command of given) {
          if (command.what === 'schedule') {
            const serial = ids.length;
            const id = list.schedule(command.at as Instant, serial, command.rank);
            expect(ids).not.toContain(id);
            ids.push(id);
            plain.add({ at: command.at, order: command.rank === priority.fact ? 0 : 1, serial, id });
          } else if (command.what === 'cancel' && ids.length > 0) {
            const serial = command.pick % ids.length;
            expect(list.cancel(ids[serial]!)).toBe(plain.drop(serial));
          } else if (command.what === 'take' && plain.size > 0) {
            const next = plain.next()!;
            expect(list.nextAt).toBe(next.at);
            expect(list.peek()).toBe(next.serial);
            expect(list.take()).toBe(next.serial);
            plain.drop(next.serial);
          }
          expect(list.size).toBe(plain.size);
        }
        while (plain.size > 0) {
          const { serial } = plain.next()!;
          expect(list.take()).toBe(serial);
          plain.drop(serial);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('keeps time and priority when ties are shuffled, and only ties change places', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.constantFrom<Priority>(0, 1)), { maxLength: 80 }),
        fc.nat(),
        (given, salt) => {
          // A bijection of the low 16 bits: an odd multiplier and a salt.
          const list = new EventList<number>((sequence) => ((sequence * 40_503) ^ salt) & 0xffff);
          given.forEach(([at, rank], serial) => void list.schedule(at as Instant, serial, rank));
          const taken = given.map(() => list.take());
          const places = taken.map((serial) => given[serial]![0] * 2 + given[serial]![1]);
          expect(places).toEqual(places.toSorted((a, b) => a - b));
          expect(taken.toSorted((a, b) => a - b)).toEqual(given.map((_, serial) => serial));
        },
      ),
    );
  });
});
