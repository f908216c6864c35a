import { present } from '../assert.ts';
import type { BackendName } from '../learning/contract.ts';
import { sharedDashboard } from '../runtime/dashboard.ts';
import type { TraceSource } from '../trace/header.ts';
import { openTrace } from '../trace/reader.ts';
import type { CheckpointRule } from './checkpoints.ts';
import { type Branch, branched, fork } from './fork.ts';
import { loadCatalogue, loadScenario, type ScenarioSource } from './load-module.ts';
import { type Override, override } from './override.ts';
import { resume } from './replay.ts';
import { type Simulation, simulate } from './simulate.ts';
import { type Ended, ended } from './travelling.ts';

/** Everything that a world on a thread of its own is told. */
export interface HostedRun {
  readonly source: ScenarioSource;
  readonly overrides: readonly Override[];
  readonly seed?: number;
  readonly threads: number;
  readonly stepTimeout?: number;
  readonly until?: number;
  readonly out?: string;
  readonly recordEnvironment?: string;
  readonly backend?: BackendName;
  readonly checkpoint?: CheckpointRule;
  readonly origin?: TraceSource;
  /** Somebody reads the trace while it is written. */
  readonly isFollowed?: boolean;
  /** Goes on with the run, or the fork, in the folder `out`. */
  readonly isResumed?: boolean;
  /** Branches off a recorded run. */
  readonly fork?: Pick<Branch, 'at' | 'set'> & { readonly trace: string };
}

export interface HostedTask {
  readonly run: HostedRun;
  readonly dashboard: SharedArrayBuffer;
  /** Where warnings go. */
  readonly port: import('node:worker_threads').MessagePort;
}

/** What it does before it knows its run: it loads what scenarios are made of. What can't be loaded is told by the run. */
export const prepareWorld = async (): Promise<void> => {
  await loadCatalogue().catch(() => {});
};

/** What the world thread does. */
export const runWorld = ({ run, dashboard, port }: HostedTask): Promise<Ended<Simulation>> =>
  ended(async () => {
    const scenario = override(await loadScenario(run.source), run.overrides, await loadCatalogue(run.overrides));
    const rounds = scenario.options.until?.rounds ?? Number.POSITIVE_INFINITY;
    const { source: _source, overrides: _overrides, isResumed, fork: branch, ...options } = run;
    const watched = {
      ...options,
      dashboard: sharedDashboard(dashboard, rounds),
      warn: (message: string) => port.postMessage(message),
    };
    if (isResumed) {
      const story = branch === undefined ? scenario : await branched(scenario, branch);
      return resume(present(run.out, 'folder'), { ...watched, scenario: story });
    }
    if (branch === undefined) return simulate(scenario, watched);
    const { trace, ...different } = branch;
    return fork(openTrace(trace), { ...watched, scenario, ...different });
  });
