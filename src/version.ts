import { readFileSync } from 'node:fs';

/** The package's version, as its package.json says. */
export const version: string = (() => {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as {
        name: string;
        version: string;
      };
      if (found.name === 'fadelab') return found.version;
    } catch {
      // Compiled code lies one folder deeper than its source.
    }
  }
  return 'unknown';
})();
