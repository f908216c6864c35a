/** The part of jStat that we use; the package brings no types. */
declare module 'jstat' {
  const jStat: {
    readonly studentt: {
      cdf(x: number, degrees: number): number;
      inv(p: number, degrees: number): number;
    };
    readonly noncentralt: { cdf(x: number, degrees: number, shift: number): number };
  };
  export = jStat;
}
