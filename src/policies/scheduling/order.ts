type Key<Value> = (value: Value) => number;

/**
 * Compares by a number, smallest first; ties and Infinity against Infinity are 0, so a stable sort keeps id order.
 */
export const ascending =
  <Value>(key: Key<Value>) =>
  (a: Value, b: Value): number =>
    Number(key(a) > key(b)) - Number(key(a) < key(b));

/** Compares by a number, largest first. */
export const descending = <Value>(key: Key<Value>): ((a: Value, b: Value) => number) =>
  ascending((value) => -key(value));
