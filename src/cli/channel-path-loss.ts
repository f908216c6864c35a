import { largest, smallest } from '../math/extremes.ts';
import { power } from '../math/power.ts';
import { streams } from '../math/streams.ts';
import type { LinkGeometry, PathLoss } from '../network/contract.ts';
import { plot } from '../report/plot.ts';
import { quantity } from '../report/quantity.ts';
import { table } from '../report/table.ts';
import type { Catalogue } from '../scenario/override.ts';
import { findPart, knowsOption, madeFrom, modelOptions, readNumbers } from './channel-options.ts';
import { exitCode } from './exit-code.ts';
import { printJson, type Terminal } from './terminal.ts';

export interface PathLossOptions {
  readonly model?: string;
  readonly sight?: string;
  readonly distance?: string;
  readonly frequency?: string;
  readonly bsHeight?: string;
  readonly utHeight?: string;
  readonly seed?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
}

const DISTANCES = [10, 20, 50, 100, 200, 500, 1000];
const CURVE_POINTS = 60;

interface Losses {
  readonly name: string;
  /** Loss at a distance [dB]: of the branch that is meant, or the mean of both, by their probability. */
  at(distance: number): number;
  /** Probability of line of sight and both branches, where the model has them. */
  branches:
    | ((distance: number) => { readonly probability: number; readonly los: number; readonly nlos: number })
    | undefined;
}

/** `fadelab channel path-loss`: how much a model takes away at distances. */
export function pathLoss(raw: PathLossOptions, to: Terminal, parts: Catalogue): number {
  const { set, ...texts } = raw;
  const read = readNumbers({ ...texts });
  const distances = read.list('distance', DISTANCES, { least: 0, most: 1e7 });
  const link = {
    frequency: read.number('frequency', 3.5e9, { above: 0, most: 1e12 }),
    serverHeight: read.number('bs-height', 10, { least: 0.5, most: 1000 }),
    clientHeight: read.number('ut-height', 1.5, { least: 0.5, most: 1000 }),
  };
  const seed = read.number('seed', 1, { least: 0, whole: true });
  const builder = findPart(parts, 'pathLoss', raw.model ?? 'umi-street', 'model');
  if (raw.sight !== undefined && !knowsOption(builder, 'sight')) {
    read.problem({
      what: `unsupported --sight: ${builder.partName} knows no line of sight`,
      remedy: 'leave it out',
      code: 'OPTION_INVALID',
    });
  }
  read.done();
  const losses = lossesOf(
    builder,
    { ...modelOptions(set), ...(raw.sight === undefined ? {} : { sight: raw.sight }) },
    link,
    seed,
  );
  if (raw.json === true) {
    printJson(to, Object.fromEntries(distances.map((each) => [String(each), losses.at(each)])));
    return exitCode.fine;
  }
  for (const line of report(losses, distances, link, to.width)) to.print(line);
  return exitCode.fine;
}

function lossesOf(
  builder: Parameters<typeof madeFrom>[0],
  options: Record<string, unknown>,
  link: Omit<LinkGeometry, 'distance'>,
  seed: number,
): Losses {
  const draws = streams(seed)('channel/sight');
  const lossOf = (sight: object) => {
    const { model } = madeFrom<PathLoss>(builder, { ...options, ...sight });
    return (distance: number) => model.lossDb({ ...link, distance }, draws);
  };
  const { model } = madeFrom<PathLoss>(builder, options);
  const { sightProbability } = model;
  if (sightProbability === undefined) return { name: builder.partName, at: lossOf({}), branches: undefined };
  const [los, nlos] = [lossOf({ sight: 'los' }), lossOf({ sight: 'nlos' })];
  const branches = (distance: number) => ({
    probability: sightProbability({ ...link, distance }),
    los: los(distance),
    nlos: nlos(distance),
  });
  return {
    name: builder.partName,
    branches,
    at(distance) {
      const { probability, los: clear, nlos: blocked } = branches(distance);
      return probability * clear + (1 - probability) * blocked;
    },
  };
}

function report(
  losses: Losses,
  distances: readonly number[],
  link: Omit<LinkGeometry, 'distance'>,
  width: number,
): string[] {
  const { at, branches, name } = losses;
  const heads = ['distance', 'path loss', ...(branches === undefined ? [] : ['line of sight', 'with it', 'without'])];
  const rows = distances.map((distance) => {
    const both = branches?.(distance);
    const shares =
      both === undefined ? [] : [`${(100 * both.probability).toFixed(1)} %`, decibels(both.los), decibels(both.nlos)];
    return [quantity(distance, 'm'), decibels(at(distance)), ...shares];
  });
  const { frequency, serverHeight, clientHeight } = link;
  const heights = `antennas at ${quantity(serverHeight, 'm')} and ${quantity(clientHeight, 'm')}`;
  return [
    `${name} at ${quantity(frequency, 'Hz')}, ${heights}`,
    '',
    ...table([heads, ...rows], '  '),
    ...curve(at, distances, width),
  ];
}

const decibels = (value: number): string => `${value.toFixed(2)} dB`;

/** Loss against distance on a logarithmic axis. */
function curve(at: (distance: number) => number, distances: readonly number[], width: number): string[] {
  const positive = distances.filter((each) => each > 0);
  if (positive.length < 2) return [];
  const [from, to] = [Math.log10(smallest(positive)), Math.log10(largest(positive))];
  const points = Array.from({ length: CURVE_POINTS + 1 }, (_, i) => from + ((to - from) * i) / CURVE_POINTS);
  const axis = { label: 'distance', say: (x: number) => quantity(power(10, x), 'm') };
  const lines = plot(
    points.map((x) => ({ x, y: at(power(10, x)) })),
    { width, label: 'path loss [dB]', axis },
  );
  return lines.length > 0 ? ['', ...lines] : [];
}
