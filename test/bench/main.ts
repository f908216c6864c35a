/**
 * Benchmarks: `npm run bench`, `npm run bench -- --json`, `npm run bench -- --only kernel` (or `rounds`, `transfers`).
 * Each figure is the median of several runs in one process, after one run that warms it up.
 */
import { median } from 'simple-statistics';
import { CLIENTS, clientRounds } from './client-rounds.ts';
import { phold } from './phold.ts';
import { sharings, transfers } from './transfers.ts';

const POPULATIONS = [1000, 100_000];
const PHOLD_EVENTS = 2_000_000;
const PHOLD_RUNS = 5;
const ROUNDS = 50;
const ROUND_RUNS = 3;
const TRANSFERS = 100_000;
const RATE_CHANGES = 1_000_000;
const TRANSFER_RUNS = 5;

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
  for (const [sharing, access] of Object.entries(sharings)) {
    const advance = transfers(TRANSFERS, access);
    const name = `${TRANSFERS.toLocaleString('en')} transfers, fading blocks, ${sharing} air, rate changes/s`;
    figures.push(await measure(name, TRANSFER_RUNS, () => advance(RATE_CHANGES)));
  }
  return figures;
}

const arguments_ = process.argv.slice(2);
const asJson = arguments_.includes('--json');
const only = arguments_.includes('--only') ? arguments_[arguments_.indexOf('--only') + 1] : undefined;
if (only !== undefined && !['kernel', 'rounds', 'transfers'].includes(only)) {
  console.error(`unknown benchmark: "${only}" (--only); choose kernel, rounds or transfers`);
  process.exit(2);
}
const wants = (name: string): boolean => only === undefined || only === name;

const kernel = wants('kernel') ? await kernelFigures() : [];
const rounds = wants('rounds') ? await roundFigure() : undefined;
const air = wants('transfers') ? await transferFigures() : [];

if (asJson) {
  const pholdEventsPerSecond = Object.fromEntries(
    kernel.map(({ perSecond }, n) => [String(POPULATIONS[n]), Math.round(perSecond)]),
  );
  const rateChangesPerSecond = Object.fromEntries(
    air.map(({ perSecond }, n) => [Object.keys(sharings)[n], Math.round(perSecond)]),
  );
  console.log(
    JSON.stringify({
      ...(kernel.length > 0 ? { kernel: { pholdEventsPerSecond } } : {}),
      ...(rounds === undefined ? {} : { clientRoundsPerSecond: Math.round(rounds.perSecond) }),
      ...(air.length > 0 ? { transfers: { concurrent: TRANSFERS, rateChangesPerSecond } } : {}),
    }),
  );
} else {
  const figures = [...kernel, ...(rounds === undefined ? [] : [rounds]), ...air];
  const shown = (rate: number) => Math.round(rate).toLocaleString('en').padStart(12);
  const width = Math.max(...figures.map(({ name }) => name.length));
  console.log(`${''.padEnd(width)}${'median'.padStart(12)}${'slowest'.padStart(12)}${'fastest'.padStart(12)}`);
  for (const { name, perSecond, slowest, fastest } of figures) {
    console.log(`${name.padEnd(width)}${shown(perSecond)}${shown(slowest)}${shown(fastest)}`);
  }
}
