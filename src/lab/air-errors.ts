import type { Fact } from '../event.ts';

/** Errors of the over-the-air sums of one run, each a mean over its sums. */
export interface AirErrors {
  /** ‖ŷ − Σ ρ Δ‖², ‖ŷ − Σ ω Δ‖² and ‖Σ ω Δ − Σ ρ Δ‖². */
  readonly total: number;
  readonly noise: number;
  readonly sampling: number;
  /** D V σ² / η of the first sum. */
  readonly firstExpectedNoise: number;
  /** P |h|² / σ² of one client, as its server believed: mean in dB over all that could have sent. */
  readonly snrDb: number;
}

/** Takes a run's facts one by one, and keeps no more than sums; the errors are undefined where nothing was summed over the air. */
export function airTally() {
  const tally = { sums: 0, total: 0, noise: 0, sampling: 0, candidates: 0, snrDb: 0 };
  let firstExpectedNoise: number | undefined;
  return {
    take(fact: Fact): void {
      if (fact.type === 'uplink.scheduled') {
        tally.candidates += fact.snrDb.length;
        for (const snrDb of fact.snrDb) tally.snrDb += snrDb;
      }
      if (fact.type !== 'aggregate.received' || fact.senders.length === 0) return;
      firstExpectedNoise ??= fact.expectedNoise;
      tally.sums++;
      tally.total += fact.totalError;
      tally.noise += fact.noiseError;
      tally.sampling += fact.samplingError;
    },
    errors(): AirErrors | undefined {
      if (firstExpectedNoise === undefined) return undefined;
      const { sums, total, noise, sampling, candidates, snrDb } = tally;
      const means = { total: total / sums, noise: noise / sums, sampling: sampling / sums };
      return { ...means, firstExpectedNoise, snrDb: snrDb / candidates };
    },
  };
}
