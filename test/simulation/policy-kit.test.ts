import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KIT, KIT_USED } from '../support/policy-kit.ts';
import { start } from '../support/program.ts';

// Goal: every contract can be met from outside by one exported function in one short file. Method: a folder outside the
// package with a policy of each kind; it is type-checked, goes through the suites, and runs in scenarios.

const BUDGET = 120_000;
const LINES_MAX = 30;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fadelab-kit-'));
  for (const [name, text] of Object.entries(KIT)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'used.ts'), KIT_USED);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The public entries of the package, as the compiler finds them outside. */
function paths(): Record<string, readonly string[]> {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly exports: Record<string, { readonly types?: string }>;
  };
  const typed = Object.entries(exports).filter(([, { types }]) => types !== undefined);
  return Object.fromEntries(typed.map(([name, { types = '' }]) => [`fadelab${name.slice(1)}`, [join(ROOT, types)]]));
}

describe('policies from outside the package', { timeout: BUDGET }, () => {
  it.each(Object.entries(KIT))(`%s is one exported function in at most ${LINES_MAX} lines`, (_name, text) => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(LINES_MAX);
    expect(text.match(/^export /gm)).toHaveLength(1);
  });

  it('have the types that the package gives them', async () => {
    const compilerOptions = {
      ...{ strict: true, noUncheckedIndexedAccess: true, noEmit: true, skipLibCheck: true, paths: paths() },
      ...{ target: 'es2023', module: 'nodenext', allowImportingTsExtensions: true, types: [], typeRoots: [] },
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['used.ts'] }));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch((error) => error);
    rmSync(join(folder, 'package.json'));
    rmSync(join(folder, 'tsconfig.json'));
    expect(stdout).toBe('');
  });

  it.each(['digital', 'air'])('go through the suites and run: %s', async (name) => {
    const { code, out, said } = await start(folder, ['run', `./used.ts#${name}`, '--json']).ended;
    expect([code, said]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ rounds: 3 });
  });
});
