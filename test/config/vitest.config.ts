import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The package's public entries, as sources: tests see what is written, not what was last built. */
const ENTRIES = {
  'fadelab/actors': 'actors/index.ts',
  'fadelab/channels': 'channels/index.ts',
  'fadelab/learning': 'src/learning/index.ts',
  'fadelab/policies': 'src/policies/index.ts',
  'fadelab/devices': 'src/devices/index.ts',
  'fadelab/graph': 'src/graph/index.ts',
  'fadelab/algorithms': 'src/algorithms/index.ts',
  'fadelab/conformance': 'src/conformance/index.ts',
  fadelab: 'src/index.ts',
};

export default defineConfig({
  resolve: {
    // Whole names only. Tests that need compute threads or the command line run what lies in dist/.
    alias: Object.entries(ENTRIES).map(([name, path]) => ({ find: new RegExp(`^${name}$`), replacement: at(path) })),
  },
  test: {
    root: at(''),
    include: ['test/**/*.test.ts'],
    // Property tests on a busy machine of two cores; a test that needs longer says so itself.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A test file gets a fresh thread: caches of step modules don't leak from one to the next.
    pool: 'threads',
    allowOnly: false,
  },
});
