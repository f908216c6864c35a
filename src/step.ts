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
  /** More input, that is one and the same object in many steps: it travels to a thread once, not with each of them. */
  readonly common?: object;
  /** Whether it costs less than a message to a thread and back: then it runs where it is asked for. */
  readonly isSmall?: boolean;
}

/** All that a step's function gets. Spreading objects of many fields would cost twenty times as much. */
export const inputOf = ({ input, common }: Step): unknown =>
  common === undefined ? input : Object.assign({}, common, input);
