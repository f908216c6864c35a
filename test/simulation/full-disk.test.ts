/**
 * Goal: where nothing more can be written, a run ends with a clear error and a valid beginning of its trace. Method: the
 * command line under a limit on the size of files, which is how a disk that fills up looks to a program, at several sizes;
 * traces into pipes whose reader goes; results into `head`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const MAIN = new URL('../../dist/src/cli/main.js', import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), 'fadelab-full-'));
const shell = (script: string) => spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8', cwd: work });
const run = (out: string) => `node ${MAIN} run blocked-uplink --threads 0 --backend wasm --quiet --out ${out}`;
const traceOf = (out: string) => readFileSync(join(work, out, 'trace.ndjson'), 'utf8');

shell(run('whole'));
const whole = traceOf('whole');

describe('a disk that fills up', () => {
  it.each([
    ['in the trace', 40, '--checkpoint off', 'trace.ndjson'],
    ['in a checkpoint', 200, '--checkpoint 1rounds', 'checkpoint.bin'],
    ['at the first line', 1, '--checkpoint off', 'trace.ndjson'],
  ])('%s ends the run with a clear error and a valid beginning of the trace', (_, blocks, options, file) => {
    const out = `full-${blocks}`;
    const { status, stderr } = shell(`ulimit -f ${blocks}; ${run(out)} ${options}`);
    expect(stderr).toMatch(new RegExp(`^error: invalid output: EFBIG.*${out}/${file}.*\\[OUTPUT_UNWRITABLE\\]\\n$`));
    expect(status).toBe(2);
    expect(whole.startsWith(traceOf(out))).toBe(true);
    expect(traceOf(out)).toMatch(/^$|\n$/);
    expect(readdirSync(join(work, out)).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(existsSync(join(work, out, 'summary.json'))).toBe(false);
  });

  it('in a checkpoint leaves what can be resumed once there is room', () => {
    shell(`ulimit -f 200; ${run('later')} --checkpoint 1rounds`);
    const { status } = shell(`node ${MAIN} resume later --threads 0 --quiet`);
    expect(status).toBe(0);
    expect(traceOf('later')).toBe(whole);
  });
});

const hasNamedPipes = spawnSync('mkfifo', ['--version']).error === undefined;

describe('a pipe whose reader goes', () => {
  it.skipIf(!hasNamedPipes)('ends a run whose trace goes into it, with a clear error', () => {
    const { stdout, stderr } = shell(
      `mkdir piped; mkfifo piped/trace.ndjson; head -n 100 piped/trace.ndjson > read.ndjson & ${run('piped')}; echo $?; wait`,
    );
    expect(stderr).toMatch(/^error: invalid output: EPIPE.*piped\/trace\.ndjson.*\[OUTPUT_UNWRITABLE\]\n$/);
    expect(stdout).toBe('2\n');
    expect(whole.startsWith(readFileSync(join(work, 'read.ndjson'), 'utf8'))).toBe(true);
  });

  it('is no error where results go into it, and none where a run’s progress does', () => {
    const events = shell(`node ${MAIN} query whole --of model.received | head -n 1; echo \${PIPESTATUS[0]}`);
    expect(events.stdout).toMatch(/^\{"at".*\}\n0\n$/);
    expect(events.stderr).toBe('');
    execFileSync('bash', ['--norc', '-c', `${run('said').replace('--quiet', '')} 2> >(true) >/dev/null`], {
      cwd: work,
    });
    expect(traceOf('said')).toBe(whole);
  });
});
