import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { ScenarioError } from '../../errors.ts';

/** Folder of an installed npm package that holds a data set. `install` is the command that brings it. */
export function packageFolder(name: string, install: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (cause) {
    const remedy = `install it with \`${install}\``;
    throw new ScenarioError({ what: `missing package: ${name}`, remedy, code: 'DATASET_MISSING' }, { cause });
  }
}
