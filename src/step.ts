/**
 * A step: a pure function named by module and export, with everything that it needs. Compute threads import the module
 * and call the function; it holds no state, so the same step gives the same bits on any thread, as often as it is run.
 */
export interface Step<Input = unknown> {
  /** URL of the module, its own `import.meta.url`. */
  readonly module: string;
  /** The exported function, `(input) => output` or a promise of it. */
  readonly name: string;
  /** Structured-cloneable; large arrays lie in shared memory. */
  readonly input: Input;
}
