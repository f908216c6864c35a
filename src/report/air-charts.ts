import type { EChartsOption } from 'echarts';
import { linearToDb } from '../units.ts';
import type { AirRound } from './air-rounds.ts';
import { cellChart } from './chart/cells.ts';
import { plainLines } from './chart/lines.ts';

export interface AirChart {
  /** What it shows, as a word for a file or an anchor. */
  readonly key: 'probabilities' | 'weights' | 'denoising' | 'distortion' | 'snr' | 'energy';
  readonly option: EChartsOption;
}

/** Cells that a picture can show. */
const CELLS_MAX = 12_000;
const ROUND = { title: 'round' };

/**
 * What is recorded of each round over the air at one server, a chart each: scheduling probabilities, who sent with which
 * weight, the denoising factor, distortion as expected and as it came, SNR of the sum, and transmit energy. Probabilities
 * are missing where the policy doesn't draw; without rounds there are no charts.
 */
export function airCharts(rounds: readonly AirRound[]): AirChart[] {
  if (rounds.length === 0) return [];
  const line = (of: (round: AirRound) => number) => rounds.map((each): [number, number] => [each.round, of(each)]);
  return [
    ...probabilities(rounds),
    ...weights(rounds),
    {
      key: 'denoising',
      option: plainLines({
        title: 'Denoising factor',
        ...{ x: ROUND, y: { title: 'η = ζ² [dB]' } },
        lines: [{ name: 'η', points: line(({ denoisingFactor }) => linearToDb(denoisingFactor)) }],
      }),
    },
    {
      key: 'distortion',
      option: plainLines({
        title: 'Squared error of the sum, by what causes it',
        ...{ x: ROUND, y: { title: 'squared error', logarithmic: true } },
        lines: [
          { name: 'noise', hue: 0, points: line(({ noiseError }) => noiseError) },
          { name: 'noise, expected', hue: 0, dashed: true, points: line(({ expectedNoise }) => expectedNoise) },
          { name: 'sampling', hue: 1, points: line(({ samplingError }) => samplingError) },
          { name: 'sampling, expected', hue: 1, dashed: true, points: line((each) => each.expectedSampling) },
          { name: 'both', hue: 6, points: line(({ totalError }) => totalError) },
        ],
      }),
    },
    {
      key: 'snr',
      option: plainLines({
        title: 'SNR of the sum',
        ...{ x: ROUND, y: { title: 'SNR [dB]' } },
        lines: [{ name: 'SNR', points: line(({ snrDb }) => snrDb) }],
      }),
    },
    {
      key: 'energy',
      option: plainLines({
        title: 'Transmit energy of all senders',
        ...{ x: ROUND, y: { title: 'energy [J]' } },
        lines: [{ name: 'energy', points: line(({ joules }) => joules) }],
      }),
    },
  ];
}

function probabilities(rounds: readonly AirRound[]): AirChart[] {
  const drawn = rounds.filter((each) => each.probabilities !== undefined);
  if (drawn.length === 0) return [];
  const of = ({ candidates, probabilities: all = [] }: AirRound) =>
    candidates.map((client, index) => [client, all[index] as number] as const);
  return [{ key: 'probabilities', option: byClient('Scheduling probabilities', drawn, of) }];
}

function weights(rounds: readonly AirRound[]): AirChart[] {
  const of = (each: AirRound) =>
    each.cohort.flatMap((client, index) =>
      each.senders.includes(client) ? [[client, each.weights[index] as number] as const] : [],
    );
  return rounds.some((each) => of(each).length > 0)
    ? [{ key: 'weights', option: byClient('Who sent, and with which weight ω', rounds, of) }]
    : [];
}

/** Clients by rounds; of long runs every so many rounds. */
function byClient(
  title: string,
  rounds: readonly AirRound[],
  of: (round: AirRound) => readonly (readonly [client: string, value: number])[],
): EChartsOption {
  const names = [...new Set(rounds.flatMap(({ candidates, cohort }) => [...candidates, ...cohort]))].sort(byNumber);
  const rows = new Map(names.map((name, row) => [name, row]));
  const stride = Math.ceil((rounds.length * names.length) / CELLS_MAX);
  const shown = rounds.filter((_, index) => index % stride === 0);
  return cellChart({
    title: stride === 1 ? title : `${title}, one round in ${stride}`,
    x: { ...ROUND, names: shown.map(({ round }) => round) },
    y: { names },
    logarithmic: true,
    cells: shown.flatMap((round, column) =>
      of(round)
        .filter(([, value]) => value > 0)
        .map(([client, value]) => [column, rows.get(client) as number, value] as const),
    ),
  });
}

/** client-9 before client-10. */
const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
