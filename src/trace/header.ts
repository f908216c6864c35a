/** Version of the trace's form. A reader refuses any other. */
export const TRACE_SCHEMA = 1;

/** The first line of a trace: how to make the run again. It says nothing of threads, machine or wall time. */
export interface TraceHeader {
  readonly fadelab: 'trace';
  readonly schema: number;
  readonly version: string;
  readonly node: string;
  readonly scenario: string;
  readonly seed: number;
  readonly backend: string;
  readonly task: Readonly<Record<string, unknown>>;
  readonly options: unknown;
}
