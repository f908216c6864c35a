import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkWritable, writeWhole } from '../../../src/lab/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'fadelab-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a file of results', () => {
  it('is refused before anything runs where its folder is not there', () => {
    expect(() => checkWritable(join(folder, 'no', 'chart.svg'), '--chart')).toThrow(
      /invalid --chart: .*chart\.svg.*ENOENT.*OUTPUT_UNWRITABLE/,
    );
    expect(() => checkWritable(join(folder, 'chart.svg'), '--chart')).not.toThrow();
  });

  it('replaces an earlier one as a whole and leaves no pieces', () => {
    writeWhole(join(folder, 'chart.svg'), 'one, and longer');
    writeWhole(join(folder, 'chart.svg'), 'two');
    expect(readFileSync(join(folder, 'chart.svg'), 'utf8')).toBe('two');
    expect(readdirSync(folder)).toEqual(['chart.svg']);
  });
});
