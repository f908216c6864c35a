/** A process that checks one seed after the other, and tells of each as it begins and ends. */
import { threadPool } from '../../dist/src/runtime/pool.js';
import { loadCatalogue } from '../../dist/src/scenario/load-module.js';
import { check } from './check.ts';
import { recipeOf } from './generate.ts';
import { shrunk } from './shrink.ts';

/** From the worker: which seed it is at, and what came of it. */
export type News =
  | { readonly is: 'begun'; readonly seed: number }
  | {
      readonly is: 'checked';
      readonly seed: number;
      readonly hasRun: boolean;
      readonly events: number;
      readonly seconds: number;
      readonly refusal?: string;
    }
  | { readonly is: 'broken'; readonly seed: number; readonly problem: string }
  | { readonly is: 'smaller'; readonly seed: number; readonly recipe: unknown };

const [from = 0, to = 0] = process.argv.slice(2, 4).map(Number);
const isShown = process.argv[4];
const tell = (news: News): void => void process.send?.(news);
/** CPU time since the last look [s]. */
let last = 0;
function spent(): number {
  const { user, system } = process.cpuUsage();
  const before = last;
  last = (user + system) / 1e6;
  return last - before;
}
const catalogue = await loadCatalogue();
const bench = { catalogue, threads: threadPool(1, () => {}) };
await bench.threads
  .run({ module: new URL('../../dist/src/learning/steps.js', import.meta.url).href, name: 'prepare', input: undefined })
  .catch(() => {});

for (let seed = from; seed < to; seed += 1) {
  tell({ is: 'begun', seed });
  const recipe = recipeOf(seed, catalogue);
  if (isShown === 'show') console.log(JSON.stringify(recipe));
  const { problem, hasRun, events, refusal } = await check(recipe, bench);
  if (problem === undefined)
    tell({ is: 'checked', seed, hasRun, events, seconds: spent(), ...(refusal === undefined ? {} : { refusal }) });
  else {
    tell({ is: 'broken', seed, problem });
    const smallest = await shrunk(recipe, { problemOf: async (each) => (await check(each, bench)).problem });
    tell({ is: 'smaller', seed, recipe: smallest });
  }
}
await bench.threads.close();
process.disconnect?.();
