/**
 * Goal: a trace that was recorded once can be replayed by every later version of its schema, and one of another schema gets a
 * plain refusal. Method: traces are kept for good in test/golden/traces, a folder for each schema; those of the present one
 * are replayed. None is ever recorded anew: a change under which one fails is a mistake, or needs a new schema and new traces
 * beside the old ones. To record those that a new story or schema lacks:
 *
 *   FADELAB_UPDATE=1 npx vitest run --config test/config/vitest.config.ts test/simulation/old-traces.test.ts
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { replay } from '../../src/scenario/replay.ts';
import { simulate } from '../../src/scenario/simulate.ts';
import { TRACE_SCHEMA } from '../../src/trace/header.ts';
import { openTrace } from '../../src/trace/reader.ts';
import { stories } from '../support/stories.ts';

const FOLDER = fileURLToPath(new URL('../golden/traces/', import.meta.url));
const present = `${FOLDER}schema-${TRACE_SCHEMA}/`;

if (process.env.FADELAB_UPDATE === '1') {
  mkdirSync(present, { recursive: true });
  for (const [name, story] of Object.entries(stories)) {
    if (existsSync(`${present}${name}.ndjson`)) continue;
    const { trace } = await simulate(story, { backend: 'wasm' });
    writeFileSync(`${present}${name}.ndjson`, `${trace.join('\n')}\n`);
  }
}

describe('a trace of the present schema', () => {
  it.each(Object.entries(stories))('of the story of %s is replayed, event by event', async (name, story) => {
    const again = await replay(openTrace(`${present}${name}.ndjson`), { scenario: story });
    expect(again.divergence).toBeUndefined();
    expect(again.events).toBeGreaterThan(100);
  });

  it('is there for each story, and for nothing else', () => {
    expect(readdirSync(present).sort()).toEqual(
      Object.keys(stories)
        .map((name) => `${name}.ndjson`)
        .sort(),
    );
  });
});

describe('a trace of an earlier schema', () => {
  const earlier = readdirSync(FOLDER).filter((name) => name !== `schema-${TRACE_SCHEMA}`);

  it.each(earlier)('%s is refused with its schema and the version that reads it', (folder) => {
    for (const name of readdirSync(FOLDER + folder)) {
      const schema = folder.replace('schema-', '');
      const refusal = `unsupported schema of a trace: ${schema} .*use version \\d+\\.\\d+\\.\\d+, which wrote it \\[TRACE_INVALID\\]`;
      expect(() => openTrace(`${FOLDER}${folder}/${name}`)).toThrow(new RegExp(refusal));
    }
  });
});
