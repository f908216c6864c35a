import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkWritable, folderStore, writeWhole } from '../../../src/lab/store.ts';
import { resultOf } from '../../../src/lab/trial.ts';
import { timingStudy } from '../../support/study.ts';

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

describe('a kept run', () => {
  it('is what was put there; a file that is cut off, or that an older version wrote, counts as none', async () => {
    const store = folderStore(join(folder, 'kept'));
    const result = await resultOf(timingStudy({ until: { rounds: 1 } }), { seed: 1, backend: 'wasm' });
    const path = join(folder, 'kept', 'trials', 'key.json');
    expect(store.get('key')).toBeUndefined();
    store.put('key', result);
    expect(store.get('key')).toEqual(result);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, -9));
    expect(store.get('key')).toBeUndefined();
    const { energy: _energy, ...older } = result.summary;
    writeFileSync(path, JSON.stringify({ ...result, summary: older }));
    expect(store.get('key')).toBeUndefined();
  });
});
