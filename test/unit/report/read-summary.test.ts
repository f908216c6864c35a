import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fedAvg } from '../../../src/algorithms/index.ts';
import { readSummary } from '../../../src/report/read-summary.ts';
import { simulate } from '../../../src/scenario/simulate.ts';
import type { Summary } from '../../../src/scenario/summary.ts';
import { timingStudy } from '../../support/study.ts';

describe('the summary in a folder', () => {
  let folder = '';
  let whole: Summary;
  const lies = (text: string) => writeFileSync(join(folder, 'summary.json'), text);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fadelab-summary-'));
    whole = (await simulate(timingStudy({ algorithm: fedAvg(), until: { rounds: 1 } }))).summary;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is what a run wrote, or nothing where there is none', () => {
    expect(readSummary(folder)).toBeUndefined();
    lies(JSON.stringify(whole));
    expect(readSummary(folder)).toEqual(JSON.parse(JSON.stringify(whole)));
  });

  it('may be older, and not know where the energy went', () => {
    const { energy: _energy, staleness: _staleness, ...older } = whole;
    lies(JSON.stringify(older));
    expect(readSummary(folder)?.energyJoules).toBe(whole.energyJoules);
    expect(readSummary(folder)?.energy).toBeUndefined();
  });

  it.each([
    ['no JSON', () => '{"scenario":'],
    ['something else', () => '[]'],
    ['one without a number', () => JSON.stringify({ ...whole, energyJoules: undefined }), 'energyJoules'],
    [
      'one with half of the energy',
      () => JSON.stringify({ ...whole, energy: { computing: 1 } }),
      'energy.transmitting',
    ],
  ])('is refused where it is %s, with its file and what is wrong', (_what, text, field = '') => {
    lies(text());
    expect(() => readSummary(folder)).toThrow(`invalid summary: ${field}`);
    expect(() => readSummary(folder)).toThrow(join(folder, 'summary.json'));
  });
});
