/**
 * Goal: a page follows a run and is no part of it. Method: the program with --watch, Chromium on its page, the same run
 * without. Runs on dist/; skipped where there is no Chromium.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, openBrowser, visit } from '../support/browser.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const BUDGET = 600_000;
const PATIENT = { timeout: 60_000 };
/** So many that a run outlasts the start of a browser. */
const ROUNDS = 4000;
const RUN = ['run', 'dropouts', '--set', `until.rounds=${ROUNDS}`, '--threads', '0', '--json'];

let folder = '';
let browser: Browser;

interface Started {
  readonly child: ChildProcess;
  /** The address that it prints. */
  readonly url: Promise<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly out: string }>;
}

function start(...more: string[]): Started {
  const child = spawn(process.execPath, [MAIN, ...RUN, ...more], { cwd: folder });
  let [out, said] = ['', ''];
  child.stdout.on('data', (piece) => {
    out += piece;
  });
  const ended = new Promise<{ code: number | null; out: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, out })),
  );
  const url = new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (piece) => {
      said += piece;
      const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.on('close', () => reject(new Error(`no address in: ${said}`)));
  });
  url.catch(() => {});
  return { child, url, ended };
}

if (CHROMIUM === undefined) console.warn('no Chromium here: the tests of the live page are skipped');

describe.runIf(CHROMIUM !== undefined)('the live page in a browser', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fadelab-live-'));
    browser = await openBrowser();
  }, BUDGET);
  afterAll(async () => {
    await browser?.close();
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  it(
    'grows while the run goes on, ends with it, and leaves the fingerprint as it is',
    async () => {
      const { url, ended } = start('--watch', '--out', 'watched');
      const { page, complaints, strangers } = await visit(browser, await url);
      const events = async () => {
        const text = await page.locator('.key-figures').textContent();
        return Number(/Events([\d,]+)/.exec(text ?? '')?.[1]?.replaceAll(',', ''));
      };
      const early = await events();
      expect(await page.locator('.status').textContent()).toBe('The run goes on; this page follows it.');
      await expect.poll(events, { timeout: 60_000 }).toBeGreaterThan(early);
      const { code, out } = await ended;
      expect(code).toBe(0);
      await expect.poll(() => page.locator('.status').textContent(), PATIENT).toContain('The run is over');
      const summary = JSON.parse(readFileSync(join(folder, 'watched/summary.json'), 'utf8'));
      expect(JSON.parse(out)).toMatchObject(summary);
      expect(await events()).toBe(summary.events);
      expect(await page.locator('#scenario').textContent()).toContain(summary.fingerprint.values);
      expect([complaints, strangers]).toEqual([[], []]);
      const alone = await start('--out', 'alone').ended;
      expect(JSON.parse(alone.out).fingerprint).toEqual(summary.fingerprint);
      const traceOf = (run: string) => readFileSync(join(folder, run, 'trace.ndjson'));
      expect(traceOf('alone').equals(traceOf('watched'))).toBe(true);
      await page.context().close();
    },
    BUDGET,
  );

  it(
    'may be closed, and opened again, without a trace in the run',
    async () => {
      const { url, ended } = start('--watch', '--out', 'closed');
      const address = await url;
      for (let k = 0; k < 2; k++) {
        const { page } = await visit(browser, address);
        await page.context().close();
      }
      const { code, out } = await ended;
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ rounds: ROUNDS, cause: 'rounds' });
    },
    BUDGET,
  );

  it(
    'ends with Ctrl-C too, and keeps what it had',
    async () => {
      const { child, url, ended } = start('--watch', '--out', 'cut', '--set', 'until.rounds=100000');
      const { page } = await visit(browser, await url);
      child.kill('SIGINT');
      expect((await ended).code).toBe(130);
      await expect.poll(() => page.locator('.status').textContent(), PATIENT).toContain('The run is over');
      await page.context().close();
    },
    BUDGET,
  );
});
