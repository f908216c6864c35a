/**
 * Goal: a run's peak of memory. Arguments: threads, width of a model's two hidden layers, rounds, and a folder
 * where the run is kept with checkpoints, if one is named. Prints the peak of resident memory and the size of all models that
 * were made [bytes]. A process of its own, since a peak never falls.
 */
import type * as Actors from '../../actors/index.ts';
import type * as Channels from '../../channels/index.ts';
import type * as Engine from '../../src/index.ts';
import type * as Learning from '../../src/learning/index.ts';

/** Compute threads run compiled code, so this file does too. */
const compiled = <Module>(path: string): Promise<Module> =>
  import(new URL(`../../dist/${path}`, import.meta.url).href) as Promise<Module>;

const { fedAvg, scenario, simulate } = await compiled<typeof Engine>('src/index.js');
const { classify, gaussianBlobs, mlp } = await compiled<typeof Learning>('src/learning/index.js');
const { federation } = await compiled<typeof Actors>('actors/index.js');
const { fixedRates } = await compiled<typeof Channels>('channels/index.js');

const CLIENTS = 10;
const [threads, width, rounds] = process.argv.slice(2).map(Number) as [number, number, number];
const out = process.argv[5];
const model = mlp({ hidden: [width, width] });
const dataset = gaussianBlobs();

await simulate(
  scenario({
    name: 'large-models',
    topology: federation({ clients: CLIENTS, edgeServers: 1 }),
    channel: fixedRates(),
    task: classify({ dataset, model, batchSize: 1 }),
    algorithm: fedAvg({ localSteps: 1 }),
    until: { rounds },
    evaluate: { everyRounds: rounds },
  }),
  { threads, ...(out === undefined ? {} : { out, checkpoint: { wallSeconds: 3600 } }) },
);
/** The square layer alone, in 32 bits. */
const modelBytes = 4 * width ** 2;
console.log(JSON.stringify({ peak: 1024 * process.resourceUsage().maxRSS, made: rounds * (CLIENTS + 1) * modelBytes }));
