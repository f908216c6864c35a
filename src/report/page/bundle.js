// Makes the page's script and style out of their sources, beside the compiled modules that inline them into reports.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [
    { in: at('main.ts'), out: 'page' },
    { in: at('page.css'), out: 'page' },
  ],
  outdir: at('../../../dist/src/report/page'),
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  // Sources of other terms keep their notices.
  legalComments: 'inline',
  charset: 'utf8',
  logLevel: 'warning',
  tsconfigRaw: {},
});
