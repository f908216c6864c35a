import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { part, slot } from '../../../src/part.ts';
import { problemsOf, show, valueAt } from '../../../src/scenario/problems.ts';

const inner = part('air', 'still', z.strictObject({ bandwidth: z.number().positive().default(1) }), () => 0);
const schema = z.strictObject({ air: slot('air'), seed: z.int(), name: z.string() });

const problems = (options: unknown) => {
  const { error } = schema.safeParse(options);
  return error === undefined ? [] : problemsOf(error, options);
};

describe('problemsOf', () => {
  it('names path, value and expectation, through a part into its options', () => {
    const air = inner({ bandwidth: -1 });
    expect(problems({ air, seed: 1, name: 'x' })).toEqual([
      { what: 'invalid air.bandwidth: -1', remedy: 'expected number to be >0', code: 'OPTION_INVALID' },
    ]);
  });

  it('tells a missing option from an invalid one, and reports both', () => {
    expect(problems({ air: inner(), seed: Number.NaN }).map(({ what, code }) => [what, code])).toEqual([
      ['invalid seed: NaN', 'OPTION_INVALID'],
      ['missing option: "name"', 'OPTION_MISSING'],
    ]);
  });

  it('suggests the option of a part that was meant', () => {
    const air = inner({ bandwith: 3 } as never);
    expect(problems({ air, seed: 1, name: 'x' })).toEqual([
      { what: 'unknown option: "air.bandwith"', remedy: 'did you mean bandwidth?', code: 'OPTION_UNKNOWN' },
    ]);
  });
});

describe('valueAt', () => {
  it('is undefined where the path leads nowhere', () => {
    expect(valueAt({ air: inner() }, ['air', 'bandwidth', 'x'])).toBeUndefined();
    expect(valueAt(null, ['a'])).toBeUndefined();
  });
});

describe('show', () => {
  it('shows any value in a few words', () => {
    const named = () => 0;
    expect([inner(), inner({ bandwidth: 2 }), named, 3, undefined, 'a'].map(show)).toEqual([
      ...['still()', 'still(…)', 'function named', '3', 'undefined', '"a"'],
    ]);
  });
});
