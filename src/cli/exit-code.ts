/** How `fadelab` ends, for scripts that start it. */
export const exitCode = {
  fine: 0,
  /** Something that doctor looked for is missing. */
  unwell: 1,
  /** What the user gave is wrong. */
  misuse: 2,
  /** Our mistake, as in sysexits.h. */
  bug: 70,
  /** Ended by Ctrl-C, after a clean finish. */
  interrupted: 130,
} as const;

/** Ended by Ctrl-C, with everything put away. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
