import { readFile } from 'node:fs/promises';
import type { ResolveHook } from 'node:module';

/**
 * How modules that a user keeps anywhere find this package: a hook for Node's module loader, run beside it.
 */

let home = import.meta.url;

/** @param base URL of a module of this package, from which its own name resolves to itself */
export function initialize({ base }: { readonly base: string }): void {
  home = base;
}

/** `fadelab` and `fadelab/…` mean the running package, with or without a node_modules folder near the file. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  if (specifier === 'fadelab' || specifier.startsWith('fadelab/')) {
    try {
      return await next(specifier, { ...context, parentURL: home });
    } catch {
      throw notFound(specifier, context.parentURL);
    }
  }
  const found = await next(specifier, context);
  // Without a package.json beside it a file counts as CommonJS, and would require what can only be imported.
  return found.format === 'commonjs' && (await isModule(found.url)) ? { ...found, format: 'module' } : found;
};

/** In the loader's own words, with the importer's place instead of ours. */
function notFound(specifier: string, importer: string | undefined): Error {
  const from = importer === undefined || importer === home ? '' : ` imported from ${importer}`;
  return Object.assign(new Error(`Cannot find package '${specifier}'${from}`), { code: 'ERR_MODULE_NOT_FOUND' });
}

const IMPORT_OR_EXPORT = /^\s*(?:import|export)\b/m;

async function isModule(url: string): Promise<boolean> {
  const { protocol, pathname } = new URL(url);
  if (protocol !== 'file:' || pathname.includes('/node_modules/')) return false;
  if (pathname.endsWith('.ts')) return true;
  return pathname.endsWith('.js') && IMPORT_OR_EXPORT.test(await readFile(new URL(pathname, 'file:'), 'utf8'));
}
