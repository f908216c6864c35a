/** Errors of the over-the-air sums of one run, each a mean over its sums. */
export interface AirErrors {
  /** ‖ŷ − Σ ρ Δ‖², ‖ŷ − Σ ω Δ‖² and ‖Σ ω Δ − Σ ρ Δ‖². */
  readonly total: number;
  readonly noise: number;
  readonly sampling: number;
  /** D V σ² / η of the first sum. */
  readonly firstExpectedNoise: number;
}

interface Sum {
  readonly senders: readonly string[];
  readonly totalError: number;
  readonly noiseError: number;
  readonly samplingError: number;
  readonly expectedNoise: number;
}

const MARK = '"kind":"aggregate.received"';

/** From the lines of a trace; undefined where nothing was summed over the air. */
export function airErrors(trace: readonly string[]): AirErrors | undefined {
  const sums = trace.flatMap((line) => (line.includes(MARK) ? [JSON.parse(line) as Sum] : []));
  const heard = sums.filter(({ senders }) => senders.length > 0);
  const [first] = heard;
  if (first === undefined) return undefined;
  const mean = (of: (sum: Sum) => number) => heard.reduce((total, each) => total + of(each), 0) / heard.length;
  return {
    total: mean(({ totalError }) => totalError),
    noise: mean(({ noiseError }) => noiseError),
    sampling: mean(({ samplingError }) => samplingError),
    firstExpectedNoise: first.expectedNoise,
  };
}
