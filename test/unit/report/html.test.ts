/** Goal: a page runs its own script and no other. Method: the page as text, its policy against the digest of its script. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { reportPage } from '../../../src/report/html.ts';

it.each([false, true])('a page (live: %s) lets run the one script that it was built with', (isLive) => {
  const page = reportPage('run', ['data'], { isLive });
  const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? [];
  expect(script.length).toBeGreaterThan(1000);
  const digest = createHash('sha256').update(script).digest('base64');
  expect(/script-src ([^;]*);/.exec(page)?.[1]).toBe(`'sha256-${digest}'`);
});
