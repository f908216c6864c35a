import { describe, expect, it } from 'vitest';
import type { ModelVersion } from '../../../src/event.ts';
import { Observer } from '../../../src/runtime/observer.ts';
import type { Milestone, WorldPlan } from '../../../src/runtime/plan.ts';

const model = (digest: string): ModelVersion => ({ parameters: undefined, digest });

/** Servers a and b, with a quarter and three quarters of all samples. */
const watching = () => {
  const observed = [
    { id: 'a', share: 0.25 },
    { id: 'b', share: 0.75 },
  ];
  return new Observer({ observed, initial: model('start') } as unknown as WorldPlan);
};

const say = (milestones: readonly Milestone[]) =>
  milestones.map(({ round, models }) => [round, ...models.map(({ digest }) => digest)]);

describe('an observer of unequal servers', () => {
  it('calls a round over when the slower server has closed it, with both models of that round', () => {
    const observer = watching();
    expect(say(observer.close('a', 1, model('a1')))).toEqual([]);
    expect(say(observer.close('a', 2, model('a2')))).toEqual([]);
    expect(say(observer.close('b', 1, model('b1')))).toEqual([[1, 'a1', 'b1']]);
    expect(observer.round).toBe(1);
    expect(say(observer.close('b', 2, model('b2')))).toEqual([[2, 'a2', 'b2']]);
  });

  it('weighs models by the servers’ shares of all samples', () => {
    const observer = watching();
    observer.close('a', 1, model('a1'));
    expect(observer.close('b', 1, model('b1'))[0]?.shares).toEqual([0.25, 0.75]);
  });

  it('lets several rounds be over at once when the last server that lagged goes down', () => {
    const observer = watching();
    observer.close('b', 1, model('b1'));
    for (const round of [1, 2, 3]) observer.close('a', round, model(`a${round}`));
    expect(observer.round).toBe(1);
    expect(say(observer.lose('b'))).toEqual([
      [2, 'a2', 'b1'],
      [3, 'a3', 'b1'],
    ]);
  });

  it('waits again for a server that has come back, from the round in which it joins', () => {
    const observer = watching();
    observer.lose('b');
    expect(say(observer.close('a', 1, model('a1')))).toEqual([[1, 'a1', 'start']]);
    observer.recover('b', 2);
    expect(say(observer.close('a', 2, model('a2')))).toEqual([]);
    expect(say(observer.close('b', 2, model('b2')))).toEqual([[2, 'a2', 'b2']]);
  });

  it('ends no round while every server is down', () => {
    const observer = watching();
    observer.lose('a');
    expect(say(observer.lose('b'))).toEqual([]);
    expect(observer.round).toBe(0);
  });

  it('shows the present models of servers that are rounds apart, the initial one where none was closed', () => {
    const observer = watching();
    observer.close('a', 1, model('a1'));
    observer.close('a', 2, model('a2'));
    expect(say([observer.present()])).toEqual([[0, 'a2', 'start']]);
    expect([observer.watches('a'), observer.watches('client-0')]).toEqual([true, false]);
    expect([...observer.models.keys()]).toEqual(['a', 'b']);
  });
});
