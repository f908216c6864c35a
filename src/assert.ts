import { InvariantError } from './errors.ts';

/** States what must hold in our own code; never for a user's input. Stays on in production. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new InvariantError(what);
}

/** The value, which must be there by construction. */
export function present<Value>(value: Value | undefined | null, what: string): Value {
  if (value === undefined || value === null) throw new InvariantError(`missing ${what}`);
  return value;
}
