import { ScenarioError } from '../errors.ts';
import { streams } from '../math/streams.ts';
import type { Channel, RadioChannel } from '../network/contract.ts';
import { realise } from '../part.ts';
import { plot } from '../report/plot.ts';
import { quantity } from '../report/quantity.ts';
import { table } from '../report/table.ts';
import { loadScenario } from '../scenario/load-module.ts';
import { type Catalogue, override } from '../scenario/override.ts';
import { checked } from '../scenario/plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { readOverrides } from '../scenario/spelled.ts';
import { dbmToWatts, dbToLinear, type Hertz, linearToDb } from '../units.ts';
import { below, linkOf, quantile } from './channel-fading.ts';
import { readNumbers } from './channel-options.ts';
import { exitCode } from './exit-code.ts';
import { findScenario } from './load.ts';
import { printJson, type Terminal } from './terminal.ts';

export interface RateOptions {
  readonly scenario?: string;
  readonly distance?: string;
  readonly samples?: string;
  readonly seed?: string;
  readonly rate?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
}

/** What links at one distance come to. */
interface RatePoint {
  readonly distance: number;
  /** Median SNR over the bandwidth in use [dB]. */
  readonly snrDb: number;
  /** bit/s: mean, and what 5, 50 and 95 % of links stay below. */
  readonly rate: { readonly mean: number; readonly p5: number; readonly p50: number; readonly p95: number };
  /** Share of links that carry less than was asked for. */
  readonly outage: number;
}

const DISTANCES = 12;
const BITS_PER_MEGABIT = 1e6;

/** `fadelab channel rate`: what a scenario's radio carries, against distance. */
export async function rate(name: string, raw: RateOptions, to: Terminal, parts: Catalogue): Promise<number> {
  return rateOf(await loadScenario(findScenario(name, raw.scenario)), raw, to, parts);
}

/** The same for a scenario that is loaded. */
export function rateOf(scenario: Scenario, raw: RateOptions, to: Terminal, parts: Catalogue): number {
  const { set, ...texts } = raw;
  const settings = checked(
    override(
      scenario,
      (set ?? []).flatMap((text) => readOverrides(text)),
      parts,
    ),
  );
  const radio = radioOf(realise(settings.channel));
  const read = readNumbers({ ...texts });
  const distances = read.list('distance', usualDistances(radio), { least: 0, most: 1e7 });
  const samples = read.number('samples', 2000, { least: 2, most: 1e6, whole: true });
  const seed = read.number('seed', settings.seed, { least: 0, whole: true });
  const wanted = read.number('rate', 0.1, { above: 0, most: 100 });
  read.done();
  const bandwidth = aloneIn(radio);
  const points = distances.map((distance) => pointAt(radio, { distance, bandwidth, samples, seed, wanted }));
  const result = { scenario: settings.name, ...{ bandwidth, samples, seed }, wanted, points };
  if (raw.json === true) printJson(to, result);
  else for (const line of report(result, to.width)) to.print(line);
  return exitCode.fine;
}

function radioOf(channel: Channel): RadioChannel {
  if (channel.type === 'radio') return channel;
  throw new ScenarioError({
    what: 'unsupported channel: its rates are given, and hold at every distance',
    where: 'channel',
    remedy: 'name a scenario with a radio, or add --set channel=radio',
    code: 'OPTION_INVALID',
  });
}

/** From the nearest place to the edge of the cell, in equal steps. */
function usualDistances({ nearest, cellRadius }: RadioChannel): number[] {
  const step = (cellRadius - nearest) / (DISTANCES - 1);
  return Array.from({ length: DISTANCES }, (_, i) => Number((nearest + i * step).toPrecision(4)));
}

/** Bandwidth of a transfer that has its cell to itself. */
function aloneIn({ access, bandwidth }: RadioChannel): Hertz {
  const [grant] = access.grant([{ id: 0, client: 'client-0', remaining: BITS_PER_MEGABIT, snr: 1 }]);
  return grant !== undefined && grant.bandwidth > 0 ? grant.bandwidth : bandwidth;
}

interface Place {
  readonly distance: number;
  readonly bandwidth: Hertz;
  readonly samples: number;
  readonly seed: number;
  readonly wanted: number;
}

/** Links at one distance, each with sight, shadowing and fading of its own; the same luck at every distance. */
function pointAt(radio: RadioChannel, { distance, bandwidth, samples, seed, wanted }: Place): RatePoint {
  const { frequency, serverHeight, clientHeight } = radio;
  const geometry = { distance, frequency, serverHeight, clientHeight };
  const named = streams(seed);
  const draws = {
    sight: named('channel/sight'),
    shadowing: named('channel/shadowing'),
    fading: named('channel/fading'),
  };
  const reference = dbmToWatts(radio.clientPower) / radio.noise.powerW(bandwidth);
  const snrs = new Float64Array(samples);
  for (let link = 0; link < samples; link += 1) {
    const sight = linkOf(draws.sight, link);
    const hasSight = radio.pathLoss.hasSight?.(geometry, sight);
    const view = hasSight === undefined ? {} : { hasSight };
    const shadowing = radio.shadowing.shadowingDb(linkOf(draws.shadowing, link), view);
    const gain = dbToLinear(-radio.pathLoss.lossDb(geometry, sight) - shadowing);
    snrs[link] = reference * gain * radio.fading.gain(linkOf(draws.fading, link), 0);
  }
  snrs.sort();
  const rates = snrs.map((snr) => radio.rate.rate(snr, bandwidth)).sort();
  const [p5, p50, p95] = [0.05, 0.5, 0.95].map((share) => quantile(rates, share)) as [number, number, number];
  const mean = rates.reduce((sum, each) => sum + each, 0) / samples;
  return {
    distance,
    snrDb: linearToDb(quantile(snrs, 0.5)),
    rate: { mean, p5, p50, p95 },
    outage: below(rates, wanted * bandwidth) / samples,
  };
}

interface RateResult {
  readonly scenario: string;
  readonly bandwidth: Hertz;
  readonly samples: number;
  readonly seed: number;
  readonly wanted: number;
  readonly points: readonly RatePoint[];
}

function report({ scenario, bandwidth, samples, seed, wanted, points }: RateResult, width: number): string[] {
  const bits = (value: number): string => quantity(value, 'bit/s');
  const heads = ['distance', 'median SNR', 'mean rate', '5 % below', '95 % below', 'outage'];
  const rows = points.map(({ distance, snrDb, rate: { mean, p5, p95 }, outage }) => [
    ...[quantity(distance, 'm'), `${snrDb.toFixed(1)} dB`, bits(mean), bits(p5), bits(p95)],
    `${(100 * outage).toFixed(1)} %`,
  ]);
  const ascending = points.toSorted((a, b) => a.distance - b.distance);
  const curve = plot(
    ascending.map(({ distance, rate: { mean } }) => ({ x: distance, y: mean / BITS_PER_MEGABIT })),
    { width, label: 'mean rate [Mbit/s]', axis: { label: 'distance', say: (x) => quantity(x, 'm') } },
  );
  return [
    `${scenario}: a client alone in its cell, ${quantity(bandwidth, 'Hz')}, ${samples} links, seed ${seed};`,
    `outage is a rate below ${wanted} bit/s/Hz`,
    '',
    ...table([heads, ...rows], '  '),
    ...(curve.length > 0 ? ['', ...curve] : []),
  ];
}
