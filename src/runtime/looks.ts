import { Later, type Measured, NotYet } from '../later.ts';

/**
 * What policies look at. A number may not be there when a policy reads it: then the decision is broken off, and made anew
 * once the number is there, at the same instant and before anything else happens. Nothing may have changed by it until then.
 */
export class Looks {
  /** Whether a policy of this run has looked at numbers before. */
  #isUsed = false;
  #missing: Later<number>[] = [];

  /** A number that a policy reads. Throws `NotYet` where it isn't there. */
  at(measured: Measured | undefined): number | undefined {
    this.#isUsed = true;
    if (!(measured instanceof Later)) return measured;
    if (measured.isSettled) return measured.value;
    this.#missing.push(measured);
    throw new NotYet([measured]);
  }

  /**
   * Lets policies decide. Where they are known to look, all that they may look at is waited for at once.
   *
   * @throws NotYet
   */
  decide<Decision>(numbers: () => readonly (Measured | undefined)[], make: () => Decision): Decision {
    if (this.#isUsed) {
      const open = numbers().filter((each) => each instanceof Later && !each.isSettled);
      if (open.length > 0) throw new NotYet(open as Later<number>[]);
    }
    this.#missing = [];
    try {
      const made = make();
      // A policy may have caught what a look throws.
      if (this.#missing.length === 0) return made;
    } catch (error) {
      if (this.#missing.length === 0) throw error;
    }
    throw new NotYet(this.#missing);
  }
}
