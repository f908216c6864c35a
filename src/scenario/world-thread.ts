import type { BackendName } from '../learning/contract.ts';
import { sharedDashboard } from '../runtime/dashboard.ts';
import { loadCatalogue, loadScenario, type ScenarioSource } from './load-module.ts';
import { type Override, override } from './override.ts';
import { type Simulation, simulate } from './simulate.ts';
import { type Ended, ended } from './travelling.ts';

/** Everything that a world on a thread of its own is told. */
export interface HostedRun {
  readonly source: ScenarioSource;
  readonly overrides: readonly Override[];
  readonly seed?: number;
  readonly threads: number;
  readonly until?: number;
  readonly out?: string;
  readonly recordEnvironment?: string;
  readonly backend?: BackendName;
}

export interface HostedTask {
  readonly run: HostedRun;
  readonly dashboard: SharedArrayBuffer;
  /** Where warnings go. */
  readonly port: import('node:worker_threads').MessagePort;
}

/** What the world thread does. */
export const runWorld = ({ run, dashboard, port }: HostedTask): Promise<Ended<Simulation>> =>
  ended(async () => {
    const scenario = override(await loadScenario(run.source), run.overrides, await loadCatalogue(run.overrides));
    const rounds = scenario.options.until?.rounds ?? Number.POSITIVE_INFINITY;
    const { source: _source, overrides: _overrides, ...options } = run;
    return simulate(scenario, {
      ...options,
      dashboard: sharedDashboard(dashboard, rounds),
      warn: (message) => port.postMessage(message),
    });
  });
