/**
 * Version of the trace's form. A reader refuses any other.
 *
 * 2: each line carries a checksum, `crc`. 3: draws of a client's update are numbered by its own updates.
 */
export const TRACE_SCHEMA = 3;

/** Where a scenario came from, and what the command line changed in it. */
export interface TraceSource {
  /**
   * The folder from which paths of modules lead, as a path from the trace's own folder. Absent where the trace went elsewhere
   * than below the folder in which the run was started: then they lead from wherever a reader is.
   */
  readonly base?: string;
  /** Name of a shipped scenario, or path of a module. */
  readonly scenario: string;
  readonly exportName?: string;
  /** Overrides, `key=value`, in order: of a part by its name, or its module's path and export, first, then of its options. */
  readonly set: readonly string[];
  /** What was different from an instant on, where the run is a fork of another. */
  readonly fork?: { readonly at: number; readonly set: readonly string[] };
}

/** The first line of a trace: how to make the run again. It says nothing of threads, machine or wall time. */
export interface TraceHeader {
  readonly fadelab: 'trace';
  readonly schema: number;
  readonly version: string;
  readonly node: string;
  readonly scenario: string;
  readonly seed: number;
  readonly backend: string;
  /** Absent where a program ran the scenario. */
  readonly source?: TraceSource;
  readonly task: Readonly<Record<string, unknown>>;
  readonly options: unknown;
}
