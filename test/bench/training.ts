/**
 * Training steps per CPU-second of one core, of each back end and of PyTorch, which take turns: load from elsewhere
 * then meets both alike. Each figure is the median of several runs after one that warms up.
 */

import {
  backendOf,
  cnnCifar10,
  cnnMcMahan,
  cnnMnist,
  initialParameters,
  type Layout,
  layoutOf,
  mlp,
  softmax,
} from 'fadelab/learning';
import { median } from 'simple-statistics';
import type { Backend, Model, Program, Samples, Shape } from '../../dist/src/learning/contract.js';
import { hasNative } from '../../dist/src/learning/steps.js';
import { streams } from '../../dist/src/math/streams.js';
import { realise } from '../../dist/src/part.js';
import type { Peer } from './training-peer.ts';

const RUNS = 5;
/** CPU seconds of one run, roughly. */
const RUN_SECONDS = 0.3;
export const SAMPLES = 2000;
export const CLASSES = 10;
export const DIGIT: Shape = [28, 28, 1];

const WORKS = [
  { model: 'softmax', part: softmax(), shape: DIGIT, batch: 20 },
  { model: 'mlp', part: mlp(), shape: DIGIT, batch: 20 },
  { model: 'mlp', part: mlp(), shape: DIGIT, batch: 64 },
  { model: 'cnn-mnist', part: cnnMnist(), shape: DIGIT, batch: 20 },
  { model: 'cnn-mcmahan', part: cnnMcMahan({}), shape: DIGIT, batch: 20 },
  { model: 'cnn-cifar10', part: cnnCifar10({}), shape: [32, 32, 3] as Shape, batch: 20 },
];

/** Products of a size that suits every back end: what it can do at best here. */
const PEAK: Model = {
  name: 'peak',
  inputShape: [1, 1, 480],
  layers: [
    { layer: 'dense', units: 480 },
    { layer: 'dense', units: 480 },
    { layer: 'dense', units: 480 },
    { layer: 'dense', units: CLASSES },
  ],
};
const PEAK_BATCH = 240;

/** One row of the table. */
export interface TrainingFigure {
  readonly model: string;
  readonly batch: number;
  readonly backend: string;
  readonly stepsPerSecond: number;
  readonly torchStepsPerSecond: number | null;
  /** With PyTorch's best setting, where that makes a difference. */
  readonly torchBestStepsPerSecond: number | null;
  readonly gigaflopsPerSecond: number;
  /** Of what the back end reaches with large products. */
  readonly shareOfPeak: number;
  readonly imagesPerSecond: number;
  /** With the better of its settings. */
  readonly torchImagesPerSecond: number | null;
}

export interface TrainingFigures {
  readonly figures: readonly TrainingFigure[];
  readonly torch: string | null;
}

/** Floating-point operations of a step's products: forward, gradients of kernels, and of inputs but the first. */
function stepFlops({ layers, macsPerSample }: Layout, batch: number): number {
  const first = layers.find(({ blocks }) => blocks.length > 0)?.macs ?? 0;
  return 2 * batch * (3 * macsPerSample - first);
}

export function randomSamples(shape: Shape): Samples {
  const size = shape[0] * shape[1] * shape[2];
  const draws = streams(1)('bench').at(0);
  const features = new Uint8Array(new SharedArrayBuffer(SAMPLES * size)).map(() => 256 * draws());
  const labels = new Uint8Array(new SharedArrayBuffer(SAMPLES)).map((_, i) => i % CLASSES);
  return { count: SAMPLES, shape, classes: CLASSES, features, labels };
}

/** CPU seconds of this process that some work takes. */
export function cpuSeconds(work: () => void): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return Math.max(1, user + system) / 1e6;
}

/** Something that can be asked for so many units of work, and tells the CPU seconds. */
export type Racer = (units: number) => number | Promise<number>;

export function trainer(program: Program, model: Model, samples: Samples, batch: number): Racer {
  const parameters = initialParameters(model, streams(1)('initial').at(0));
  const optimizer = { learningRate: 0.01, momentum: 0, weightDecay: 0 };
  return (steps) => {
    const indices = Uint32Array.from({ length: steps * batch }, (_, i) => (i * 7919) % SAMPLES);
    return cpuSeconds(() => program.train({ parameters, samples, indices, batch, optimizer, dropoutSeed: 1 }));
  };
}

function scorer(program: Program, model: Model, samples: Samples): Racer {
  const parameters = initialParameters(model, streams(1)('initial').at(0));
  return (images) =>
    cpuSeconds(() => {
      for (let left = images; left > 0; left -= SAMPLES) {
        program.evaluate(parameters, samples, 0, Math.min(left, SAMPLES));
      }
    });
}

/** Units that fill a run, found by doubling, which warms up too. */
async function unitsOf(racer: Racer): Promise<number> {
  for (let units = 1; ; units *= 2) {
    const seconds = await racer(units);
    if (seconds > RUN_SECONDS / 2) return Math.max(1, Math.round((units * RUN_SECONDS) / seconds));
  }
}

/** Median rates of some racers that take turns [units per CPU-second]. */
export async function race(racers: readonly Racer[]): Promise<number[]> {
  const units: number[] = [];
  for (const racer of racers) units.push(await unitsOf(racer));
  const rates = racers.map((): number[] => []);
  for (let run = 0; run < RUNS; run += 1) {
    for (const [at, racer] of racers.entries()) rates[at]!.push(units[at]! / (await racer(units[at]!)));
  }
  return rates.map((own) => median(own));
}

async function peakOf(backend: Backend): Promise<number> {
  const program = await backend.compile(PEAK);
  const samples = randomSamples(PEAK.inputShape);
  const [steps] = await race([trainer(program, PEAK, samples, PEAK_BATCH)]);
  return (steps! * stepFlops(layoutOf(PEAK), PEAK_BATCH)) / 1e9;
}

/** PyTorch as it comes, and with its best setting where that is another. */
export interface Peers {
  readonly plain?: Peer | undefined;
  readonly best?: Peer | undefined;
}

/** Races all back ends, and PyTorch where it is there. */
export async function trainingFigures(peers: Peers): Promise<TrainingFigures> {
  const backends = [...(hasNative() ? [backendOf('native')] : []), backendOf('wasm')];
  const peaks = new Map<Backend, number>();
  for (const backend of backends) peaks.set(backend, await peakOf(backend));
  const figures: TrainingFigure[] = [];
  for (const work of WORKS) figures.push(...(await compare(work, peaks, peers)));
  return { figures, torch: peers.plain?.version ?? null };
}

async function compare(
  { model: name, part, shape, batch }: (typeof WORKS)[number],
  peaks: ReadonlyMap<Backend, number>,
  { plain, best }: Peers,
): Promise<TrainingFigure[]> {
  const model = realise(part)({ shape, classes: CLASSES });
  const samples = randomSamples(shape);
  const programs = await Promise.all([...peaks.keys()].map((backend) => backend.compile(model)));
  const torch = (request: (units: number) => string): Racer[] =>
    [plain, best].flatMap((peer) => (peer ? [(units: number) => peer.ask(request(units))] : []));
  const steps = await race([
    ...programs.map((program) => trainer(program, model, samples, batch)),
    ...torch((units) => `train ${name} ${batch} ${units}`),
  ]);
  const images = await race([
    ...programs.map((program) => scorer(program, model, samples)),
    ...torch((units) => `evaluate ${name} ${units}`),
  ]);
  return [...peaks].map(([backend, peak], at): TrainingFigure => {
    const gigaflopsPerSecond = (steps[at]! * stepFlops(layoutOf(model), batch)) / 1e9;
    return {
      ...{ model: name, batch, backend: backend.name, stepsPerSecond: steps[at]!, gigaflopsPerSecond },
      ...{ shareOfPeak: gigaflopsPerSecond / peak, imagesPerSecond: images[at]! },
      torchStepsPerSecond: steps[programs.length] ?? null,
      torchBestStepsPerSecond: steps[programs.length + 1] ?? null,
      torchImagesPerSecond: fastest(images.slice(programs.length)),
    };
  });
}

const fastest = (rates: readonly number[]): number | null => (rates.length > 0 ? Math.max(...rates) : null);

const rounded = (rate: number): string => (rate >= 100 ? Math.round(rate).toLocaleString('en') : rate.toPrecision(3));
const ratio = (own: number, other: number | null): string => (other === null ? '–' : (own / other).toFixed(2));

/** The figures as lines of text. */
export function trainingTable({ figures, torch }: TrainingFigures): string[] {
  const head = ['model', 'batch', 'back end', 'steps/s', 'GFLOP/s', 'of peak', 'PyTorch', 'ratio', 'to best'];
  const titles = [...head, 'images/s', 'ratio'];
  const rows = figures.map((figure) => [
    ...[figure.model, String(figure.batch), figure.backend, rounded(figure.stepsPerSecond)],
    ...[figure.gigaflopsPerSecond.toFixed(1), `${Math.round(100 * figure.shareOfPeak)} %`],
    figure.torchStepsPerSecond === null ? '–' : rounded(figure.torchStepsPerSecond),
    ratio(figure.stepsPerSecond, figure.torchStepsPerSecond),
    ratio(figure.stepsPerSecond, figure.torchBestStepsPerSecond),
    rounded(figure.imagesPerSecond),
    ratio(figure.imagesPerSecond, figure.torchImagesPerSecond),
  ]);
  const widths = titles.map((_, at) => Math.max(...[titles, ...rows].map((row) => row[at]!.length)));
  const line = (row: readonly string[]): string => row.map((cell, at) => cell.padStart(widths[at]!)).join('  ');
  const peer = torch === null ? 'PyTorch wasn’t asked: name a Python with --python' : `PyTorch ${torch}, one thread`;
  return [`training, per CPU-second of one core; ${peer}`, line(titles), ...rows.map(line)];
}
