import { type Problem, ScenarioError, SimulationError } from '../errors.ts';
import type { BackendName } from '../learning/contract.ts';
import { sharedDashboard } from '../runtime/dashboard.ts';
import { loadCatalogue, loadScenario, type ScenarioSource } from './load-module.ts';
import { type Override, override } from './override.ts';
import { type Simulation, simulate } from './simulate.ts';

/** Everything that a world on a thread of its own is told. */
export interface HostedRun {
  readonly source: ScenarioSource;
  readonly overrides: readonly Override[];
  readonly seed?: number;
  readonly threads: number;
  readonly until?: number;
  readonly out?: string;
  readonly backend?: BackendName;
}

export interface HostedTask {
  readonly run: HostedRun;
  readonly dashboard: SharedArrayBuffer;
  /** Where warnings go. */
  readonly port: import('node:worker_threads').MessagePort;
}

/** How a hosted run ended: errors that are the user's travel as problems, since classes don't cross threads. */
export type HostedEnd =
  | { readonly simulation: Simulation }
  | { readonly kind: 'scenario' | 'simulation'; readonly problems: readonly Problem[] };

/** What the world thread does. */
export async function runWorld({ run, dashboard, port }: HostedTask): Promise<HostedEnd> {
  try {
    const scenario = override(await loadScenario(run.source), run.overrides, await loadCatalogue());
    const rounds = scenario.options.until?.rounds ?? Number.POSITIVE_INFINITY;
    const { source: _source, overrides: _overrides, ...options } = run;
    const simulation = await simulate(scenario, {
      ...options,
      dashboard: sharedDashboard(dashboard, rounds),
      warn: (message) => port.postMessage(message),
    });
    return { simulation };
  } catch (error) {
    if (error instanceof ScenarioError) return { kind: 'scenario', problems: error.problems };
    if (error instanceof SimulationError) return { kind: 'simulation', problems: [error.problem] };
    throw error;
  }
}
