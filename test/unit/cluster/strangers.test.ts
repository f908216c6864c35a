/** Goal: what others write on a Redis server runs no code that wasn't named. Method: jobs and entries as a stranger writes them. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { local, portable } from '../../../src/cluster/portable.ts';
import { readReasons, readStudy, readTrial } from '../../../src/cluster/schemas.ts';
import type { Trial } from '../../../src/lab/trial.ts';

const trial = (module: string, value = '3'): Trial => ({
  ...{ source: { module }, overrides: [{ path: 'clients', value }], seed: 1, backend: 'wasm' },
});
/** Below the folder in which the tests run, which is a worker's own here. */
let inner = '';
let outer = '';
beforeAll(() => {
  mkdirSync('test/unit/cluster', { recursive: true });
  inner = mkdtempSync(join('test/unit/cluster', 'own-'));
  outer = mkdtempSync(join(tmpdir(), 'fadelab-strangers-'));
  writeFileSync(join(inner, 'a #1 %41.mjs'), '');
  writeFileSync(join(outer, 'evil.mjs'), '');
  symlinkSync(join(outer, 'evil.mjs'), join(inner, 'link.mjs'));
  symlinkSync(outer, join(inner, 'links'));
});
afterAll(() => {
  for (const each of [inner, outer]) rmSync(each, { recursive: true, force: true });
});

describe('a job', () => {
  it.each([
    ...['data:text/javascript,0', 'DATA:text/javascript,0', ' data:text/javascript,0', 'node:child_process', 'fs'],
    ...[
      'file:///evil.mjs',
      'File:///evil.mjs',
      ' file:///evil.mjs',
      '/evil.mjs',
      './evil.mjs',
      'https://a.example/a.js',
    ],
    ...['package:src/cli/main.js', 'package:scenarios/../src/cli/main.js', 'package:scenarios/%2e%2e/src/cli/main.js'],
    ...[
      'folder:../evil.mjs',
      'folder:%2e%2e/evil.mjs',
      'folder:/evil.mjs',
      'folder:%',
      'folder:',
      'folder:missing.mjs',
    ],
    ...['folder:data:text/javascript,0.js', 'folder:package.json', 'folder:file:///evil.mjs', ''],
  ])('makes no worker import %j', (module) => {
    expect(() => local(trial(module))).toThrow(/invalid module: .*SCENARIO_INVALID/);
  });

  it('leads through no link out of the folder', () => {
    const links = [join(inner, 'link.mjs'), join(inner, 'links', 'evil.mjs')];
    for (const path of links) {
      expect(() => local(trial(`folder:${path}`))).toThrow(/invalid module/);
      expect(() => portable(trial(pathToFileURL(path).href))).toThrow(/invalid module/);
    }
  });

  it.each(['file:///evil.mjs', 'FILE:///evil.mjs', ' data:text/javascript,0', '{"module":"data:text/javascript,0"}'])(
    'sets no option to what could be imported: %j',
    (value) => {
      const shipped = portable(trial(new URL('../../../scenarios/quickstart.ts', import.meta.url).href));
      expect(() => local({ ...shipped, overrides: [{ path: 'schedule', value }] })).toThrow(/invalid module/);
    },
  );

  it('brings scenarios of the package and files of the folder, whatever their names, with their exports', () => {
    const shipped = new URL('../../../scenarios/quickstart.ts', import.meta.url).href;
    const own = pathToFileURL(join(inner, 'a #1 %41.mjs')).href;
    const sent = portable(trial(shipped, `${own}#mine`));
    expect(sent.source.module).toBe('package:scenarios/quickstart.ts');
    expect(sent.overrides[0]?.value).toMatch(/^folder:test\/unit\/cluster\/own-\w+\/a%20%231%20%2541\.mjs#mine$/);
    expect(local(readTrial(JSON.parse(JSON.stringify(sent))))).toEqual(trial(shipped, `${own}#mine`));
  });

  it.each([null, 3, 'x', [], {}, { ...trial('package:scenarios/a.js'), seed: '1' }, { ...trial('x'), more: 1 }])(
    'is refused where it is none: %j',
    (data) => {
      expect(() => readTrial(data)).toThrow(/invalid job: .*SCENARIO_INVALID/);
    },
  );
});

describe('an entry among the studies', () => {
  const id = '3f2b8f0e-6f0f-4c3b-9f0e-0a5f6b1c2d3e';
  const identity = { fadelab: '1', node: 'v20', processor: 'x64', backend: 'wasm', files: { 'a.ts': '12' } };
  const study = { scenario: 'quickstart', trials: 3, identity };

  it('is read as it was written', () => {
    expect(readStudy(id, JSON.stringify(study))).toEqual(study);
    expect(readReasons('["a"]')).toEqual(['a']);
  });

  it('is none where it is malformed', () => {
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '{}',
      JSON.stringify({ ...study, identity: { ...identity, files: 3 } }),
    ]) {
      expect(readStudy(id, text)).toBeUndefined();
    }
    expect(readStudy('a:b', JSON.stringify(study))).toBeUndefined();
    expect(
      readStudy(id, JSON.stringify({ ...study, identity: { ...identity, files: { 'a\0': '' } } })),
    ).toBeUndefined();
    for (const text of ['{', '3', '[3]']) expect(readReasons(text)).toEqual(['an answer that is none']);
  });
});
