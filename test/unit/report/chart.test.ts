import { expect, it } from 'vitest';
import { bandOf } from '../../../src/lab/bands.ts';
import { linesWithIntervals } from '../../../src/report/chart/intervals.ts';
import { linesWithBands, pointsWithIntervals } from '../../../src/report/chart/option.ts';
import { panels, svg } from '../../../src/report/chart/svg.ts';
import { timelinePicture } from '../../../src/report/timeline-picture.ts';

const point = (at: number, accuracy: number) => ({ round: at, at, accuracy, loss: 0, uplinkBits: 0 });

it('a band holds each curve in steps, and ends with the shortest', () => {
  const band = bandOf(
    [
      [point(0, 0), point(10, 1)],
      [point(0, 0), point(5, 0.5), point(20, 1)],
    ],
    ({ at }) => at,
    ({ accuracy }) => accuracy,
  );
  expect(band.at(-1)).toMatchObject({ x: 10, mean: 0.75 });
  expect(band.find(({ x }) => x === 4)?.mean).toBe(0);
  expect(band.find(({ x }) => x === 6)).toMatchObject({ mean: 0.25 });
  expect(band.every(({ low, mean, high }) => low <= mean && mean <= high)).toBe(true);
});

it('charts are drawn as SVG without a browser, with their words in it, the same each time', () => {
  const points = [
    { x: 0, mean: 0.1, low: 0, high: 0.2 },
    { x: 5, mean: 0.6, low: 0.5, high: 0.7 },
  ];
  const option = linesWithBands({
    ...{ title: 'two policies', x: { title: 'virtual time [s]' }, y: { title: 'test accuracy' } },
    lines: [
      { name: 'random', points },
      { name: 'fastest', points },
    ],
  });
  const drawn = svg(option);
  for (const word of ['two policies', 'virtual time [s]', 'test accuracy', 'random', 'fastest'])
    expect(drawn).toContain(word);
  expect(drawn).toMatch(/^<svg width="800" height="450"/);
  expect(svg(option)).toBe(drawn);
  const bars = svg(
    pointsWithIntervals({ title: 'costs', y: { title: 'energy' }, bars: [{ name: 'a', mean: 2, low: 1, high: 3 }] }),
  );
  expect(bars).toContain('costs');
});

it('an interval is drawn whole, however far beyond the line it reaches', () => {
  const points = [
    { x: 0, y: 0.5, low: 0.1, high: 0.9 },
    { x: 1, y: 0.52, low: 0.5, high: 0.54 },
  ];
  const option = linesWithIntervals({
    ...{ title: 'spans', x: { title: 'x' }, y: { title: 'y' } },
    lines: [{ name: 'all', points }],
  });
  // Both upright strokes, and an axis that reaches from the least to the most.
  const drawn = svg(option);
  for (const tick of ['0.2', '0.8']) expect(drawn).toContain(`>${tick}<`);
});

it('several charts share a picture, and no two of their clips or classes have one name', () => {
  const option = (title: string) =>
    linesWithIntervals({
      title,
      x: { title: 'clients', logarithmic: true },
      y: { title: 'ratio', logarithmic: true },
      lines: [{ name: 'all', points: [5, 20, 80].map((x) => ({ x, y: 10 * x, low: 8 * x, high: 20 * x })) }],
    });
  const options = ['first', 'second', 'third'].map(option);
  const drawn = panels(options, { width: 300, height: 200 });
  expect(drawn).toMatch(/^<svg width="600" height="400"/);
  for (const word of ['first', 'second', 'third', 'clients', 'ratio']) expect(drawn).toContain(word);
  expect(drawn.match(/<svg x="\d+" y="\d+"/g)).toEqual([
    '<svg x="0" y="0"',
    '<svg x="300" y="0"',
    '<svg x="0" y="200"',
  ]);
  const names = [...drawn.matchAll(/ id="([^"]+)"/g)].map(([, name]) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(panels(options, { width: 300, height: 200 })).toBe(drawn);
  const [first] = options;
  if (first !== undefined) expect(panels([first])).toBe(svg(first));
});

it('a picture holds no character that XML refuses, whatever a title holds', () => {
  const title = { text: 'a\u0000b\u001b[2Jc\ud800d' };
  for (const picture of [svg({ title }), panels([{ title }, { title }]), timelinePicture(title.text, [], 1)]) {
    expect(picture).not.toMatch(/(?![\n\t\r])\p{Cc}|\p{Cs}/u);
    expect(picture).toContain('a\ufffdb');
  }
});
