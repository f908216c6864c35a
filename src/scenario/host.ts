import { MessageChannel } from 'node:worker_threads';
import { dashboardMemory, type Readings, readDashboard, requestStop } from '../runtime/dashboard.ts';
import { type OwnThread, startThread } from '../runtime/pool.ts';
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

/** A thread for one world. */
export interface Host {
  /** Starts a run there, with compute threads beside it. */
  simulate(run: HostedRun, onWarning: (message: string) => void): Hosted;
  close(): Promise<void>;
}

/** Starts a world's thread, which loads what any world needs while somebody finds out which one it will be. */
export function startHost(): Host {
  const module = new URL('./world-thread.js', import.meta.url).href;
  const thread = startThread(module, { run: 'runWorld', prepare: 'prepareWorld' });
  return { simulate: (run, onWarning) => simulateOn(thread, run, onWarning), close: () => thread.close() };
}

/** Does something for which a world's thread may be needed. */
export async function withHost<Outcome>(use: (host: Host) => Promise<Outcome>): Promise<Outcome> {
  const host = startHost();
  try {
    return await use(host);
  } finally {
    await host.close();
  }
}

function simulateOn(thread: OwnThread, run: HostedRun, onWarning: (message: string) => void): Hosted {
  const dashboard = dashboardMemory();
  const { port1, port2 } = new MessageChannel();
  port1.on('message', onWarning);
  port1.unref();
  const task: HostedTask = { run, dashboard, port: port2 };
  return {
    done: thread
      .run(task, [port2])
      .then((end) => unwrapped(end as Ended<Simulation>))
      .finally(() => port1.close()),
    read: () => readDashboard(dashboard),
    stop: () => requestStop(dashboard),
  };
}
