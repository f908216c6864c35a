/**
 * Goal: what over-the-air rounds leave in a trace is drawn as it stands there. Method: a small run, its options read back, and
 * lines of a trace made by hand where a run would not come there.
 */
import type { EChartsOption } from 'echarts';
import { beforeAll, describe, expect, it } from 'vitest';
import { federation } from '../../../actors/index.ts';
import { radio } from '../../../channels/index.ts';
import { poFl } from '../../../src/algorithms/index.ts';
import { poFlScheduling } from '../../../src/policies/index.ts';
import { airCharts } from '../../../src/report/air-charts.ts';
import { type AirRound, airRounds } from '../../../src/report/air-rounds.ts';
import { svg } from '../../../src/report/chart/svg.ts';
import { simulate } from '../../../src/scenario/simulate.ts';
import { openTrace, type TraceEvent } from '../../../src/trace/reader.ts';
import { study } from '../../support/study.ts';

const CLIENTS = 12;
const ROUNDS = 5;

const traceOf = async (options: Parameters<typeof poFl>[0] = {}) => {
  const scenario = study({
    topology: federation({ clients: CLIENTS, edgeServers: 1 }),
    channel: radio({ overTheAir: { snrDb: 10 } }),
    algorithm: poFl(options),
    schedule: poFlScheduling({ cohort: 4 }),
    until: { rounds: ROUNDS },
  });
  return openTrace((await simulate(scenario)).trace);
};

const seriesOf = (option: EChartsOption) => option.series as { name?: string; data: (readonly number[])[] }[];

describe('over-the-air rounds in a report', () => {
  let events: TraceEvent[];
  let rounds: AirRound[];
  beforeAll(async () => {
    events = [...(await traceOf()).events()];
    rounds = airRounds(events).get('edge-0') ?? [];
  });

  it('have a chart each for probabilities, weights, denoising, distortion, SNR and energy, drawn without a browser', () => {
    const charts = airCharts(rounds);
    expect(charts.map(({ key }) => key)).toEqual([
      ...['probabilities', 'weights', 'denoising', 'distortion', 'snr', 'energy'],
    ]);
    const words = [
      'Scheduling probabilities',
      'weight ω',
      'η = ζ² [dB]',
      'sampling, expected',
      'SNR [dB]',
      'energy [J]',
    ];
    charts.forEach(({ option }, index) => {
      const drawn = svg(option);
      expect(drawn).toContain(words[index]);
      expect(drawn).toContain('round');
      expect(svg(option)).toBe(drawn);
      // A page can hold them as they are.
      expect(JSON.parse(JSON.stringify(option))).toEqual(option);
    });
  });

  it('show each probability of each round, and each weight of whoever sent', () => {
    const [probabilities, weights] = airCharts(rounds).map(({ option }) => seriesOf(option)[0]?.data ?? []);
    expect(probabilities).toHaveLength(CLIENTS * ROUNDS);
    for (const column of rounds.keys()) {
      const sum = probabilities?.reduce((all, [at, , , p]) => all + (at === column ? (p as number) : 0), 0);
      expect(sum).toBeCloseTo(1, 12);
    }
    expect(weights?.map(([, , , weight]) => weight)).toEqual(rounds.flatMap(({ weights }) => weights));
    const rows = rounds.flatMap(({ cohort }) => cohort.map((client) => Number(client.slice('client-'.length))));
    expect(weights?.map(([, row]) => row)).toEqual(rows);
  });

  it('split the error into what noise and sampling did, as expected and as it came', () => {
    const { option } = airCharts(rounds)[3] ?? {};
    const sums = events.filter(({ kind }) => kind === 'aggregate.received');
    const fields = ['noiseError', 'expectedNoise', 'samplingError', 'expectedSampling', 'totalError'];
    expect(seriesOf(option as EChartsOption).map(({ data }) => data)).toEqual(
      fields.map((field) => sums.map((sum) => [sum.round, sum[field]])),
    );
  });

  it('take the probabilities of the draw before computing where clients are drawn then', async () => {
    const stale = airRounds((await traceOf({ staleNorm: true })).events()).get('edge-0') ?? [];
    expect(stale.map(({ probabilities }) => probabilities?.length)).toEqual(Array(ROUNDS).fill(CLIENTS));
  });

  it('leave out what is not there: draws of a policy that doesn’t draw, unknown errors, rounds in which nobody sent', () => {
    const silent = { kind: 'aggregate.received', at: 3, actor: 'edge-1', round: 1, senders: [], weights: [] };
    const made: TraceEvent[] = [
      { kind: 'uplink.scheduled', at: 2, actor: 'edge-1', round: 1, candidates: ['client-1'], cohort: [], weights: [] },
      { ...silent, denoisingFactor: null, samplingError: null, joules: 0 },
    ];
    const charts = airCharts(airRounds(made).get('edge-1') ?? []);
    expect(charts.map(({ key }) => key)).toEqual(['denoising', 'distortion', 'snr', 'energy']);
    for (const { option } of charts) expect(svg(option)).toContain('<svg');
    expect(airCharts([])).toEqual([]);
  });

  it('show one round in so many of a long run with many clients', () => {
    const names = Array.from({ length: 600 }, (_, index) => `client-${index}`);
    const [first] = rounds;
    const long = Array.from({ length: 50 }, (_, index) => ({
      ...(first as AirRound),
      ...{ round: index + 1, candidates: names, probabilities: names.map(() => 1 / 600) },
    }));
    const { option } = airCharts(long)[0] ?? {};
    expect(seriesOf(option as EChartsOption)[0]?.data).toHaveLength(600 * 17);
    expect(JSON.stringify(option)).toContain('one round in 3');
  });
});
