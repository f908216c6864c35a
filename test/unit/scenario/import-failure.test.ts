import { describe, expect, it } from 'vitest';
import { explainImport } from '../../../src/scenario/import-failure.ts';

const module = 'file:///home/me/my%20study.ts';
const coded = (message: string) => Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });

describe('explainImport', () => {
  it('names file, line and column of a syntax error in TypeScript', () => {
    const error = new Error('Transform failed with 1 error:\n/home/me/my study.ts:3:17: ERROR: Unexpected "="');
    expect(explainImport(error, module)).toMatchObject({
      what: 'invalid scenario file: Unexpected "="',
      where: '/home/me/my study.ts:3:17',
    });
  });

  it('tells which import leads nowhere, and from where', () => {
    const path = coded("Cannot find module 'file:///home/me/gone.ts' imported from file:///home/me/a.ts");
    expect(explainImport(path, module)).toMatchObject({
      what: 'missing module: /home/me/gone.ts',
      where: 'imported from /home/me/a.ts',
      remedy: 'check the path of the import',
    });
    const entry = coded("Cannot find package 'fadelab/chanels'");
    expect(explainImport(entry, module)).toMatchObject({
      where: '/home/me/my study.ts',
      remedy: 'did you mean fadelab/channels?',
    });
  });

  it('names the line that threw, the first outside of packages', () => {
    const error = new Error('no luck');
    error.stack = 'Error: no luck\n    at f (file:///x/node_modules/y/z.js:1:1)\n    at file:///home/me/study.ts:9:7';
    expect(explainImport(error, module)).toMatchObject({
      what: expect.stringContaining('no luck'),
      where: '/home/me/study.ts:9',
    });
  });

  it('copes with a module that throws something that is no error', () => {
    expect(explainImport('plain', module).what).toContain('it threw plain');
  });
});
