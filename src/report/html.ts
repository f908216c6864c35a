import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { printable } from './printable.ts';

/** What a page is made of, as it was built: the script with its charts, and its style. */
const asset = (name: string): string => {
  const folder = import.meta.url.endsWith('.ts') ? '../../dist/src/report/page/' : './page/';
  return readFileSync(new URL(`${folder}${name}`, import.meta.url), 'utf8');
};

/** Nothing is loaded from anywhere, and no script runs but the page's own; a live page listens to the address that it came from. */
const policyFor = (script: string, isLive: boolean): string =>
  `default-src 'none'; script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'; style-src 'unsafe-inline'; img-src data: blob:; connect-src ${isLive ? "'self'" : "'none'"}`;

/**
 * One whole HTML page, self-contained.
 *
 * @param runs as `encoded` makes them; none where the page is live and hears of its run later
 */
export function reportPage(title: string, runs: readonly string[], { isLive = false } = {}): string {
  const script = `\n${asset('page.js')}`;
  return `<!doctype html>
<html lang="en"${isLive ? ' data-live' : ''}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyFor(script, isLive)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="fadelab">
<link rel="icon" href="data:,">
<title>${escaped(title)} · fadelab</title>
<style>
${asset('page.css')}</style>
</head>
<body>
<noscript>This page draws its charts with a script, which this browser doesn't run.</noscript>
<div id="page"></div>
<script id="runs" type="text/plain">${runs.join('\n')}</script>
<script>${script}</script>
</body>
</html>
`;
}

const escaped = (text: string): string =>
  printable(text).replaceAll(
    /[&<>"]/g,
    (each) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[each] ?? each,
  );
