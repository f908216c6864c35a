import type { TraceEvent } from '../trace/reader.ts';

/** One round of a server whose members' updates add up in the air, as its trace has it. NaN where nobody knows. */
export interface AirRound {
  readonly round: number;
  /** Those that could have sent, in id order. */
  readonly candidates: readonly string[];
  /** Of each candidate, where the policy draws. */
  readonly probabilities: readonly number[] | undefined;
  /** Whom the policy granted the air, with their weights ω. */
  readonly cohort: readonly string[];
  readonly weights: readonly number[];
  /** Those among them that began to send. */
  readonly senders: readonly string[];
  /** η = ζ². */
  readonly denoisingFactor: number;
  readonly expectedNoise: number;
  readonly noiseError: number;
  readonly expectedSampling: number;
  readonly samplingError: number;
  readonly totalError: number;
  readonly snrDb: number;
  /** Transmit energy [J]. */
  readonly joules: number;
}

type Drawn = Pick<AirRound, 'candidates' | 'probabilities'>;
type Granted = Drawn & Pick<AirRound, 'cohort' | 'weights'>;

/** Rounds over the air by server, in the order in which servers first appear. Reads the events once. */
export function airRounds(events: Iterable<TraceEvent>): Map<string, AirRound[]> {
  const rounds = new Map<string, AirRound[]>();
  const next = airRoundReader();
  for (const event of events) {
    const round = next(event);
    if (round === undefined) continue;
    if (!rounds.has(event.actor)) rounds.set(event.actor, []);
    rounds.get(event.actor)?.push(round);
  }
  return rounds;
}

/** Takes events one by one; the one that ends a round over the air at its actor returns that round. */
export function airRoundReader(): (event: TraceEvent) => AirRound | undefined {
  const drawn = new Map<string, Drawn>();
  const granted = new Map<string, Granted>();
  return (event) => {
    if (event.kind === 'cohort.scheduled') drawn.set(event.actor, drawnIn(event));
    else if (event.kind === 'uplink.scheduled') granted.set(event.actor, grantedIn(event, drawn.get(event.actor)));
    else if (event.kind === 'aggregate.received') {
      const schedule = granted.get(event.actor);
      return schedule && { ...schedule, ...cameOf(event) };
    }
    return undefined;
  };
}

const list = <Value>(value: unknown): readonly Value[] => (Array.isArray(value) ? (value as Value[]) : []);
const number = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);

const drawnIn = ({ candidates, probabilities }: TraceEvent): Drawn => ({
  candidates: list<string>(candidates),
  probabilities: Array.isArray(probabilities) ? (probabilities as number[]) : undefined,
});

/** Where clients are drawn before they compute, the probabilities are those of that draw. */
function grantedIn(event: TraceEvent, before: Drawn | undefined): Granted {
  const own = drawnIn(event);
  const whole = own.probabilities === undefined && before?.probabilities !== undefined ? before : own;
  return { ...whole, cohort: list<string>(event.cohort), weights: list<number>(event.weights) };
}

const cameOf = (event: TraceEvent) => ({
  round: number(event.round),
  senders: list<string>(event.senders),
  denoisingFactor: number(event.denoisingFactor),
  expectedNoise: number(event.expectedNoise),
  noiseError: number(event.noiseError),
  expectedSampling: number(event.expectedSampling),
  samplingError: number(event.samplingError),
  totalError: number(event.totalError),
  snrDb: number(event.snrDb),
  joules: number(event.joules),
});
