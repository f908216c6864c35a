import { describe, expect, it } from 'vitest';
import { table, wrap, wrappedTable } from '../../../src/report/table.ts';

describe('table', () => {
  it('aligns columns and leaves no blanks at the end of a line', () => {
    expect(
      table(
        [
          ['a', 'long', 'x'],
          ['beta', 'b', 'y'],
          ['c', 'd', ''],
        ],
        ' ',
      ),
    ).toEqual([' a     long  x', ' beta  b     y', ' c     d']);
  });

  it('counts characters, not code units', () => {
    expect(
      table([
        ['𝜏', '1'],
        ['ab', '2'],
      ]),
    ).toEqual(['𝜏   1', 'ab  2']);
  });
});

describe('wrap', () => {
  it('breaks between words and keeps a word that is too long whole', () => {
    expect(wrap('one two three extraordinarily', 8)).toEqual(['one two', 'three', 'extraordinarily']);
  });

  it('gives no line for no words', () => {
    expect(wrap('  ', 10)).toEqual([]);
  });
});

describe('wrappedTable', () => {
  it('breaks the last column under its own start, within the width', () => {
    const lines = wrappedTable(
      [
        ['key', 'a sentence that does not fit'],
        ['k', 'short'],
      ],
      25,
      ' ',
    );
    expect(lines).toEqual([' key  a sentence that does', '      not fit', ' k    short']);
  });
});
