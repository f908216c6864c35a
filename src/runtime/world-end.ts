import type { ModelVersion } from '../event.ts';
import type { Bits, Joules, Seconds } from '../units.ts';
import type { Scored } from './evaluations.ts';
import type { StalenessReport } from './staleness-audit.ts';

/** Why a run ended; `drained` means that nothing was left to happen. */
export type Cause = 'rounds' | 'time' | 'accuracy' | 'stopped' | 'drained';

/** What all clients have spent, by what for [J]. */
export interface ClientEnergy {
  readonly computing: Joules;
  readonly transmitting: Joules;
}

export interface WorldEnd {
  readonly cause: Cause;
  readonly now: Seconds;
  readonly rounds: number;
  /** Lines of the trace, its header apart. */
  readonly events: number;
  readonly scores: readonly Scored[];
  /** The last model of each server whose rounds count. */
  readonly models: ReadonlyMap<string, ModelVersion>;
  readonly energy: ClientEnergy;
  readonly uplinkBits: Bits;
  /** How often a client lost a download, a training or an upload. */
  readonly dropouts: number;
  /** Undefined where nobody is asynchronous, or nothing was used. */
  readonly staleness: StalenessReport | undefined;
  /** State value of each actor: a string, or an object for parallel states. */
  readonly states: ReadonlyMap<string, unknown>;
}
