/**
 * Goal: the page works for people: it opens without a network and without a complaint, zooms, switches, fits a phone, and
 * can be used by keys. Method: real runs, their pages in Chromium. Runs on dist/; skipped where there is no Chromium.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, openBrowser, visit } from '../support/browser.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const BUDGET = 180_000;
const PATIENT = { timeout: 20_000 };
const BYTES_MOST = 1.5e6;

const execute = promisify(execFile);
const fadelab = (...args: string[]) => execute(process.execPath, [MAIN, ...args], { cwd: folder });

let folder = '';
let browser: Browser;
const urlOf = (path: string): string => pathToFileURL(join(folder, path)).href;
const rangeOf = (page: Page) => page.locator('#timeline-range').textContent();

if (CHROMIUM === undefined) console.warn('no Chromium here: the tests of the page are skipped');

describe.runIf(CHROMIUM !== undefined)('the report in a browser', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fadelab-browser-'));
    await fadelab('run', 'quickstart', '--set', 'until.rounds=12', '--quiet', '--out', 'quick');
    await fadelab('fork', 'quick', '--set', 'channel.fading=rician', '--quiet', '--out', 'other');
    await fadelab(
      'run',
      'thousand-clients',
      '--set',
      'clients=2000',
      '--set',
      'until.rounds=3',
      '--quiet',
      '--out',
      'many',
    );
    browser = await openBrowser();
  }, BUDGET);
  afterAll(async () => {
    await browser?.close();
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  it.each(['quick', 'other', 'many'])(
    'opens the page of %s without an error, and asks nothing of any host',
    async (run) => {
      expect(statSync(join(folder, run, 'report.html')).size).toBeLessThan(BYTES_MOST);
      const { page, complaints, strangers } = await visit(browser, urlOf(`${run}/report.html`));
      expect(await page.locator('h1').textContent()).toBe(run === 'many' ? 'thousand-clients' : 'quickstart');
      expect(await page.locator('#timeline canvas.lanes').isVisible()).toBe(true);
      expect([complaints, strangers]).toEqual([[], []]);
      await page.context().close();
    },
    BUDGET,
  );

  it(
    'shows the run as its summary has it, and how to run it again',
    async () => {
      const { page } = await visit(browser, urlOf('quick/report.html'));
      const summary = JSON.parse(readFileSync(join(folder, 'quick', 'summary.json'), 'utf8'));
      expect(await page.locator('.key-figures').textContent()).toContain(summary.accuracy.final.toFixed(4));
      const scenario = await page.locator('#scenario').textContent();
      for (const part of [summary.fingerprint.values, summary.fingerprint.order, '--set until.rounds=12'])
        expect(scenario).toContain(part);
      await page.context().close();
    },
    BUDGET,
  );

  it(
    'says every chart in words and in numbers',
    async () => {
      const { page } = await visit(browser, urlOf('quick/report.html'));
      const figures = page.locator('figure:visible');
      expect(await figures.count()).toBeGreaterThan(5);
      for (const figure of await figures.all()) {
        expect((await figure.locator('.sentence').textContent())?.length).toBeGreaterThan(10);
        await figure.locator('summary').click();
        expect(await figure.locator('tbody tr').count()).toBeGreaterThan(0);
        for (const chart of await figure.locator('.chart:visible').all()) {
          expect(await chart.getAttribute('aria-label')).toMatch(/\d/);
          expect(await chart.locator('svg path').count()).toBeGreaterThan(3);
        }
      }
      await page.context().close();
    },
    BUDGET,
  );

  it(
    'zooms the timeline of two thousand clients by keys, wheel and buttons, and shows all of it again',
    async () => {
      const { page, complaints } = await visit(browser, urlOf('many/report.html'));
      await expect.poll(() => rangeOf(page), PATIENT).toContain('2,001 of 2,001 lanes');
      const all = await rangeOf(page);
      const canvas = page.locator('canvas.lanes');
      await canvas.focus();
      for (const key of ['+', '+', ']', ']', ']', 'ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
      await expect.poll(() => rangeOf(page), PATIENT).not.toBe(all);
      const closer = await rangeOf(page);
      expect(Number(/(\d[\d,]*) of 2,001/.exec(closer ?? '')?.[1]?.replace(',', ''))).toBeLessThan(1000);
      await canvas.scrollIntoViewIfNeeded();
      await canvas.hover();
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -400);
      await page.keyboard.up('Control');
      await expect.poll(() => rangeOf(page), PATIENT).not.toBe(closer);
      await page.locator('#timeline-in').click();
      await page.locator('#timeline-fit').click();
      await expect.poll(() => rangeOf(page), PATIENT).toBe(all);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    BUDGET,
  );

  it(
    'draws a frame of two thousand lanes in a fraction of a second',
    async () => {
      const { page } = await visit(browser, urlOf('many/report.html'));
      await page.locator('canvas.lanes').focus();
      // Ten zooms, a frame each, on a busy machine without a graphics card.
      const began = performance.now();
      for (let k = 0; k < 10; k++) {
        await page.keyboard.press(k % 2 === 0 ? '+' : '-');
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      }
      expect((performance.now() - began) / 10).toBeLessThan(1000);
      await page.context().close();
    },
    BUDGET,
  );

  it(
    'draws what each lane is at: the colours on the canvas are those of its states',
    async () => {
      const { page } = await visit(browser, urlOf('quick/report.html'));
      const found = await page.evaluate(() => {
        const canvas = document.querySelector('canvas.lanes') as HTMLCanvasElement;
        const { width, height } = canvas;
        const { data: pixels } = canvas.getContext('2d')!.getImageData(width / 2, 30, width / 2, height - 40);
        const colors = new Set<string>();
        for (let at = 0; at < pixels.length; at += 4) colors.add([pixels[at], pixels[at + 1], pixels[at + 2]].join());
        return colors.size;
      });
      // Waiting, receiving, transmitting, and mixtures of them.
      expect(found).toBeGreaterThan(10);
      await page.context().close();
    },
    BUDGET,
  );

  it(
    'finds a client by name, and puts the busiest first',
    async () => {
      const { page } = await visit(browser, urlOf('quick/report.html'));
      await page.locator('#timeline-filter').fill('client-17');
      await expect.poll(() => rangeOf(page), PATIENT).toContain('1 of 1 lanes');
      await page.locator('#timeline-filter').fill('nobody');
      await expect.poll(() => rangeOf(page), PATIENT).toBe('No lane has such a name.');
      await page.locator('#timeline-filter').fill('');
      await page.locator('#timeline-order').selectOption({ label: 'most receiving' });
      await expect.poll(() => rangeOf(page), PATIENT).toMatch(/; edge-\d to client-\d+,/);
      await page.context().close();
    },
    BUDGET,
  );

  it(
    'lays runs over each other, and switches a series off and on',
    async () => {
      await fadelab('report', 'quick', 'other', '--out', 'both.html');
      const { page, complaints } = await visit(browser, urlOf('both.html'));
      expect(await page.locator('.overview tbody tr').count()).toBe(2);
      const accuracy = page.locator('figure', { hasText: 'Test accuracy' });
      const button = accuracy.locator('.legend button').first();
      const paths = () => accuracy.locator('.chart svg path').count();
      const before = await paths();
      await button.click();
      expect(await button.getAttribute('aria-pressed')).toBe('false');
      await expect.poll(paths, PATIENT).toBeLessThan(before);
      await button.press('Enter');
      expect(await button.getAttribute('aria-pressed')).toBe('true');
      await expect.poll(paths, PATIENT).toBe(before);
      await page.locator('#timeline-run').selectOption({ index: 1 });
      await page.getByLabel('Uplink bits').check();
      expect(await accuracy.locator('.chart').innerHTML()).toContain('bit');
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    BUDGET,
  );

  it(
    'follows the colours that the system prefers, and its own switch',
    async () => {
      const { page } = await visit(browser, urlOf('quick/report.html'), { colorScheme: 'dark' });
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const dark = await ground();
      await page.locator('#theme').click();
      const light = await ground();
      const brightness = (color: string) => [...color.matchAll(/\d+/g)].reduce((sum, [part]) => sum + Number(part), 0);
      expect(brightness(dark)).toBeLessThan(120);
      expect(brightness(light)).toBeGreaterThan(600);
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await ground()).toBe(light);
      await page.context().close();
    },
    BUDGET,
  );

  it.each(['quick/report.html', 'many/report.html'])(
    'fits a phone without scrolling sideways: %s',
    async (path) => {
      const { page, complaints } = await visit(browser, urlOf(path), {
        viewport: { width: 375, height: 740 },
        hasTouch: true,
      });
      for (const each of await page.locator('summary:visible').all()) await each.click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    BUDGET,
  );

  it(
    'can be reached by Tab in all its parts, with a focus that shows',
    async () => {
      const { page } = await visit(browser, urlOf('quick/report.html'));
      const seen = new Set<string>();
      for (let k = 0; k < 80; k++) {
        await page.keyboard.press('Tab');
        const [name, outline] = await page.evaluate(() => {
          const at = document.activeElement as HTMLElement;
          const shown = at.matches('.choice input') ? (at.nextElementSibling as HTMLElement) : at;
          return [
            at.id || at.getAttribute('name') || at.textContent || at.tagName,
            getComputedStyle(shown).outlineStyle,
          ];
        });
        if (name === 'BODY' || (name?.length ?? 0) > 200) break;
        expect([name, outline]).not.toEqual([name, 'none']);
        seen.add(String(name));
      }
      for (const part of [
        'theme',
        'over',
        'timeline-filter',
        'timeline-order',
        'timeline-in',
        'timeline-fit',
        'Numbers',
        'Save as SVG',
        'copy-0',
      ]) {
        expect(seen).toContain(part);
      }
      await page.context().close();
    },
    BUDGET,
  );
});
