import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { ScenarioError, SimulationError } from '../../dist/src/errors.js';
import type { Scenario } from '../../dist/src/scenario/scenario.js';
import { type SimulateOptions, type Simulation, simulate } from '../../dist/src/scenario/simulate.js';

/** What came of a run: an end, a refusal in words that are meant for people, or something that must not be. */
export type Outcome =
  | { readonly is: 'ended'; readonly simulation: Simulation }
  | { readonly is: 'refused'; readonly why: string }
  | { readonly is: 'broken'; readonly why: string };

/** So many events are enough of a run. */
const EVENTS_MAX = 4_000;

export const stopsLate = () => {
  let events = 0;
  return {
    show: (_: number, so: number) => {
      events = so;
    },
    get stop() {
      return events >= EVENTS_MAX;
    },
  };
};

/** An error of the user's is an answer; any other, or one without a code, is a fault of ours. */
export function judged(error: unknown): Outcome {
  const isMeant = error instanceof ScenarioError || error instanceof SimulationError;
  const why = error instanceof Error ? error.message : String(error);
  if (isMeant && /\[[A-Z_]+\]/.test(why)) return { is: 'refused', why };
  return { is: 'broken', why: error instanceof Error ? (error.stack ?? why) : why };
}

export async function attempt(of: Scenario, options: SimulateOptions): Promise<Outcome> {
  try {
    return { is: 'ended', simulation: await simulate(of, { backend: 'wasm', dashboard: stopsLate(), ...options }) };
  } catch (error) {
    return judged(error);
  }
}

/** A copy of a run's folder as a kill at its n-th event would leave it. */
export function snapshotAt(event: number, from: string, to: string) {
  let events = 0;
  return (): void => {
    events += 1;
    if (events !== event || !existsSync(from)) return;
    mkdirSync(to, { recursive: true });
    // A run that was killed leaves a lock of a process that is no more.
    cpSync(from, to, { recursive: true, filter: (path) => !basename(path).includes('lock') });
  };
}
