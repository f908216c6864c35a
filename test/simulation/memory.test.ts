import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../support/large-models.ts', import.meta.url));

// Goal: parameters exist only while somebody needs them.
// Method: a run that makes 3 GB of models of 4 MB, of which 20 live at a time, in a process of its own.
describe('memory', { timeout: 180_000 }, () => {
  it.each([1, 2])('of a run on %d threads stays at a few large models, however many it makes', (threads) => {
    const out = execFileSync(process.execPath, ['--import', 'tsx', script, String(threads)], { encoding: 'utf8' });
    const { peak, made } = JSON.parse(out) as { readonly peak: number; readonly made: number };
    expect(peak).toBeLessThan(made / 3);
  });
});
