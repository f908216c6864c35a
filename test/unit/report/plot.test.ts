import { describe, expect, it } from 'vitest';
import { plot } from '../../../src/report/plot.ts';

const rising = Array.from({ length: 11 }, (_, at) => ({ x: at * 2, y: at / 10 }));
/** Rows of the curve, without axes. */
const body = (lines: readonly string[]) => lines.slice(1, -3).map((line) => line.slice(8));

describe('plot', () => {
  it('is never wider than it may be, for any width', () => {
    for (const width of [40, 60, 80, 101]) {
      const lines = plot(rising, { width, label: 'test accuracy' });
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    }
  });

  it('labels accuracy at its limits and middle, and virtual time at its ends and middle', () => {
    const lines = plot(rising, { label: 'test accuracy' });
    expect(lines.filter((line) => line.includes('┤')).map((line) => line.slice(0, 6).trim())).toEqual([
      '1.0',
      '0.5',
      '0.0',
    ]);
    expect(
      lines
        .at(-2)
        ?.trim()
        .split(/\s{2,}/),
    ).toEqual(['0 s', '10 s', '20 s']);
    expect(lines.at(-1)?.trim()).toBe('virtual time');
  });

  it('takes another axis, with words of its own', () => {
    const lines = plot(rising, { label: 'loss', axis: { label: 'distance', say: (x) => `${x} m` } });
    expect(
      lines
        .at(-2)
        ?.trim()
        .split(/\s{2,}/),
    ).toEqual(['0 m', '10 m', '20 m']);
    expect(lines.at(-1)?.trim()).toBe('distance');
  });

  it('draws a rising curve from the lower left to the upper right', () => {
    const rows = body(plot(rising, { label: 'y' }));
    expect(rows.at(-1)?.startsWith(' ')).toBe(false);
    expect(rows[0]?.trimStart()).not.toBe('');
    const starts = rows.map((row) => row.search(/\S/));
    expect(starts).toEqual([...starts].sort((a, b) => b - a));
  });

  it('places points by their time, not by their index', () => {
    const late = plot(
      [
        { x: 0, y: 0 },
        { x: 9, y: 0 },
        { x: 10, y: 1 },
      ],
      { label: 'y' },
    );
    const top = body(late)[0] ?? '';
    expect(top.search(/\S/)).toBeGreaterThan(0.9 * 72);
  });

  it('draws a flat curve, and nothing where there are not two instants', () => {
    expect(
      plot(
        [
          { x: 0, y: 0.1 },
          { x: 1, y: 0.1 },
        ],
        { label: 'y' },
      ).join(''),
    ).toMatch(/[⠁-⣿]{5}/);
    expect(plot([{ x: 3, y: 0.1 }], { label: 'y' })).toEqual([]);
    expect(
      plot(
        [
          { x: 3, y: 1 },
          { x: 3, y: 2 },
        ],
        { label: 'y' },
      ),
    ).toEqual([]);
    expect(plot([], { label: 'y' })).toEqual([]);
  });
});
