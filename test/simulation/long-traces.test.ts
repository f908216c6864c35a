/**
 * Goal: a trace of any length is read in constant memory. Method: a trace larger than the heap that a process is given, read
 * by each verb that reads traces, with figures that are known.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeLongTrace } from '../support/long-trace.ts';

const MAIN = new URL('../../dist/src/cli/main.js', import.meta.url).pathname;
const HEAP_MIB = 20;
const EVENTS = 264_000;

const work = mkdtempSync(join(tmpdir(), 'fadelab-long-'));
const path = join(work, 'long.ndjson');
writeLongTrace(path, EVENTS);
afterAll(() => rmSync(work, { recursive: true }));

const fadelab = (...args: string[]) => {
  const options = [`--max-old-space-size=${HEAP_MIB}`, MAIN, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, options, { encoding: 'utf8', maxBuffer: 1 << 30 });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
};

it('is larger than the heap of its readers', () => {
  expect(statSync(path).size).toBeGreaterThan(1.8 * HEAP_MIB * 2 ** 20);
});

it('is queried: counted, grouped, filtered', () => {
  const { rows } = JSON.parse(
    fadelab('query', path, '--of', 'upload.finished', '--by', 'actor', '--mean', 'seconds', '--json'),
  );
  expect(rows).toHaveLength(1000);
  for (const row of rows) {
    expect(row['mean seconds']).toBeCloseTo((Number(row.actor.replace('client-', '')) + 1) / 1000, 9);
  }
  const picked = fadelab('query', path, '--of', 'upload.finished', '--where', 'actor=client-7', '--count', '--json');
  expect(JSON.parse(picked)).toEqual({ rows: [{ count: EVENTS / 2000 }] });
}, 120_000);

it('is compared with another, event by event', () => {
  expect(JSON.parse(fadelab('diff', path, path, '--json'))).toMatchObject({
    first: null,
    events: { a: EVENTS, b: EVENTS },
  });
});

it.each(['perfetto', 'csv', 'parquet'])(
  'is exported as %s',
  (format) => {
    const out = join(work, `long.${format}`);
    fadelab('export', path, '--format', format, '--out', out);
    expect(statSync(out).size).toBeGreaterThan(EVENTS);
  },
  120_000,
);
