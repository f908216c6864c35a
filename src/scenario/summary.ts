import { largest } from '../math/extremes.ts';
import type { Scored } from '../runtime/evaluations.ts';
import type { StalenessReport } from '../runtime/staleness-audit.ts';
import type { Cause, ClientEnergy, WorldEnd } from '../runtime/world-end.ts';
import type { Fingerprint } from '../trace/fingerprint.ts';
import type { Bits, Joules, Seconds } from '../units.ts';

/** `summary.json`: what a run came to. Its fields are an interface. */
export interface Summary {
  readonly scenario: string;
  readonly seed: number;
  readonly backend: string;
  readonly threads: number;
  readonly fingerprint: Fingerprint;
  /** Why it ended: at `rounds`, `time` or `accuracy`, `stopped`, or `drained`, where nothing was left to happen. */
  readonly ended: Cause;
  /** Rounds that are over. */
  readonly rounds: number;
  /** Events on the record: lines of the trace, its header apart. */
  readonly events: number;
  readonly virtualSeconds: Seconds;
  readonly wallSeconds: Seconds;
  /** Test accuracy; null where nothing was scored. */
  readonly accuracy: { readonly final: number | null; readonly best: number | null };
  readonly loss: { readonly final: number | null };
  /** First virtual time at which a score reached each target [s]; null where none did. */
  readonly timeToAccuracy: Readonly<Record<string, Seconds | null>>;
  /** Computing and transmitting of all clients. */
  readonly energyJoules: Joules;
  /** The same, by what for. */
  readonly energy: ClientEnergy;
  /** Put on the air by clients, lost uploads included. */
  readonly uplinkBits: Bits;
  /** How often a client lost a download, a training or an upload. */
  readonly dropouts: number;
  /** Of an asynchronous run: what was measured, and what conservation of age says; null of any other. */
  readonly staleness: StalenessReport | null;
}

export interface SummaryInput {
  readonly scenario: string;
  readonly seed: number;
  readonly backend: string;
  readonly threads: number;
  readonly fingerprint: Fingerprint;
  readonly wallSeconds: Seconds;
  readonly targets: readonly number[];
  readonly end: WorldEnd;
}

export function summarise({ end, targets, fingerprint, ...run }: SummaryInput): Summary {
  const { scores } = end;
  const last = scores.at(-1);
  return {
    scenario: run.scenario,
    seed: run.seed,
    backend: run.backend,
    threads: run.threads,
    fingerprint,
    ended: end.cause,
    rounds: end.rounds,
    events: end.events,
    virtualSeconds: end.now,
    wallSeconds: run.wallSeconds,
    accuracy: {
      final: last?.accuracy ?? null,
      best: scores.length > 0 ? largest(scores.map(({ accuracy }) => accuracy)) : null,
    },
    loss: { final: last?.loss ?? null },
    timeToAccuracy: Object.fromEntries(targets.map((target) => [String(target), firstTime(scores, target)])),
    energyJoules: end.energy.computing + end.energy.transmitting,
    energy: end.energy,
    uplinkBits: end.uplinkBits,
    dropouts: end.dropouts,
    staleness: end.staleness ?? null,
  };
}

const firstTime = (scores: readonly Scored[], target: number): Seconds | null =>
  scores.find(({ accuracy }) => accuracy >= target)?.at ?? null;
