/**
 * Benchmarks: `npm run bench`, `npm run bench -- --json`, `npm run bench -- --only kernel` (or `rounds`, `transfers`,
 * `training`, `learners`, `endToEnd`, `trace`, `scaling`, `worlds`, `peak`).
 * `--python PATH`, or FADELAB_BENCH_PYTHON, names a Python that can import PyTorch, to be compared with in the same run.
 * `--images FOLDER`, or FADELAB_BENCH_IMAGES, names a folder of IDX files for the whole study: Fashion-MNIST where it is
 * installed, else MNIST.
 * Each figure is the median of several runs, after one run that warms up. What is measured is the compiled engine, as users
 * run it: benchmarks import it by the package's name, and its inner parts from `dist/`.
 *
 * As JSON: `{kernel: {pholdEventsPerSecond: {"1000": n, "100000": n}, clientRoundsPerSecond}, training: [{model, batch,
 * backend, stepsPerSecond, torchStepsPerSecond, torchBestStepsPerSecond, …}], learners: [{model, batch, backend,
 * stepsPerSecond, layersStepsPerSecond, …}], endToEnd: {backend, samplesPerCpuSecond,
 * torchSamplesPerCpuSecond, …}, scaling: {"1": n, "2": n, "8": n}, scalingCeiling, peakBytes, transfers: {concurrent,
 * rateChangesPerSecond: {shared, separate}}, worlds: {short: {seconds: {oneCore, oneThread, twoThreads},
 * ofOneThread, ofOneCore}, long}}`, with null where PyTorch wasn't asked.
 */

import { backendOf } from 'fadelab/learning';
import { median } from 'simple-statistics';
import { tuneEngine } from '../../dist/src/cli/tuning.js';
import { CLIENTS, clientRounds } from './client-rounds.ts';
import { endToEnd, endToEndTable } from './end-to-end.ts';
import { learnerFigures, learnerTable } from './learners.ts';
import { peakBytes } from './peak.ts';
import { phold } from './phold.ts';
import { scaling, scalingFigures, scalingTable } from './scaling.ts';
import { traceFigures, traceTable } from './trace.ts';
import { trainingFigures, trainingTable } from './training.ts';
import { BEST_SETTING, startPeer } from './training-peer.ts';
import { sharings, transfers } from './transfers.ts';
import { sideBySide, sideBySideLines } from './worlds.ts';

const POPULATIONS = [1000, 100_000];
const PHOLD_EVENTS = 2_000_000;
const PHOLD_RUNS = 5;
const ROUNDS = 50;
const ROUND_RUNS = 3;
const TRANSFERS = 100_000;
const RATE_CHANGES = 1_000_000;
const TRANSFER_RUNS = 3;

interface Figure {
  readonly name: string;
  readonly perSecond: number;
  readonly slowest: number;
  readonly fastest: number;
}

/** Runs work that says how much it did, and takes the median of its rates. */
async function measure(name: string, runs: number, work: () => number | Promise<number>): Promise<Figure> {
  await work();
  const rates: number[] = [];
  for (let run = 0; run < runs; run++) {
    const began = performance.now();
    const done = await work();
    rates.push((1000 * done) / (performance.now() - began));
  }
  return { name, perSecond: median(rates), slowest: Math.min(...rates), fastest: Math.max(...rates) };
}

async function kernelFigures(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const population of POPULATIONS) {
    const commit = phold(population);
    const name = `PHOLD, ${population.toLocaleString('en')} pending, events/s`;
    figures.push(await measure(name, PHOLD_RUNS, () => commit(PHOLD_EVENTS)));
  }
  return figures;
}

const roundFigure = (): Promise<Figure> =>
  measure(`FedAvg, ${CLIENTS.toLocaleString('en')} clients, timing only, client-rounds/s`, ROUND_RUNS, () =>
    clientRounds(ROUNDS),
  );

async function transferFigures(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, sharing] of Object.entries(sharings)) {
    const advance = transfers(TRANSFERS, sharing);
    const title = `${TRANSFERS.toLocaleString('en')} transfers, fading blocks, ${name} air, rate changes/s`;
    figures.push(await measure(title, TRANSFER_RUNS, () => advance(RATE_CHANGES)));
  }
  return figures;
}

// As the command line does for users.
tuneEngine();
const arguments_ = process.argv.slice(2);
const asJson = arguments_.includes('--json');
const following = (flag: string): string | undefined =>
  arguments_.includes(flag) ? arguments_[arguments_.indexOf(flag) + 1] : undefined;
const only = following('--only');
const PARTS = [
  'kernel',
  'rounds',
  'transfers',
  'training',
  'learners',
  'endToEnd',
  'trace',
  'scaling',
  'worlds',
  'peak',
];
if (arguments_.includes('--only') && !PARTS.includes(only ?? '')) {
  console.error(`unknown benchmark: "${only}" (--only); choose one of ${PARTS.join(', ')}`);
  process.exit(2);
}
const isAsked = (part: string): boolean => only === undefined || only === part;

const kernel = isAsked('kernel') ? await kernelFigures() : [];
const rounds = isAsked('kernel') || isAsked('rounds') ? await roundFigure() : undefined;
const moved = isAsked('transfers') ? await transferFigures() : [];
const python = following('--python') ?? process.env.FADELAB_BENCH_PYTHON;
const images = following('--images') ?? process.env.FADELAB_BENCH_IMAGES;
const hasPeer = python !== undefined && (isAsked('training') || isAsked('endToEnd'));
const peer = hasPeer ? await startPeer(python) : undefined;
const hasBest = peer !== undefined && isAsked('training') && backendOf('native').detail.includes('AVX-512');
const best = hasBest && python !== undefined ? await startPeer(python, BEST_SETTING) : undefined;
const training = isAsked('training') ? await trainingFigures({ plain: peer, best }) : undefined;
best?.close();
const learners = isAsked('learners') ? await learnerFigures() : undefined;
const whole = isAsked('endToEnd') ? await endToEnd(images, peer) : undefined;
peer?.close();
const traced = isAsked('trace') ? await traceFigures() : undefined;
const scaled = isAsked('scaling') ? await scaling() : undefined;
const worlds = isAsked('worlds') ? sideBySide() : undefined;
const peak = isAsked('peak') ? peakBytes() : undefined;

if (asJson) {
  const pholdEventsPerSecond = Object.fromEntries(
    kernel.map(({ perSecond }, n) => [String(POPULATIONS[n]), Math.round(perSecond)]),
  );
  const names = Object.keys(sharings);
  const rateChangesPerSecond = Object.fromEntries(moved.map(({ perSecond }, n) => [names[n], Math.round(perSecond)]));
  const kernelPart = {
    ...(kernel.length > 0 ? { pholdEventsPerSecond } : {}),
    ...(rounds === undefined ? {} : { clientRoundsPerSecond: Math.round(rounds.perSecond) }),
  };
  console.log(
    JSON.stringify({
      ...(rounds === undefined ? {} : { kernel: kernelPart }),
      ...(moved.length > 0 ? { transfers: { concurrent: TRANSFERS, rateChangesPerSecond } } : {}),
      ...(training === undefined ? {} : { training: training.figures }),
      ...(learners === undefined ? {} : { learners }),
      ...(whole === undefined ? {} : { endToEnd: whole }),
      ...(traced === undefined ? {} : { trace: traced }),
      ...(scaled === undefined ? {} : { scaling: scalingFigures(scaled), scalingCeiling: scaled.ceiling }),
      ...(worlds === undefined ? {} : { worlds }),
      ...(peak === undefined ? {} : { peakBytes: peak }),
    }),
  );
} else {
  const figures = [...kernel, ...(rounds === undefined ? [] : [rounds]), ...moved];
  const shown = (rate: number) => Math.round(rate).toLocaleString('en').padStart(12);
  const width = Math.max(0, ...figures.map(({ name }) => name.length));
  if (figures.length > 0) {
    console.log(`${''.padEnd(width)}${'median'.padStart(12)}${'slowest'.padStart(12)}${'fastest'.padStart(12)}`);
  }
  for (const { name, perSecond, slowest, fastest } of figures) {
    console.log(`${name.padEnd(width)}${shown(perSecond)}${shown(slowest)}${shown(fastest)}`);
  }
  for (const line of training === undefined ? [] : trainingTable(training)) console.log(line);
  for (const line of learners === undefined ? [] : learnerTable(learners)) console.log(line);
  for (const line of whole === undefined ? [] : endToEndTable(whole)) console.log(line);
  for (const line of traced === undefined ? [] : traceTable(traced)) console.log(line);
  for (const line of scaled === undefined ? [] : scalingTable(scaled)) console.log(line);
  for (const line of worlds === undefined ? [] : sideBySideLines(worlds)) console.log(line);
  if (peak !== undefined)
    console.log(`10,000 clients, 21,840 parameters, 100 a round: peak ${Math.round(peak / 1e6)} MB`);
}
