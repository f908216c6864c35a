/** A model on its way: numbers for steps, a digest for the trace. Machines pass it on and never look inside. */
export interface ModelVersion {
  /** Undefined in a timing-only run, which has a digest `-`; else that is of these bytes, 16 hexadecimal digits. */
  readonly parameters: Float32Array | Float64Array | undefined;
  readonly digest: string;
}

/** A vector that a server or a client remembers, by name: one of its own, or another actor's. */
export interface MemorySlot {
  readonly slot: string;
  readonly model: ModelVersion;
}

/** What each local step adds to its gradient: `plus` − `minus`, each where it is there. c and c_i of SCAFFOLD. */
export interface ControlVariate {
  readonly plus?: ModelVersion;
  readonly minus?: ModelVersion;
}
