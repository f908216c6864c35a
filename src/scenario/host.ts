import { MessageChannel } from 'node:worker_threads';
import { dashboardMemory, type Readings, readDashboard, requestStop } from '../runtime/dashboard.ts';
import { runOnThread } from '../runtime/pool.ts';
import type { Simulation } from './simulate.ts';
import { type Ended, unwrapped } from './travelling.ts';
import type { HostedRun, HostedTask } from './world-thread.ts';

/** A run whose world lives on a thread of its own. */
export interface Hosted {
  /** Rejects with a ScenarioError or SimulationError as `simulate` would. */
  readonly done: Promise<Simulation>;
  read(): Readings;
  /** Ends the run after the event that is being committed; `done` resolves with what there is. */
  stop(): void;
}

/** Starts a run on a world thread, with compute threads beside it. */
export function hostSimulation(run: HostedRun, onWarning: (message: string) => void): Hosted {
  const dashboard = dashboardMemory();
  const { port1, port2 } = new MessageChannel();
  port1.on('message', onWarning);
  port1.unref();
  const task: HostedTask = { run, dashboard, port: port2 };
  const thread = new URL('./world-thread.js', import.meta.url).href;
  return {
    done: runOnThread(thread, 'runWorld', task, [port2])
      .then((end) => unwrapped(end as Ended<Simulation>))
      .finally(() => port1.close()),
    read: () => readDashboard(dashboard),
    stop: () => requestStop(dashboard),
  };
}
