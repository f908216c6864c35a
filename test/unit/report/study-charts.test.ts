import type { EChartsOption } from 'echarts';
import { describe, expect, it } from 'vitest';
import { cellsOf, parseAxis } from '../../../src/lab/grid.ts';
import type { Finished } from '../../../src/lab/study.ts';
import { accuracyChart, type Over } from '../../../src/report/study-charts.ts';

/** Two runs of each cell, two scores each: a round takes two seconds, and the second seed ends higher. */
const finishedOf = (text: string) => {
  const cells = cellsOf([parseAxis(text)]);
  const finished = cells.flatMap((cell) =>
    [0.5, 0.7].map((end, seed) => ({
      ...{ cell, seed },
      result: {
        curve: [
          { round: 0, at: 0, accuracy: 0.1, loss: 1, uplinkBits: 0 },
          { round: 10, at: 20, accuracy: end, loss: 1, uplinkBits: 1e6 },
        ],
      },
    })),
  );
  return { cells, finished: finished as unknown as readonly Finished[] };
};

const chart = (text: string, over: Over): EChartsOption => {
  const { cells, finished } = finishedOf(text);
  return accuracyChart('study', cells, finished, over);
};
const seriesOf = (option: EChartsOption) => option.series as { name: string; data: (readonly number[])[] }[];

describe('accuracy of a study', () => {
  it.each([
    ['rounds', 'round', 10],
    ['time', 'virtual time [s]', 20],
    ['bits', 'uplink of finished uploads', 1e6],
  ] as const)('is drawn over %s, its mean over the seeds in a band of 95 %%', (over, title, last) => {
    const option = chart('schedule=random,fastest', over);
    expect(option.xAxis).toMatchObject({ name: title });
    const [lower, width, line] = seriesOf(option);
    expect(line?.name).toBe('random');
    expect(line?.data.at(-1)).toEqual([last, expect.closeTo(0.6, 12)]);
    // Student's t with one degree of freedom is 12.7, so the band of two seeds is cut at 0 and 1.
    expect([lower?.data.at(-1), width?.data.at(-1)]).toEqual([
      [last, 0],
      [last, 1],
    ]);
  });

  it('says of what a number is where one option varies', () => {
    const names = seriesOf(chart('channel.overTheAir.snrDb=0,10', 'rounds')).map(({ name }) => name);
    expect(names).toContain('snrDb = 0');
    expect(names).toContain('snrDb = 10');
  });
});
