import type { TraceHeader } from '../../trace/header.ts';
import type { Seconds } from '../../units.ts';
import type { AirRound } from '../air-rounds.ts';
import type { KeptSummary } from '../read-summary.ts';
import type { GainRow } from './gains.ts';
import type { Bin } from './histogram.ts';
import type { TimeInStates } from './lanes.ts';

/** A score of the run's model, and what it had taken by then. */
export interface CurvePoint {
  readonly at: Seconds;
  readonly round: number;
  /** Of uploads that were finished. */
  readonly uplinkBits: number;
  readonly accuracy: number | null;
  readonly loss: number | null;
  readonly consensusError: number | null;
}

/** What happened in rounds `first` … `last`, over all servers. */
export interface RoundRow {
  readonly first: number;
  readonly last: number;
  /** When the last of them closed [s]. */
  readonly at: Seconds;
  /** Sums over servers and rounds. */
  readonly admitted: number;
  readonly lost: number;
}

/** What rounds over the air at one server left, each list thinned out for itself. Numbers that nobody knows are null. */
export interface AirHistory {
  readonly server: string;
  readonly count: number;
  /** Figures of rounds; without names of clients. */
  readonly figures: readonly Nullable<AirRound>[];
  /** Rounds with their clients. */
  readonly members: readonly Nullable<AirRound>[];
}

/** As it is after a way through JSON. */
export type Nullable<Row> = { readonly [Key in keyof Row]: Row[Key] extends number ? number | null : Row[Key] };

/** Something that a script or the environment did. */
export interface Mark {
  readonly at: Seconds;
  readonly actor: string;
  readonly what: string;
}

export interface Histograms {
  /** Bits over seconds of each finished upload [bit/s]. */
  readonly uploadRate: readonly Bin[];
  /** [s] */
  readonly uploadSeconds: readonly Bin[];
  /** From a model's arrival to the end of the local update [s]. */
  readonly computeSeconds: readonly Bin[];
  /** P|ĥ|²/σ² of each candidate as believed [dB], over the air; of each upload as it began elsewhere. */
  readonly snrDb: readonly Bin[];
  /** Clients by how many of their updates were used. */
  readonly participation: readonly Bin[];
  /** Updates by staleness, where a server waits for nobody; else by rounds since the client's last one. */
  readonly staleness: readonly Bin[];
  /** Updates that were too stale. */
  readonly discarded: readonly Bin[];
}

/** A run, reduced to what its page shows: bounded in size, whatever the length of the trace. The lanes come beside it. */
export interface RunRecord {
  readonly header: TraceHeader;
  /** What tells it from other runs: its folder's name. */
  readonly title: string;
  /** Absent while the run goes on, or where it was killed. */
  readonly summary: KeptSummary | undefined;
  readonly events: number;
  readonly kinds: Readonly<Record<string, number>>;
  /** Virtual time of the last event [s]. */
  readonly now: Seconds;
  /** Of finished uploads. */
  readonly uplinkBits: number;
  readonly curve: readonly CurvePoint[];
  readonly rounds: readonly RoundRow[];
  readonly air: readonly AirHistory[];
  /** Empty where the trace has no SNR of uploads. */
  readonly gains: readonly GainRow[];
  readonly marks: readonly Mark[];
  /** Marks beyond those that are kept. */
  readonly marksLeftOut: number;
  readonly histograms: Histograms;
  readonly clients: number;
  /** (Σ x)² / (n Σ x²) over clients' used updates x: 1 where all took part alike. */
  readonly fairness: number | null;
  readonly isStalenessMeasured: boolean;
  readonly times: TimeInStates;
  readonly laneNames: readonly string[];
  /** Clients to a lane. */
  readonly groupSize: number;
}
