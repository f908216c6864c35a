import { describe, expect, it } from 'vitest';
import { SimulationError } from '../../../src/errors.ts';
import type { Pending } from '../../../src/runtime/plan.ts';
import { Script, type ScriptFunction, type ScriptWorld } from '../../../src/runtime/script.ts';

/** A script on a desk: its wake-ups as pairs of what and after how long, and a clock that is set by hand. */
function staged(story: ScriptFunction) {
  const wakes: [Pending['to'], number][] = [];
  const clock = { now: 0 };
  const world = {
    get now() {
      return clock.now;
    },
    at: (at: number) => ({ until: 'instant', at }),
    after: (span: number) => ({ until: 'instant', at: clock.now + span }),
    closed: (round: number) => ({ until: 'closed', round }),
  } as ScriptWorld;
  const script = new Script(story, world, (pending, after = 0) => {
    wakes.push([pending.to, after]);
    return 0 as never;
  });
  return { script, wakes, clock };
}

describe('a script', () => {
  it('begins as an event of its own, not while the world is made', () => {
    let begun = false;
    const { script, wakes } = staged(function* () {
      begun = true;
    });
    script.start();
    expect([begun, wakes]).toEqual([false, [['script', 0]]]);
    script.resume();
    expect(begun).toBe(true);
  });

  it('waits for an instant, and for a while from now', () => {
    const { script, wakes, clock } = staged(function* (world) {
      yield world.at(5);
      yield world.after(2);
    });
    script.resume();
    clock.now = 5;
    script.resume();
    expect(wakes).toEqual([
      ['script', 5],
      ['script', 2],
    ]);
  });

  it('wakes at the round it waits for, not before, and only once', () => {
    const { script, wakes } = staged(function* (world) {
      yield world.closed(2);
    });
    script.resume();
    script.closed(1);
    expect(wakes).toEqual([]);
    script.closed(2);
    script.closed(3);
    expect(wakes).toEqual([['script', 0]]);
  });

  it('goes on at once where the round is over already', () => {
    const { script, wakes } = staged(function* (world) {
      yield world.closed(1);
    });
    script.closed(4);
    script.resume();
    expect(wakes).toEqual([['script', 0]]);
  });

  it('that has ended stays ended', () => {
    const { script, wakes } = staged(function* () {});
    script.resume();
    script.resume();
    expect(wakes).toEqual([]);
  });

  it.each<[string, ScriptFunction, RegExp]>([
    [
      'waits for the past',
      function* (world) {
        yield world.at(1);
      },
      /invalid instant: 1 s has passed \(script, t = 3 s\); wait for a later one/,
    ],
    [
      'yields a number',
      function* () {
        yield 7 as never;
      },
      /invalid wait: 7 \(script, t = 3 s\)/,
    ],
    [
      'yields nothing',
      function* () {
        yield undefined as never;
      },
      /invalid wait: undefined/,
    ],
    [
      'waits for no instant',
      function* (world) {
        yield world.at(Number.NaN);
      },
      /invalid wait: \{"until":"instant","at":null\}/,
    ],
    [
      'waits for half a round',
      function* (world) {
        yield world.closed(1.5);
      },
      /invalid wait: .*1\.5/,
    ],
    [
      'throws',
      function* () {
        throw new Error('lost the plot');
      },
      /it threw: lost the plot \(script, t = 3 s\); mend the script/,
    ],
  ])('that %s is refused with its instant', (_wrong, story, message) => {
    const { script, clock } = staged(story);
    clock.now = 3;
    expect(() => script.resume()).toThrow(SimulationError);
    const again = staged(story);
    again.clock.now = 3;
    expect(() => again.script.resume()).toThrow(message);
  });
});
