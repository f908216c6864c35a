import { join } from 'node:path';
import { present } from '../assert.ts';
import { autoBackend } from '../learning/steps.ts';
import { runReport } from '../report/run-report.ts';
import { describe } from '../scenario/describe.ts';
import type { Host } from '../scenario/host.ts';
import { loadCatalogue, loadScenario } from '../scenario/load-module.ts';
import { override } from '../scenario/override.ts';
import { checked } from '../scenario/plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Simulation } from '../scenario/simulate.ts';
import type { HostedRun } from '../scenario/world-thread.ts';
import { folderFor, type Identity, keepOthers } from '../trace/own-folder.ts';
import { exitCode } from './exit-code.ts';
import { catchInterrupts } from './interrupts.ts';
import type { Live } from './live.ts';
import { findScenario } from './load.ts';
import { originOf } from './origin.ts';
import { showProgress } from './progress.ts';
import { type LeftBehind, printFiles, runFiles } from './run-files.ts';
import { type RawRunOptions, type RunOptions, readPort, readRunOptions } from './run-options.ts';
import { printJson, type Terminal } from './terminal.ts';
import { tuneCollector } from './tuning.ts';

/** `fadelab run`: runs a scenario and leaves its trace and summary. */
export async function run(name: string, raw: RawRunOptions, host: Host, to: Terminal): Promise<number> {
  const options = readRunOptions(raw);
  const source = findScenario(name, raw.scenario);
  // The world's thread loads the scenario again: here it is checked as a whole, and tells its name and its end.
  const scenario = override(await loadScenario(source), options.overrides, await loadCatalogue(options.overrides));
  const settings = checked(scenario);
  const identity = identityOf(settings, options);
  if (options.out !== undefined && raw.overwrite !== true) keepOthers(options.out, identity);
  const out = options.out ?? folderFor(join('runs', `${settings.name}-${options.seed ?? settings.seed}`), identity);
  const origin = originOf({ source, overrides: options.overrides, out });
  return watch({ source, ...given(options), out, origin }, { scenario, host, raw, to });
}

interface Watching {
  readonly scenario: Scenario;
  readonly host: Host;
  readonly raw: RawRunOptions;
  readonly to: Terminal;
  /** Shows what came of it otherwise than by its report. */
  readonly showEnd?: (simulation: Simulation) => Promise<void>;
}

/** Runs it on its host's thread, shows how far it is, and what came of it. */
export async function watch(run: HostedRun, { scenario, host, raw, to, showEnd }: Watching): Promise<number> {
  const settings = checked(scenario);
  const out = present(run.out, 'folder');
  const quiet = raw.quiet === true || raw.json === true;
  let warn = (_message: string): void => {};
  tuneCollector(run.threads);
  const live = raw.watch === true ? await openPage(run, settings.name, raw, to) : undefined;
  const hosted = host.simulate({ ...run, isFollowed: live !== undefined }, (message) => warn(message));
  const until = Math.min(run.until ?? Number.POSITIVE_INFINITY, settings.until.time ?? Number.POSITIVE_INFINITY);
  const progress = showProgress({
    read: hosted.read,
    rounds: settings.until.rounds ?? Number.POSITIVE_INFINITY,
    until,
    quiet,
  });
  warn = progress.warn;
  const interrupts = catchInterrupts(() => {
    warn = () => {}; // Threads that are told to go are no news.
    hosted.stop();
  });
  live?.follow(hosted.read, (message) => warn(message));
  const simulation = await hosted.done
    .catch(async (error: unknown) => {
      await live?.end(undefined, 'The run has failed; the terminal says why.');
      throw error;
    })
    .finally(() => {
      progress.end();
      interrupts.release();
    });
  const reduced = await live?.end(
    simulation.summary,
    `The run is over. Its page stays in ${join(out, 'report.html')}.`,
  );
  await (showEnd?.(simulation) ?? show(simulation, { out, reduced }, raw, to));
  return simulation.cause === 'stopped' ? exitCode.interrupted : exitCode.fine;
}

/** What the header of the run's trace will say of it. */
function identityOf(settings: ReturnType<typeof checked>, { seed, until, backend }: RunOptions): Identity {
  const ends = until === undefined ? settings.until : { ...settings.until, time: until };
  const options = describe({ ...settings, ...(seed === undefined ? {} : { seed }), until: ends });
  return { options: JSON.parse(JSON.stringify(options)) as unknown, backend: backend ?? autoBackend() };
}

/** Only what was given: the rest is the scenario's to say. */
const given = ({
  overrides,
  threads,
  stepTimeout,
  seed,
  until,
  backend,
  recordEnvironment,
  checkpoint,
}: RunOptions) => ({
  ...{ overrides, threads },
  ...(stepTimeout === undefined ? {} : { stepTimeout }),
  ...(seed === undefined ? {} : { seed }),
  ...(until === undefined ? {} : { until }),
  ...(backend === undefined ? {} : { backend }),
  ...(recordEnvironment === undefined ? {} : { recordEnvironment }),
  ...(checkpoint === undefined ? {} : { checkpoint }),
});

/** The page that follows the run. Its address goes to stderr, whatever else is printed. */
async function openPage({ out = '' }: HostedRun, title: string, raw: RawRunOptions, to: Terminal): Promise<Live> {
  const { startLive } = await import('./live.ts');
  const live = await startLive({ title, folder: out, port: readPort(raw.port) });
  to.say(`live page  ${live.url}`);
  return live;
}

async function show(simulation: Simulation, left: LeftBehind, raw: RawRunOptions, to: Terminal): Promise<void> {
  const files = await runFiles(left, simulation, raw);
  const { summary, cause, scores } = simulation;
  if (raw.json === true) {
    printJson(to, { ...summary, cause, scores, files });
    return;
  }
  if (raw.quiet !== true) for (const line of [...runReport({ summary, cause, scores }, to.width), '']) to.print(line);
  printFiles(files, to);
}
