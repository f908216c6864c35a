/** The largest of some numbers, however many: as arguments of `Math.max` some 120,000 overflow the stack. −∞ of none. */
export const largest = (values: Iterable<number>): number => {
  let most = Number.NEGATIVE_INFINITY;
  for (const each of values) most = Math.max(most, each);
  return most;
};

/** The smallest of some numbers; ∞ of none. */
export const smallest = (values: Iterable<number>): number => {
  let least = Number.POSITIVE_INFINITY;
  for (const each of values) least = Math.min(least, each);
  return least;
};
