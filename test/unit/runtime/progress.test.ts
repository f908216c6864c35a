import { describe, expect, it } from 'vitest';
import { begin, begunOf, isTakenBack, progress, takeBack } from '../../../src/runtime/progress.ts';

describe('The steps of a group', () => {
  it('are begun from the front and taken back from the end, each by one side only', () => {
    const group = progress(5);
    expect([begin(group, 0), begin(group, 1)]).toEqual([true, true]);
    expect([takeBack(group), takeBack(group)]).toEqual([4, 3]);
    expect(begin(group, 2)).toBe(true);
    expect([begin(group, 3), begin(group, 4), takeBack(group)]).toEqual([false, false, undefined]);
    expect([0, 1, 2, 3, 4].map((index) => isTakenBack(group, index))).toEqual([false, false, false, true, true]);
    expect(begunOf(group)).toBe(3);
  });
});
