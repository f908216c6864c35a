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

interface Sum {
  readonly senders: readonly string[];
  readonly totalError: number;
  readonly noiseError: number;
  readonly samplingError: number;
  readonly expectedNoise: number;
}

const MARK = '"kind":"aggregate.received"';
const GRANTS = '"kind":"uplink.scheduled"';
const meanOf = (values: readonly number[]) => values.reduce((total, each) => total + each, 0) / values.length;

/** From the lines of a trace; undefined where nothing was summed over the air. */
export function airErrors(trace: readonly string[]): AirErrors | undefined {
  const sums = trace.flatMap((line) => (line.includes(MARK) ? [JSON.parse(line) as Sum] : []));
  const heard = sums.filter(({ senders }) => senders.length > 0);
  const [first] = heard;
  if (first === undefined) return undefined;
  const mean = (of: (sum: Sum) => number) => meanOf(heard.map(of));
  const snrs = trace.flatMap((line) => (line.includes(GRANTS) ? (JSON.parse(line) as { snrDb: number[] }).snrDb : []));
  return {
    total: mean(({ totalError }) => totalError),
    noise: mean(({ noiseError }) => noiseError),
    sampling: mean(({ samplingError }) => samplingError),
    firstExpectedNoise: first.expectedNoise,
    snrDb: meanOf(snrs),
  };
}
