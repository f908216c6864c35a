import { federation, ring } from '../../actors/index.ts';
import { hierLike } from '../../channels/index.ts';
import { sdFeel } from '../../src/algorithms/index.ts';
import { classesPerClient, classify, gaussianBlobs, sgd, softmax, timingOnly } from '../../src/learning/index.ts';
import { type ScenarioOptions, scenario } from '../../src/scenario/scenario.ts';
import { bare } from '../../src/trace/seal.ts';

/** The cheap reference task of the SD-FEEL dossier (Benchmark S), smaller. */
export const blobs = () =>
  classify({
    dataset: gaussianBlobs({ trainPerClass: 200, testPerClass: 50 }),
    split: classesPerClient({ classes: 2 }),
    model: softmax(),
    batchSize: 10,
    optimizer: sgd({ learningRate: 0.1 }),
  });

/** Twenty clients in four cells on a ring; every option can be replaced. */
export const study = (options: Partial<ScenarioOptions> = {}) =>
  scenario({
    name: 'study',
    topology: federation({ clients: 20, edgeServers: 4, graph: ring() }),
    ...hierLike(),
    task: blobs(),
    algorithm: sdFeel({ localSteps: 3 }),
    until: { rounds: 4 },
    ...options,
  });

/** The same without learning: times and messages alone. */
export const timingStudy = (options: Partial<ScenarioOptions> = {}) => study({ task: timingOnly(), ...options });

/** Events of a trace, without its header and their checksums. */
export const factsOf = (trace: readonly string[]) =>
  trace
    .slice(1)
    .map((text) => JSON.parse(bare(text)) as { at: number; actor: string; kind: string } & Record<string, unknown>);
