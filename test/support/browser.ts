import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Where Debian and others put it; another place can be named in CHROMIUM. */
const PLACES = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
export const CHROMIUM = PLACES.find((each) => each !== '' && existsSync(each));

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM as string, args: ['--no-sandbox', '--disable-dev-shm-usage'] });

/** A page, and everything that must not happen on it. */
export interface Watched {
  readonly page: Page;
  /** Errors and warnings of the console, uncaught errors. */
  readonly complaints: readonly string[];
  /** Requests beyond the page's own address, and data within it. */
  readonly strangers: readonly string[];
}

/** Opens an address and waits for its charts. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  const [complaints, strangers]: [string[], string[]] = [[], []];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    const isOwn =
      request.url() === url || protocol === 'data:' || protocol === 'blob:' || origin === new URL(url).origin;
    if (!isOwn || (protocol === 'file:' && request.url() !== url)) strangers.push(request.url());
  });
  await page.goto(url);
  await page.waitForSelector('body[data-shown]');
  return { page, complaints, strangers };
}
