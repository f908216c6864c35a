import { describe, expect, it } from 'vitest';
import { didYouMean, nearMisses } from '../../../src/scenario/near-miss.ts';

const known = ['quickstart', 'clients', 'channel', 'ring'];

describe('near misses', () => {
  it.each([
    ['quikstart', 'quickstart'],
    ['clints', 'clients'],
    ['rng', 'ring'],
    ['quick', 'quickstart'],
    ['CHANNEL', 'channel'],
  ])('takes %s for %s', (word, meant) => {
    expect(didYouMean(word, known)).toBe(`did you mean ${meant}?`);
  });

  it('suggests nothing where nothing is near', () => {
    expect(nearMisses('unrelated', known)).toEqual([]);
    expect(didYouMean('', known)).toBeUndefined();
  });
});
