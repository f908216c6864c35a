/** One row of a table of channel quality indicators (CQI). */
export interface QualityRow {
  /** Index, 1 … 15; 0 means out of range. */
  readonly index: number;
  /** Bits per modulated symbol: 2 QPSK, 4 16QAM, 6 64QAM. */
  readonly modulationBits: number;
  /** Code rate times 1024. */
  readonly codeRate1024: number;
  /** Least SNR at which this row is used [dB]. */
  readonly thresholdDb: number;
}

/**
 * The CQI table up to 64QAM, with switching points.
 *
 * Source: modulations and code rates are those of 3GPP TS 36.213, Table 7.2.3-1, which 3GPP TS 38.214 repeats as Table
 * 5.2.2.1-2. The standard gives no SNRs: the thresholds are the customary ones for 10 % block errors on a channel with
 * white Gaussian noise, found in many open simulators; they go back to link-level simulation (recalled, origin not
 * confirmed).
 */
export const channelQuality: readonly QualityRow[] = [
  { index: 1, modulationBits: 2, codeRate1024: 78, thresholdDb: -6.7 },
  { index: 2, modulationBits: 2, codeRate1024: 120, thresholdDb: -4.7 },
  { index: 3, modulationBits: 2, codeRate1024: 193, thresholdDb: -2.3 },
  { index: 4, modulationBits: 2, codeRate1024: 308, thresholdDb: 0.2 },
  { index: 5, modulationBits: 2, codeRate1024: 449, thresholdDb: 2.4 },
  { index: 6, modulationBits: 2, codeRate1024: 602, thresholdDb: 4.3 },
  { index: 7, modulationBits: 4, codeRate1024: 378, thresholdDb: 5.9 },
  { index: 8, modulationBits: 4, codeRate1024: 490, thresholdDb: 8.1 },
  { index: 9, modulationBits: 4, codeRate1024: 616, thresholdDb: 10.3 },
  { index: 10, modulationBits: 6, codeRate1024: 466, thresholdDb: 11.7 },
  { index: 11, modulationBits: 6, codeRate1024: 567, thresholdDb: 14.1 },
  { index: 12, modulationBits: 6, codeRate1024: 666, thresholdDb: 16.3 },
  { index: 13, modulationBits: 6, codeRate1024: 772, thresholdDb: 18.7 },
  { index: 14, modulationBits: 6, codeRate1024: 873, thresholdDb: 21 },
  { index: 15, modulationBits: 6, codeRate1024: 948, thresholdDb: 22.7 },
];

/** Information bits per symbol, which is the efficiency that the standard prints: Q_m R. */
export const efficiency = ({ modulationBits, codeRate1024 }: QualityRow): number =>
  (modulationBits * codeRate1024) / 1024;
