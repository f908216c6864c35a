import type { Parameters } from './contract.ts';

/** A control variate as vectors, as long as the parameters; each counts as 0 where it is left out. */
export interface Control {
  readonly plus?: Parameters;
  readonly minus?: Parameters;
}

/** What it adds to entry j of a gradient. */
export const controlAt = ({ plus, minus }: Control, j: number): number => (plus?.[j] ?? 0) - (minus?.[j] ?? 0);

/** The same for the first `count` entries. */
export const correctionOf = (control: Control, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, j) => controlAt(control, j));
