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

const meanOf = (values: readonly number[]) => values.reduce((total, each) => total + each, 0) / values.length;

/** Takes a run's facts one by one; the errors are undefined where nothing was summed over the air. */
export function airTally() {
  const sums: Extract<Fact, { type: 'aggregate.received' }>[] = [];
  const snrs: number[] = [];
  return {
    take(fact: Fact): void {
      if (fact.type === 'uplink.scheduled') snrs.push(...fact.snrDb);
      if (fact.type === 'aggregate.received' && fact.senders.length > 0) sums.push(fact);
    },
    errors(): AirErrors | undefined {
      const [first] = sums;
      if (first === undefined) return undefined;
      return {
        total: meanOf(sums.map(({ totalError }) => totalError)),
        noise: meanOf(sums.map(({ noiseError }) => noiseError)),
        sampling: meanOf(sums.map(({ samplingError }) => samplingError)),
        firstExpectedNoise: first.expectedNoise,
        snrDb: meanOf(snrs),
      };
    },
  };
}
