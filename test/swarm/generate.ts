/** Random small scenarios: every part and option that there is, faults, and now and then nonsense. */
import { type Source, streams } from '../../dist/src/math/streams.js';
import { checked } from '../../dist/src/scenario/plan.js';
import { scenarioSchema } from '../../dist/src/scenario/scenario.js';
import { scenarioOf } from './build.ts';
import { chance, type Fault, pick, type Recipe, scaled, type Value, whole } from './recipe.ts';
import { type Catalogue, optionsOf, partOf, type Taste } from './values.ts';

/** Values that keep runs small: the rest of an option's range takes time and finds nothing new. */
const TAME: Taste['tame'] = {
  clients: (draw) => pick(draw, [1, 2, 3, 5, 8, 12]),
  edgeServers: (draw) => pick(draw, [1, 1, 2, 3, 4]),
  trainPerClass: (draw) => whole(draw, 1, 30),
  testPerClass: (draw) => whole(draw, 1, 10),
  dimension: (draw) => whole(draw, 1, 12),
  features: (draw) => whole(draw, 1, 30),
  localSteps: (draw) => whole(draw, 1, 6),
  localEpochs: (draw) => pick(draw, [0.5, 1, 2]),
  edgeRounds: (draw) => whole(draw, 1, 3),
  exchanges: (draw) => whole(draw, 1, 4),
  minimumSteps: (draw) => whole(draw, 1, 3),
  maximumSteps: (draw) => whole(draw, 3, 8),
  buffer: (draw) => whole(draw, 1, 12),
  batchSize: (draw) => whole(draw, 1, 20),
  codedRows: (draw) => whole(draw, 1, 60),
  rows: (draw) => whole(draw, 1, 60),
  environment: () => null,
  field: (draw) => pick(draw, [13, 31, 61]),
};

/** Tasks without files of images, and their data. */
const TASKS = ['timing-only', 'classify', 'quadratic', 'least-squares'];

const fault = (draw: Source): Fault => ({
  after: scaled(draw, 1e-3, 10),
  act: pick(draw, ['crash', 'crash', 'restart', 'restart', 'cut', 'mend', 'block', 'slow']),
  kind: pick(draw, ['client', 'client', 'edge', 'central']),
  index: whole(draw, 0, 11),
  strength: scaled(draw, 0.1, 100),
  lasting: chance(draw, 0.5) ? scaled(draw, 1e-3, 10) : null,
});

function untilOf(draw: Source): Value {
  const rounds = whole(draw, 1, 6);
  return pick<Value>(draw, [
    { rounds },
    { rounds },
    { rounds, time: scaled(draw, 0.1, 100) },
    { time: scaled(draw, 0.1, 10) },
  ]);
}

function taskOf(taste: Taste, tasks: readonly string[]): Value {
  const { draw } = taste;
  const name = pick(draw, tasks);
  const task = partOf('task', taste, { name });
  if (name !== 'classify' && name !== 'least-squares') return task as unknown as Value;
  const dataset = partOf('dataset', taste, { name: 'gaussian-blobs' });
  const model = pick(draw, ['softmax', 'softmax', 'mlp']);
  const options = {
    ...task.options,
    dataset,
    ...(name === 'classify' ? { model: partOf('model', taste, { name: model }) } : {}),
  };
  return { ...task, options } as unknown as Value;
}

/** So often a recipe is drawn anew where its options alone are refused already. */
const TRIES = 12;

/** The recipe of a seed: the same wherever and whenever it is made. Most are scenarios that fadelab's own schemas take. */
export function recipeOf(seed: number, catalogue: Catalogue): Recipe {
  const recipes = Array.from(
    { length: TRIES },
    (_, index) => () => drawn(seed, streams(seed)('swarm').at(index), catalogue),
  );
  let last: Recipe | undefined;
  for (const make of recipes) {
    const { recipe, isWild } = make();
    last = recipe;
    if (isWild || isTaken(recipe, catalogue)) break;
  }
  return last as Recipe;
}

function isTaken(recipe: Recipe, catalogue: Catalogue): boolean {
  try {
    checked(scenarioOf(recipe, catalogue));
    return true;
  } catch {
    return false;
  }
}

function drawn(
  seed: number,
  draw: Source,
  catalogue: Catalogue,
): { readonly recipe: Recipe; readonly isWild: boolean } {
  const taste: Taste = {
    ...{ draw, catalogue, tame: TAME },
    ...{ usual: pick(draw, [0.9, 0.75, 0.5]), wild: pick(draw, [0, 0, 0, 0, 0, 0.02]) },
  };
  const { shape } = scenarioSchema;
  const section = (name: 'backhaul' | 'devices' | 'evaluate') =>
    chance(draw, 0.4) ? { [name]: optionsOf(shape[name].unwrap() as never, taste) } : {};
  const topology = partOf('topology', { ...taste, usual: 0 });
  const clients = pick(draw, [1, 2, 3, 5, 8, 12]);
  const isSized = typeof topology.options.edgeServers === 'number' && taste.wild === 0;
  const sizes = isSized ? { clients, edgeServers: Math.min(clients, topology.options.edgeServers as number) } : {};
  const options = {
    topology: { ...topology, options: { ...topology.options, ...sizes } } as unknown as Value,
    channel: partOf('channel', taste) as unknown as Value,
    ...tasked(taste),
    ...(chance(draw, 0.6) ? { schedule: partOf('schedule', taste) as unknown as Value } : {}),
    until: untilOf(draw),
    ...section('backhaul'),
    ...section('devices'),
    ...section('evaluate'),
  };
  const faults = chance(draw, 0.5) ? Array.from({ length: whole(draw, 1, 8) }, () => fault(draw)) : [];
  return { recipe: { seed, options, faults }, isWild: taste.wild > 0 };
}

/** An algorithm, and a task that it stands for more often than not. */
function tasked(taste: Taste): { readonly algorithm: Value; readonly task: Value } {
  const algorithm = partOf('algorithm', taste);
  const isCoded = /scfl|coded|dres/.test(algorithm.part);
  return { algorithm: algorithm as unknown as Value, task: taskOf(taste, isCoded ? ['least-squares'] : TASKS) };
}
