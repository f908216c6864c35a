import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../support/large-models.ts', import.meta.url));

// Goal: parameters exist only while somebody needs them.
// Method: runs that make 3 GB of models of 4 MB or of 80 kB, of which 20 live at a time, each in a process of its own.
describe('memory', { timeout: 180_000 }, () => {
  const figures = (setting: readonly (number | string)[]) => {
    const out = execFileSync(process.execPath, ['--import', 'tsx', script, ...setting.map(String)], {
      encoding: 'utf8',
    });
    return JSON.parse(out) as { readonly peak: number; readonly made: number };
  };

  it.each([
    [1, 1024, 70],
    [2, 1024, 70],
    [1, 140, 3500],
  ])('of a run on %d threads with layers of %d stays at a few models, however many it makes', (...setting) => {
    const { peak, made } = figures(setting);
    expect(peak).toBeLessThan(made / 3);
  });

  it('stays there on the calling thread with checkpoints, which know each model on the record', () => {
    const { peak, made } = figures([0, 140, 3500, mkdtempSync(join(tmpdir(), 'fadelab-memory-'))]);
    expect(peak).toBeLessThan(made / 3);
  });
});
