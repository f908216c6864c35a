/** The smallest recipe that still breaks in the same way. */
import { isPartRecipe, type Recipe } from './recipe.ts';

type Json = unknown;
/** For so long it is worth looking [ms]. */
const SECONDS_MAX = 30_000;

/** All values that have one thing less. */
function* smaller(value: Json): Generator<Json> {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const index of value.keys()) yield value.toSpliced(index, 1);
    for (const [index, each] of value.entries()) for (const less of smaller(each)) yield value.with(index, less);
    return;
  }
  if (isPartRecipe(value)) {
    for (const less of smaller(value.options)) yield { ...value, options: less };
    return;
  }
  for (const name of Object.keys(value)) {
    const { [name]: _, ...rest } = value as Record<string, Json>;
    yield rest;
  }
  for (const [name, each] of Object.entries(value)) for (const less of smaller(each)) yield { ...value, [name]: less };
}

/** What a problem is, whatever its numbers are. */
export const kindOf = (problem: string): string =>
  (problem.split('\n')[0] ?? '').replace(/\d[\d.e+-]*/g, '#').slice(0, 80);

export async function shrunk(
  recipe: Recipe,
  {
    problemOf,
    tries = 80,
  }: { readonly problemOf: (recipe: Recipe) => Promise<string | undefined>; readonly tries?: number },
): Promise<Recipe> {
  const wanted = kindOf((await problemOf(recipe)) ?? '');
  let [best, left] = [recipe, tries];
  const began = Date.now();
  for (let isSmaller = true; isSmaller && left > 0 && Date.now() - began < SECONDS_MAX; ) {
    isSmaller = false;
    for (const { options, faults } of smaller({ options: best.options, faults: best.faults }) as Generator<Recipe>) {
      if (options === undefined || faults === undefined) continue;
      if (--left < 0 || Date.now() - began > SECONDS_MAX) break;
      const next = { seed: best.seed, options, faults };
      const problem = await problemOf(next).catch(() => undefined);
      if (problem === undefined || kindOf(problem) !== wanted) continue;
      best = next;
      isSmaller = true;
      break;
    }
  }
  return best;
}
