import { power, square } from '../math/power.ts';
import { type Stream, streams } from '../math/streams.ts';
import type { Fading } from '../network/contract.ts';
import { plot } from '../report/plot.ts';
import { table } from '../report/table.ts';
import type { Catalogue } from '../scenario/override.ts';
import { dbToLinear, linearToDb } from '../units.ts';
import { findPart, knowsOption, madeFrom, modelOptions, type NumberReader, readNumbers } from './channel-options.ts';
import { exitCode } from './exit-code.ts';
import { printJson, type Terminal } from './terminal.ts';

export interface FadingOptions {
  readonly model?: string;
  readonly k?: string;
  readonly m?: string;
  readonly samples?: string;
  readonly seed?: string;
  readonly snrDb?: string;
  readonly rate?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
}

const QUANTILES = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];
const CURVE_POINTS = 120;
/** Draws that a link may take; no model asks for as many for its first block. */
const DRAWS_PER_LINK = 2 ** 20;

/** The own draws of one of many links, all from one stream: cheaper than a name for each. */
export const linkOf = (draws: Stream, link: number): Stream => ({
  name: `${draws.name}/${link}`,
  at: (index) => draws.at(link * DRAWS_PER_LINK + index),
});

/** `fadelab channel fading`: what a model's power gain |h|² comes to over many links. */
export function fading(raw: FadingOptions, to: Terminal, parts: Catalogue): number {
  const { set, ...texts } = raw;
  const read = readNumbers({ ...texts });
  const samples = read.number('samples', 1e5, { least: 2, most: 1e7, whole: true });
  const seed = read.number('seed', 1, { least: 0, whole: true });
  const snrDb = read.number('snr-db', 10, { least: -200, most: 200 });
  const rate = read.number('rate', 1, { above: 0, most: 100 });
  const builder = findPart(parts, 'fading', raw.model ?? 'rayleigh', 'model');
  const shorthands = { ...shorthand(read, builder, 'k', 'kFactor'), ...shorthand(read, builder, 'm', 'shape') };
  read.done();
  const { model, options } = madeFrom<Fading>(builder, { ...modelOptions(set), ...shorthands });
  const gains = drawGains(model, samples, seed);
  const threshold = (power(2, rate) - 1) / dbToLinear(snrDb);
  const statistics = {
    model: builder.partName,
    options: plain(options),
    ...{ samples, seed },
    ...moments(gains),
    quantiles: Object.fromEntries(QUANTILES.map((share) => [String(share), quantile(gains, share)])),
    outage: { snrDb, rate, threshold, probability: below(gains, threshold) / samples },
  };
  if (raw.json === true) printJson(to, statistics);
  else for (const line of report(statistics, gains, to.width)) to.print(line);
  return exitCode.fine;
}

/** An option of one letter that stands for an option of the model. */
function shorthand(read: NumberReader, builder: Parameters<typeof knowsOption>[0], letter: string, name: string) {
  if (!read.isGiven(letter)) return {};
  const value = read.number(letter, 0, {});
  if (!knowsOption(builder, name)) {
    const what = `unsupported --${letter}: ${builder.partName} has no ${name}`;
    read.problem({ what, remedy: 'leave it out', code: 'OPTION_INVALID' });
  }
  return { [name]: value };
}

/** Options that are numbers or words; a part among them by its name. */
const plain = (options: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, (value as { readonly name?: string } | null)?.name ?? value]),
  );

/** Gains of so many independent links, ascending. */
function drawGains(model: Fading, samples: number, seed: number): Float64Array {
  const draws = streams(seed)('channel/fading');
  const gains = new Float64Array(samples);
  for (let link = 0; link < samples; link += 1) gains[link] = model.gain(linkOf(draws, link), 0);
  return gains.sort();
}

/** Mean, variance and raw moments E gⁿ of gains. */
function moments(gains: Float64Array) {
  const raw = [1, 2, 3, 4].map((n) => gains.reduce((sum, gain) => sum + power(gain, n), 0) / gains.length);
  const [mean = 0] = raw;
  const variance = gains.reduce((sum, gain) => sum + square(gain - mean), 0) / (gains.length - 1);
  return { mean, variance, moments: Object.fromEntries(raw.map((value, at) => [String(at + 1), value])) };
}

/** The value that a share of ascending numbers stays below, between neighbours in proportion. */
export function quantile(ascending: Float64Array, share: number): number {
  const at = share * (ascending.length - 1);
  const [before, after] = [ascending[Math.floor(at)] ?? 0, ascending[Math.ceil(at)] ?? 0];
  return before + (after - before) * (at - Math.floor(at));
}

/** How many of ascending numbers lie below one. */
export function below(ascending: Float64Array, threshold: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

function report(
  statistics: {
    readonly model: string;
    readonly samples: number;
    readonly seed: number;
    readonly mean: number;
    readonly variance: number;
    readonly quantiles: Readonly<Record<string, number>>;
    readonly outage: { readonly snrDb: number; readonly rate: number; readonly probability: number };
  },
  gains: Float64Array,
  width: number,
): string[] {
  const { model, samples, seed, mean, variance, quantiles, outage } = statistics;
  const error = Math.sqrt(variance / samples);
  const facts = [
    ['mean of |h|²', `${mean.toFixed(4)} ± ${error.toPrecision(1)}`],
    ['variance', variance.toFixed(4)],
    ...Object.entries(quantiles).map(([share, value]) => [`${Number(share) * 100} % below`, sayGain(value)]),
    ['outage', `${outage.probability.toPrecision(4)} at ${outage.snrDb} dB and ${outage.rate} bit/s/Hz`],
  ];
  const curve = distribution(gains, width);
  return [`${model}, ${samples} links, seed ${seed}`, '', ...table(facts, '  '), ...curve];
}

const sayGain = (gain: number): string => `${gain.toPrecision(4)}  (${linearToDb(gain).toFixed(2)} dB)`;

/** Share of links below a gain, in dB. */
function distribution(gains: Float64Array, width: number): string[] {
  const [from, to] = [linearToDb(quantile(gains, 0.001)), linearToDb(quantile(gains, 0.999))];
  if (!(to > from) || !Number.isFinite(from)) return [];
  const points = Array.from({ length: CURVE_POINTS + 1 }, (_, i) => from + ((to - from) * i) / CURVE_POINTS);
  const axis = { label: 'gain', say: (x: number) => `${x.toFixed(1)} dB` };
  const shares = points.map((x) => ({ x, y: below(gains, dbToLinear(x)) / gains.length }));
  return ['', ...plot(shares, { width, label: 'share of links below', axis })];
}
