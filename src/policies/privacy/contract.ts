import type { Exposure } from '../../coding/privacy.ts';

/** What a client and its server have agreed on before the client hands over anything made of its data. */
export interface PrivacyTerms {
  /** σ_i, standard deviation of the noise on each number; Infinity where the client hands over nothing. */
  readonly deviation: number;
  /** ε_i, what one coded row tells of a record at most [bit]. */
  readonly leakage: number;
  /** R_i, what the server pays for it. */
  readonly reward: number;
}

/** Settles how much noise clients add, from how exposed the records of each are: one answer for each, in order. */
export type PrivacyPolicy = (exposures: readonly Exposure[]) => readonly PrivacyTerms[];
