import { expect, it } from 'vitest';
import { harmless } from '../../../src/cli/terminal.ts';

it('spells out what a terminal would obey: a name or a trace gives it no orders', () => {
  expect(harmless('a\u001b]0;title\u0007b\u009b2Jc\u007f\rd')).toBe(
    'a\\u001b]0;title\\u0007b\\u009b2Jc\\u007f\\u000dd',
  );
  expect(harmless('invoice\u202efdp.exe')).toBe('invoice\\u202efdp.exe');
  expect(harmless('two\nlines\tand — ½ of τ₁ 🜁')).toBe('two\nlines\tand — ½ of τ₁ 🜁');
});

it('leaves JSON what it was', () => {
  const value = { name: '\u001b[2J\u009b\u202e\u007f' };
  expect(JSON.parse(harmless(JSON.stringify(value)))).toEqual(value);
});
