/**
 * What a trace costs, and how fast it is read. The quickstart is run with its trace in a folder and without one, in turns;
 * then it is replayed without training, and its events are counted by a query. Times of replays leave out what comes before
 * the first event (data and plan), which a replay up to 0 s measures. All on this thread, by its processor time.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTrace, replay, scenario, simulate } from 'fadelab';
import { median } from 'simple-statistics';
import { quickstart } from '../../scenarios/quickstart.ts';

const RUNS = 5;

export interface TraceFigures {
  /** Of the run's time without it. */
  readonly costShare: number;
  readonly replayedPerSecond: { readonly median: number; readonly best: number };
  readonly queriedPerSecond: number;
  readonly bytesPerEvent: number;
}

async function seconds(work: () => unknown): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

export async function traceFigures(): Promise<TraceFigures> {
  const story = scenario({ ...quickstart.options });
  const out = mkdtempSync(join(tmpdir(), 'fadelab-bench-'));
  try {
    const [withTrace, without]: [number[], number[]] = [[], []];
    for (let run = 0; run <= RUNS; run++) {
      const recorded = await seconds(() => simulate(story, { out }));
      const bare = await seconds(() => simulate(story, { trace: 'none' }));
      if (run === 0) continue;
      withTrace.push(recorded);
      without.push(bare);
    }
    const trace = openTrace(out);
    const rates: number[] = [];
    const queries: number[] = [];
    let events = 0;
    for (let run = 0; run <= 2 * RUNS; run++) {
      const before = await seconds(() => replay(trace, { scenario: story, until: 1e-9 }));
      const whole = await seconds(async () => {
        events = (await replay(trace, { scenario: story })).events;
      });
      const queried = await seconds(() => trace.of('upload.finished').by('actor').mean('seconds'));
      if (run <= RUNS) continue;
      rates.push(events / (whole - before));
      queries.push(events / queried);
    }
    const characters = [...trace.lines()].reduce((sum, text) => sum + text.length, 0);
    return {
      costShare: median(withTrace.map((each, run) => each / (without[run] as number))) - 1,
      replayedPerSecond: { median: median(rates), best: Math.max(...rates) },
      queriedPerSecond: median(queries),
      bytesPerEvent: characters / events,
    };
  } finally {
    rmSync(out, { recursive: true });
  }
}

export const traceTable = ({
  costShare,
  replayedPerSecond,
  queriedPerSecond,
  bytesPerEvent,
}: TraceFigures): string[] => [
  `quickstart, its trace: ${(100 * costShare).toFixed(1)} % of the run, ${bytesPerEvent.toFixed(0)} bytes an event`,
  `  replayed ${thousands(replayedPerSecond.median)} events/s, at best ${thousands(replayedPerSecond.best)}`,
  `  queried  ${thousands(queriedPerSecond)} events/s`,
];

const thousands = (rate: number): string => Math.round(rate).toLocaleString('en');
