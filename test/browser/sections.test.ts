/**
 * Goal: single sections of the page say what the run's files say. Method: a real run, its page in Chromium. Runs on dist/;
 * skipped where there is no Chromium.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, openBrowser, visit } from '../support/browser.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const BUDGET = 180_000;

const execute = promisify(execFile);
const fadelab = (...args: string[]) => execute(process.execPath, [MAIN, ...args], { cwd: folder });

let folder = '';
let browser: Browser;
const urlOf = (path: string): string => pathToFileURL(join(folder, path)).href;

if (CHROMIUM === undefined) console.warn('no Chromium here: the tests of the page are skipped');

describe.runIf(CHROMIUM !== undefined)('sections of the report', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fadelab-sections-'));
    await fadelab('run', 'quickstart', '--set', 'until.rounds=12', '--quiet', '--out', 'quick');
    browser = await openBrowser();
  }, BUDGET);
  afterAll(async () => {
    await browser?.close();
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  it(
    'shows what the channel was like: all uploads, and how it went over time with the worst client',
    async () => {
      const { page, complaints } = await visit(browser, urlOf('quick/report.html'));
      const channel = page.getByRole('region', { name: 'Channel' });
      const [overall, overTime] = await channel.locator('figure').all();
      expect(await overall?.textContent()).toContain('SNR');
      const sentence = await overTime?.locator('.sentence').textContent();
      const [, client, worst] =
        /the worst upload, of (client-\d+) after .*, began at (-?[\d.]+) dB/.exec(sentence ?? '') ?? [];
      await overTime?.locator('summary').click();
      const rows = await overTime?.locator('tbody tr').allTextContents();
      expect(rows?.some((row) => row.includes(`${worst}${client}`))).toBe(true);
      // As the trace has it.
      const snrs = readFileSync(join(folder, 'quick', 'trace.ndjson'), 'utf8').matchAll(/"snrDb":(-?[\d.]+)/g);
      expect(Math.min(...[...snrs].map(([, snr]) => Number(snr))).toFixed(1)).toBe(worst);
      expect(await overTime?.locator('.legend').textContent()).toMatch(/median.*10–90 % of uploads.*worst client/);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    BUDGET,
  );

  it(
    'opens beside a summary that says less, as older ones do, and leaves the figure out that is not in it',
    async () => {
      cpSync(join(folder, 'quick'), join(folder, 'older'), { recursive: true });
      const path = join(folder, 'older', 'summary.json');
      const { energy: _energy, staleness: _staleness, ...older } = JSON.parse(readFileSync(path, 'utf8'));
      writeFileSync(path, JSON.stringify(older));
      await fadelab('report', 'older', 'quick', '--out', 'ages.html');
      await fadelab('report', 'older', '--out', 'older.html');
      const { page, complaints } = await visit(browser, urlOf('older.html'));
      expect(await page.locator('.key-figures').textContent()).toContain('Energy');
      expect(await page.locator('figure:visible', { hasText: 'energy of all clients' }).count()).toBe(0);
      await page.goto(urlOf('ages.html'));
      expect(await page.locator('figure:visible', { hasText: 'energy of all clients' }).count()).toBe(1);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    BUDGET,
  );

  it(
    'draws charts anew in the very frame in which they get another size, so that a picture of the page is whole',
    async () => {
      const { page } = await visit(browser, urlOf('quick/report.html'), { reducedMotion: 'reduce' });
      const [atOnce, settled] = await page
        .locator('figure .chart:visible')
        .first()
        .evaluate(async (chart) => {
          const frames = async () => {
            for (let k = 0; k < 3; k++) await new Promise(requestAnimationFrame);
          };
          await frames();
          const drawn = new Promise<string>((resolve) => {
            let calls = 0;
            // The first call comes for being observed.
            new ResizeObserver(() => void (calls++ > 0 && resolve(chart.innerHTML))).observe(chart);
          });
          await frames();
          (chart as HTMLElement).style.width = '200px';
          const now = await drawn;
          await frames();
          return [now, chart.innerHTML];
        });
      expect(atOnce).toContain('width="200"');
      expect(atOnce).toBe(settled);
      await page.context().close();
    },
    BUDGET,
  );
});
