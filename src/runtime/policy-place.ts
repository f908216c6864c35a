import { Session } from 'node:inspector';
import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PolicyError, SimulationError } from '../errors.ts';

/** Folders of this package that hold policies; whoever uses them knows them by name. */
const OWN = ['src', 'actors', 'channels'].map((folder) => new URL(`../../${folder}/`, import.meta.url).href);

/** The error with the policy's file, and where it was asked. Other errors stay as they are. */
export function located(error: unknown, place: () => string): unknown {
  if (!(error instanceof PolicyError)) return error;
  const { problem, policy, cause } = error;
  const where = inFile(problem.where ?? place(), policy, cause);
  return new SimulationError({ ...problem, where }, cause === undefined ? {} : { cause });
}

/** A place with the file of the function that was asked there, where it is the user's. */
export function inFile(place: string, policy: unknown, thrown?: unknown): string {
  const file = fileOf(policy, thrown);
  return file === undefined ? place : `${place}, ${file}`;
}

/** The file in which a function was written, from the working folder; with the line where what it threw tells it. */
function fileOf(policy: unknown, thrown: unknown): string | undefined {
  const url = typeof policy === 'function' ? urlOf(scriptOf(policy) ?? '') : undefined;
  if (url === undefined || OWN.some((folder) => url.startsWith(folder))) return undefined;
  const path = fileURLToPath(url);
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  const [, line] = stack.split(path)[1]?.match(/^(?:\?[^:]*)?:(\d+)/) ?? [];
  const shown = relative('.', path).split(sep).join('/');
  return `${shown.startsWith('..') ? path : shown}${line === undefined ? '' : `:${line}`}`;
}

/** The file behind what the engine calls a script: a URL, a path, or what tsx has made of one. */
function urlOf(script: string): string | undefined {
  const [, made] = /^data:text\/javascript,__filename%3D%22(.*?)%22/.exec(script) ?? [];
  if (made !== undefined) return pathToFileURL(decodeURIComponent(made)).href;
  if (script.startsWith('file:')) return script.replace(/\?.*$/, '');
  return isAbsolute(script) ? pathToFileURL(script).href : undefined;
}

const HELD = '__fadelabPolicy';

/** Asks the engine underneath, which knows where each function stands; slow, and only done for an error's sake. */
function scriptOf(policy: unknown): string | undefined {
  const scripts = new Map<string, string>();
  const session = new Session();
  const holder = globalThis as Record<string, unknown>;
  let found: string | undefined;
  try {
    session.connect();
    session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params.url));
    session.post('Debugger.enable');
    holder[HELD] = policy;
    session.post('Runtime.evaluate', { expression: `globalThis.${HELD}` }, (_error, held) => {
      const { objectId = '' } = held.result;
      session.post('Runtime.getProperties', { objectId }, (_none, { internalProperties = [] }) => {
        const place = internalProperties.find(({ name }) => name === '[[FunctionLocation]]')?.value?.value;
        found = scripts.get((place as { readonly scriptId?: string } | undefined)?.scriptId ?? '');
      });
    });
  } catch {
    // Node can be built without an inspector: then the message does without the file.
  } finally {
    delete holder[HELD];
    session.disconnect();
  }
  return found;
}
