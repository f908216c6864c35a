/** Goal: charts of a run as files. Method: a real run, reduced; its pictures are read back as text and as bytes. */
import { describe, expect, it } from 'vitest';
import { fedAvg } from '../../../src/algorithms/index.ts';
import { hasFonts, png } from '../../../src/report/chart/png.ts';
import { Reducer } from '../../../src/report/reduction/reducer.ts';
import { runCharts } from '../../../src/report/run-charts.ts';
import { timelinePicture } from '../../../src/report/timeline-picture.ts';
import { simulate } from '../../../src/scenario/simulate.ts';
import { openTrace } from '../../../src/trace/reader.ts';
import { blobs, study } from '../../support/study.ts';

async function reduced(title: string, algorithm = fedAvg()) {
  const { trace: lines, summary } = await simulate(study({ task: blobs(), algorithm, until: { rounds: 3 } }));
  const trace = openTrace(lines);
  const reducer = new Reducer({ header: trace.header, title });
  for (const event of trace.events()) reducer.see(event);
  return reducer.end(summary);
}

const ORANGE = '#e69f00';

describe('the charts of runs', () => {
  it('are there for what the runs have, with the words that belong to them, and the same each time', async () => {
    const charts = runCharts([await reduced('one'), await reduced('two', fedAvg({ localSteps: 2 }))]);
    expect([...charts.keys()]).toEqual(
      expect.arrayContaining(['accuracy', 'loss', 'upload-rate', 'upload-seconds', 'participation', 'timeline']),
    );
    expect([...charts.keys()].filter((key) => key.startsWith('air'))).toEqual([]);
    const accuracy = charts.get('accuracy')?.() ?? '';
    for (const word of ['Test accuracy', 'virtual time', 'one', 'two']) expect(accuracy).toContain(word);
    expect(charts.get('accuracy')?.()).toBe(accuracy);
    expect(charts.get('participation')?.()).toContain('updates used of a client');
  });

  it('draw every actor in the timeline, and what it did', async () => {
    const picture = runCharts([await reduced('one')]).get('timeline')?.() ?? '';
    for (const name of ['central', 'client-0', 'client-19', 'computing', 'study, seed'])
      expect(picture).toContain(name);
    expect(picture.match(new RegExp(`<path d="M[^"]+" stroke="${ORANGE}"`))?.[0].length).toBeGreaterThan(100);
  });

  it('draw some of very many lanes, and say so', () => {
    const lanes = Array.from({ length: 1000 }, (_, k) => ({
      name: `client-${k}`,
      starts: Float64Array.of(0, 1, 2),
      kinds: Uint8Array.of(2, 3),
      shares: undefined,
    }));
    const picture = timelinePicture('many', lanes, 2);
    expect(picture).toContain('many, 112 of 1000 lanes');
    expect(picture.length).toBeLessThan(100_000);
    // The first half of each lane is computing, the second transmitting.
    expect(picture).toMatch(/<path d="M84 [\d.]+h400M84 /);
    expect(picture).toMatch(/<path d="M484 [\d.]+h400M484 /);
  });

  it.runIf(hasFonts())('become PNG of twice their size, and not a blank one', async () => {
    const { PNG } = (await import('pngjs')) as {
      PNG: { sync: { read(bytes: Buffer): { width: number; height: number; data: Buffer } } };
    };
    const image = PNG.sync.read(Buffer.from(png(runCharts([await reduced('one')]).get('accuracy')?.() ?? '')));
    expect([image.width, image.height]).toEqual([1600, 900]);
    expect(new Set(image.data).size).toBeGreaterThan(20);
  });
});
