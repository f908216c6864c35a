import { readdirSync, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Problem, ScenarioError } from '../errors.ts';
import type { ScenarioSource } from '../scenario/load-module.ts';
import { didYouMean } from '../scenario/near-miss.ts';
import type { Locate } from '../scenario/spelled.ts';

/** Scenarios that come with the package, compiled. */
const SHIPPED = new URL('../../scenarios/', import.meta.url);
const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];

export interface ShippedScenario {
  readonly name: string;
  /** Path of the compiled module. */
  readonly file: string;
}

export function shippedScenarios(): ShippedScenario[] {
  const files = readdirSync(SHIPPED).filter((file) => file.endsWith('.js'));
  return files.sort().map((file) => ({ name: basename(file, '.js'), file: fileURLToPath(new URL(file, SHIPPED)) }));
}

/**
 * The module that a person means: the name of a shipped scenario, or a path from the folder they are in, either with
 * `#name` behind it to pick one of several.
 */
export function findScenario(given: string, picked?: string, locate: Locate = resolve): ScenarioSource {
  const { text, exportName } = split(given, picked);
  const shipped = shippedScenarios().find(({ name }) => name === text);
  const file = shipped?.file ?? userFile(text, locate);
  return { module: pathToFileURL(file).href, exportName };
}

function split(given: string, picked: string | undefined) {
  const at = given.lastIndexOf('#');
  if (at < 0) return { text: given, exportName: picked };
  const [text, exportName] = [given.slice(0, at), given.slice(at + 1)];
  if (picked === undefined || picked === exportName) return { text, exportName };
  const what = `ambiguous scenario: #${exportName} and --scenario ${picked}`;
  throw new ScenarioError({ what, remedy: 'give one of them', code: 'SCENARIO_UNKNOWN' });
}

function userFile(text: string, locate: Locate): string {
  const path = locate(text);
  const extension = extname(path);
  const kind = kindOf(path);
  if (kind === 'file' && EXTENSIONS.includes(extension)) return path;
  if (kind === 'folder' && looksLikePath(text)) {
    throw new ScenarioError(unusable(text, 'is a folder', 'give a file in it'));
  }
  if (kind === 'file') {
    const remedy = `give a file that ends in ${EXTENSIONS.join(', ')}`;
    throw new ScenarioError(unusable(text, 'is no module', remedy));
  }
  throw new ScenarioError(unknownScenario(text));
}

function unknownScenario(text: string): Problem {
  const names = shippedScenarios().map(({ name }) => name);
  const isPath = looksLikePath(text);
  const near = didYouMean(text, names) ?? `choose one of ${names.join(', ')}, or give a path such as ./mine.ts`;
  const remedy = isPath ? 'there is no such file: check the path' : near;
  return { what: `unknown scenario: ${JSON.stringify(text)}`, remedy, code: 'SCENARIO_UNKNOWN' };
}

const unusable = (text: string, why: string, remedy: string): Problem => ({
  what: `invalid scenario: ${JSON.stringify(text)} ${why}`,
  remedy,
  code: 'SCENARIO_INVALID',
});

const looksLikePath = (text: string): boolean =>
  /[\\/]/.test(text) || text === '.' || text === '..' || extname(text) !== '';

function kindOf(path: string): 'file' | 'folder' | 'none' {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'none';
  return found.isDirectory() ? 'folder' : 'file';
}
