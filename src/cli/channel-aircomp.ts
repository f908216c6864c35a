import { largest } from '../math/extremes.ts';
import { square } from '../math/power.ts';
import type { PowerControl } from '../network/contract.ts';
import { quantity } from '../report/quantity.ts';
import { table } from '../report/table.ts';
import type { Catalogue } from '../scenario/override.ts';
import { findPart, knowsOption, madeFrom, readNumbers } from './channel-options.ts';
import { exitCode } from './exit-code.ts';
import { printJson, type Terminal } from './terminal.ts';

export interface AircompOptions {
  readonly gains?: string;
  readonly power?: string;
  readonly noise?: string;
  readonly weights?: string;
  readonly control?: string;
  readonly threshold?: string;
  readonly json?: boolean;
}

const BAR_COLUMNS = 30;

/** `fadelab channel aircomp`: how clients with given channels transmit an over-the-air sum, and how well it arrives. */
export function aircomp(raw: AircompOptions, to: Terminal, parts: Catalogue): number {
  const read = readNumbers({ ...raw });
  const gains = read.list('gains', [0.3, 0.6, 0.9], { above: 0, most: 1e12 });
  const powers = each(read.list('power', [1], { above: 0, most: 1e12 }), gains.length, 'power', read);
  const weights = each(read.list('weights', [1], { above: 0, most: 1e12 }), gains.length, 'weights', read);
  const noise = read.number('noise', 0.1, { least: 0, most: 1e12 });
  const threshold = read.number('threshold', 0, { least: 0, most: 1e12 });
  const builder = findPart(parts, 'powerControl', raw.control ?? 'optimal', 'control');
  if (raw.threshold !== undefined && !knowsOption(builder, 'threshold')) {
    const what = `unsupported --threshold: ${builder.partName} has none`;
    read.problem({ what, remedy: 'leave it out, or give --control truncated', code: 'OPTION_INVALID' });
  }
  read.done();
  const { model } = madeFrom<PowerControl>(builder, raw.threshold === undefined ? {} : { threshold });
  const senders = gains.map((gain, k) => ({ gain, power: powers[k] ?? 1, weight: weights[k] ?? 1 }));
  const { amplitudes, denoisingFactor, meanSquaredError } = model.control(senders, noise);
  const scale = 1 / Math.sqrt(denoisingFactor);
  const result = {
    control: builder.partName,
    ...{ gains, weights, noise, denoisingFactor },
    receiveScale: scale,
    amplitudes,
    powers: amplitudes.map((amplitude) => square(amplitude)),
    received: amplitudes.map((amplitude, k) => Math.sqrt(gains[k] ?? 0) * amplitude * scale),
    meanSquaredError,
    /** Of the weighted mean, which divides the sum by all weights. */
    meanSquaredErrorOfMean: meanSquaredError / square(weights.reduce((sum, weight) => sum + weight, 0)),
  };
  if (raw.json === true) printJson(to, result);
  else for (const line of report(result)) to.print(line);
  return exitCode.fine;
}

/** One value for each client: its own, or the one that is given for all. */
function each(values: readonly number[], count: number, option: string, read: ReturnType<typeof readNumbers>) {
  if (values.length === 1) return Array.from({ length: count }, () => values[0] ?? 1);
  if (values.length !== count) {
    const what = `invalid --${option}: ${values.length} values for ${count} gains`;
    read.problem({ what, remedy: 'give one for all, or one for each gain', code: 'OPTION_INVALID' });
  }
  return values;
}

function report(result: {
  readonly control: string;
  readonly gains: readonly number[];
  readonly weights: readonly number[];
  readonly powers: readonly number[];
  readonly received: readonly number[];
  readonly noise: number;
  readonly denoisingFactor: number;
  readonly receiveScale: number;
  readonly meanSquaredError: number;
  readonly meanSquaredErrorOfMean: number;
}): string[] {
  const { control, gains, weights, powers, received, noise, meanSquaredError } = result;
  const most = largest([...weights, ...received]);
  const rows = gains.map((gain, k) => {
    const arrives = received[k] ?? 0;
    const bar = '█'.repeat(Math.round((BAR_COLUMNS * arrives) / most));
    return [gain.toPrecision(4), quantity(powers[k] ?? 0, 'W'), `${arrives.toFixed(4)} of ${weights[k]}`, bar];
  });
  const facts = [
    ['denoising factor η', result.denoisingFactor.toPrecision(6)],
    ['receive scale 1/√η', result.receiveScale.toPrecision(6)],
    ['mean squared error', `${meanSquaredError.toPrecision(6)} of the sum, per symbol of unit power`],
    ['', `${result.meanSquaredErrorOfMean.toPrecision(6)} of the weighted mean`],
    ['of it noise', (noise / result.denoisingFactor).toPrecision(6)],
  ];
  return [
    `${control} control of ${gains.length} clients, noise ${quantity(noise, 'W')}`,
    '',
    ...table([['gain', 'power', 'arrives as', ''], ...rows], '  '),
    '',
    ...table(facts, '  '),
  ];
}
