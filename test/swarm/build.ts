import type { ScriptFunction, ScriptWorld } from '../../dist/src/runtime/script.js';
import { type Scenario, type ScenarioOptions, scenario } from '../../dist/src/scenario/scenario.js';
import { type Fault, isPartRecipe, type Recipe } from './recipe.ts';
import type { Catalogue } from './values.ts';

/** Parts in place of their recipes. */
function built(value: unknown, catalogue: Catalogue): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => built(each, catalogue));
  const inner = Object.fromEntries(
    Object.entries(isPartRecipe(value) ? value.options : value).map(([name, each]) => [name, built(each, catalogue)]),
  );
  if (!isPartRecipe(value)) return inner;
  const builder = catalogue.find((each) => `${each.kind}/${each.partName}` === value.part);
  if (builder === undefined) throw new Error(`the catalogue has no ${value.part}`);
  return builder(inner as never);
}

function strike(world: ScriptWorld, { act, kind, index, strength, lasting }: Fault): void {
  const of = world.actors.filter((each) => each.startsWith(kind));
  const target = of[index % of.length];
  if (target === undefined) return;
  const { now } = world;
  if (!Number.isFinite(now)) throw new Error('time has no number');
  const options = lasting === null ? {} : { lasting };
  if (act === 'block' || act === 'slow') {
    if (kind !== 'client') return;
    if (act === 'block') world.block(target, { attenuationDb: strength, ...options });
    else world.slow(target, { factor: strength, ...options });
  } else if (act === 'cut' || act === 'mend') {
    if (kind === 'client') world[act](target);
  } else world[act](target);
}

/** Only actors that are up crash, and only those that are down come back. */
function story(faults: readonly Fault[]): ScriptFunction {
  return function* tell(world) {
    const down = new Set<string>();
    const cut = new Set<string>();
    for (const each of faults) {
      yield world.after(each.after);
      const of = world.actors.filter((name) => name.startsWith(each.kind));
      const target = of[each.index % of.length];
      if (target === undefined) continue;
      if (each.act === 'crash' && down.has(target)) continue;
      if (each.act === 'restart' && !down.delete(target)) continue;
      if (each.act === 'mend' && !cut.delete(target)) continue;
      if (each.act === 'crash') down.add(target);
      if (each.act === 'cut') cut.add(target);
      strike(world, each);
    }
  };
}

export function scenarioOf({ seed, options, faults }: Recipe, catalogue: Catalogue): Scenario {
  const made = built(options, catalogue) as ScenarioOptions;
  return scenario({ ...made, name: 'swarm', seed, ...(faults.length > 0 ? { script: story(faults) } : {}) });
}
