/** Goal: a page's record says what its trace says, in bounded size. Method: real runs, and events made by hand. */
import { describe, expect, it } from 'vitest';
import { fedAvg } from '../../../src/algorithms/index.ts';
import { GainTable } from '../../../src/report/reduction/gains.ts';
import { LogHistogram, WholeHistogram } from '../../../src/report/reduction/histogram.ts';
import { Reducer } from '../../../src/report/reduction/reducer.ts';
import { RoundTable } from '../../../src/report/reduction/rounds.ts';
import { Series } from '../../../src/report/reduction/series.ts';
import { simulate } from '../../../src/scenario/simulate.ts';
import { openTrace } from '../../../src/trace/reader.ts';
import { blobs, study } from '../../support/study.ts';

describe('the record of a run', () => {
  it('has the curve, the updates, the bits and the participation that the run itself tells', async () => {
    const {
      trace: lines,
      summary,
      scores,
    } = await simulate(study({ task: blobs(), algorithm: fedAvg(), until: { rounds: 6 } }));
    const trace = openTrace(lines);
    const reducer = new Reducer({ header: trace.header, title: 'here' });
    for (const event of trace.events()) reducer.see(event);
    const { record, lanes } = reducer.end(summary);
    expect(record.events).toBe(summary.events);
    expect(record.now).toBe(summary.virtualSeconds);
    expect(record.curve.map(({ at, accuracy, loss }) => ({ at, accuracy, loss }))).toEqual(
      scores.map(({ at, accuracy, loss }) => ({ at, accuracy, loss })),
    );
    expect(record.curve.at(-1)?.uplinkBits).toBe(summary.uplinkBits);
    const used = trace.of('round.closed').sum('admitted');
    expect(record.rounds.reduce((sum, { admitted }) => sum + admitted, 0)).toBe(used);
    expect(record.histograms.participation.reduce((sum, { low, count }) => sum + low * count, 0)).toBe(used);
    expect(record.histograms.uploadRate.reduce((sum, { count }) => sum + count, 0)).toBe(
      trace.of('upload.finished').count(),
    );
    expect(record.laneNames).toEqual(lanes.map(({ name }) => name));
    expect(record.fairness).toBeGreaterThan(0);
    expect(record.fairness).toBeLessThanOrEqual(1);
  });
});

describe('what is kept of many rows', () => {
  it('is bounded, evenly thinned out, and ends with the last', () => {
    const series = new Series<number>(100);
    for (let k = 0; k <= 12_345; k++) series.add(k);
    expect(series.rows.length).toBeLessThanOrEqual(102);
    expect(series.rows.at(-1)).toBe(12_345);
    const steps = new Set(series.rows.slice(1, -1).map((row, index) => row - series.rows[index]!));
    expect(steps).toEqual(new Set([128]));
  });

  it('of rounds adds up to all of them', () => {
    const table = new RoundTable();
    for (let round = 1; round <= 5000; round++) table.add(round, { at: round, admitted: 3, lost: round % 2 });
    expect(table.rows.length).toBeLessThanOrEqual(512);
    expect(table.rows.reduce((sum, { admitted }) => sum + admitted, 0)).toBe(15_000);
    expect(table.rows.reduce((sum, { lost }) => sum + lost, 0)).toBe(2500);
    expect(table.rows.at(-1)?.at).toBe(5000);
  });
});

describe('a histogram', () => {
  it('puts a value into the bin whose edges are around it, on an edge too', () => {
    const histogram = new LogHistogram();
    for (const value of [1e-6, 1e-3, 0.5, 1, 10, 1000]) histogram.add(value);
    const { bins } = histogram;
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(6);
    for (const value of [1e-6, 1e-3, 0.5, 1, 10, 1000]) {
      const bin = bins.find(({ low, high }) => value >= low * (1 - 1e-9) && value < high * (1 - 1e-9));
      expect(bin?.count).toBeGreaterThan(0);
    }
  });

  it('of whole numbers keeps to 64 bins and to all of its values', () => {
    const histogram = new WholeHistogram();
    for (let value = 0; value < 1000; value++) histogram.add(value, 2);
    expect(histogram.bins.length).toBeLessThanOrEqual(64);
    expect(histogram.bins.reduce((sum, { count }) => sum + count, 0)).toBe(2000);
    expect(new WholeHistogram().bins).toEqual([]);
  });

  it('of whole numbers has its edges at multiples of its step, below zero too', () => {
    const histogram = new WholeHistogram(2);
    for (const value of [-3, 0, 1]) histogram.add(value);
    expect(histogram.bins).toEqual([
      { low: -4, high: -2, count: 1 },
      { low: -2, high: 0, count: 0 },
      { low: 0, high: 2, count: 2 },
    ]);
  });
});

describe('the SNR of uploads over time', () => {
  const spanOf = (at: number, rows: GainTable['rows']) => rows.find(({ from, to }) => at >= from && at < to)!;

  it('is the median, the middle eighty in a hundred and the worst client of those that began in a span', () => {
    const table = new GainTable();
    // −50, −49, …, 50 dB, in another order.
    for (let k = 0; k <= 100; k++) table.add(0.0005, `client-${k}`, ((k * 37) % 101) - 50);
    const worst = Array.from({ length: 101 }, (_, k) => k).find((k) => (k * 37) % 101 === 0);
    expect(table.rows).toEqual([
      { ...{ from: 0, to: 0.001, uploads: 101, low: -40, median: 0, high: 40 }, worst: -50, client: `client-${worst}` },
    ]);
  });

  it('stays within 128 spans of equal length, which lose no upload and keep to what fell into them', () => {
    const table = new GainTable();
    const uploads = Array.from({ length: 5000 }, (_, k) => ({ at: k * 0.37, snrDb: 20 * Math.sin(k / 700) - 5 }));
    for (const { at, snrDb } of uploads) table.add(at, 'client-0', snrDb);
    const { rows } = table;
    expect(rows.length).toBeLessThanOrEqual(128);
    expect(rows.length).toBeGreaterThan(60);
    expect(new Set(rows.map(({ from, to }) => (to - from).toPrecision(9))).size).toBe(1);
    expect(rows.reduce((sum, row) => sum + row.uploads, 0)).toBe(5000);
    for (const row of rows) {
      const own = uploads.filter(({ at }) => spanOf(at, rows) === row).map(({ snrDb }) => snrDb);
      own.sort((a, b) => a - b);
      expect(row.uploads).toBe(own.length);
      expect(row.worst).toBe(own[0]);
      expect(Math.abs(row.median - own[Math.ceil(own.length / 2) - 1]!)).toBeLessThanOrEqual(0.05 + 1e-9);
      expect(row.high).toBeGreaterThanOrEqual(row.median);
      expect(row.median).toBeGreaterThanOrEqual(row.low);
    }
  });

  it('has nothing to show without uploads', () => {
    expect(new GainTable().rows).toEqual([]);
  });
});
