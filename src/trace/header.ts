/**
 * Version of the trace's form. A reader refuses any other.
 *
 * 2: each line carries a checksum, `crc`. 3: draws of a client's update are numbered by its own updates.
 */
export const TRACE_SCHEMA = 3;

/** Where a scenario came from, and what the command line changed in it. */
export interface TraceSource {
  /** Name of a shipped scenario, or path of a module from the folder in which the run was started. */
  readonly scenario: string;
  readonly exportName?: string;
  /** Overrides, `key=value`, in order. */
  readonly set: readonly string[];
  /** What was different from an instant on, where the run is a fork of another. */
  readonly fork?: { readonly at: number; readonly set: readonly string[]; readonly policy?: string };
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
