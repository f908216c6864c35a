import { InvariantError } from './errors.ts';

const NO_CALLS: readonly (() => void)[] = [];

/** A value that is still being worked out: it can be passed on and waited for, and is read once it is there. */
export class Later<Value> {
  #end: { readonly value: Value } | { readonly error: unknown } | undefined;
  #calls: readonly (() => void)[] = NO_CALLS;

  /** One that is there already. */
  static of<Value>(value: Value): Later<Value> {
    const later = new Later<Value>();
    later.settle(value);
    return later;
  }

  /** Whether it is there, or never will be. */
  get isSettled(): boolean {
    return this.#end !== undefined;
  }

  /** Throws what its maker threw. */
  get value(): Value {
    if (this.#end === undefined) throw new InvariantError('a value was read before it was there');
    if ('error' in this.#end) throw this.#end.error;
    return this.#end.value;
  }

  settle(value: Value): void {
    this.#conclude({ value });
  }

  fail(error: unknown): void {
    this.#conclude({ error });
  }

  /** Calls once the value is settled: at once where it is. */
  whenSettled(call: () => void): void {
    if (this.isSettled) call();
    else this.#calls = [...this.#calls, call];
  }

  #conclude(end: { readonly value: Value } | { readonly error: unknown }): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    const calls = this.#calls;
    this.#calls = NO_CALLS;
    for (const call of calls) call();
  }
}

/** A number that a step works out, or has: machines pass it on and don't look at it. */
export type Measured = number | Later<number>;

/** A number of a value that is still being worked out; it doesn't keep the rest of that value. */
export function laterNumber<Value>(of: Later<Value>, pick: (value: Value) => number): Later<number> {
  const number = new Later<number>();
  of.whenSettled(() => {
    try {
      number.settle(pick(of.value));
    } catch (error) {
      number.fail(error);
    }
  });
  return number;
}

/** Thrown where values are read that aren't there yet: whoever catches it waits for them and asks again. */
export class NotYet extends Error {
  readonly awaited: readonly Later<unknown>[];

  constructor(awaited: readonly Later<unknown>[]) {
    super('a value is not there yet');
    this.awaited = awaited;
  }
}
