import type { TraceHeader } from '../../trace/header.ts';
import type { TraceEvent } from '../../trace/reader.ts';
import type { KeptSummary } from '../read-summary.ts';
import { AirHistories } from './air.ts';
import { GainTable } from './gains.ts';
import { LogHistogram, WholeHistogram } from './histogram.ts';
import { LANE_BOUNDS, type LaneBounds, Lanes, type NamedLane } from './lanes.ts';
import { Participation } from './participation.ts';
import type { CurvePoint, Mark, RunRecord } from './record.ts';
import { RoundTable } from './rounds.ts';
import { Series } from './series.ts';
import { isClient } from './states.ts';

const POINTS_MOST = 1024;
const MARKS_MOST = 200;
const NANOSECONDS = 1e9;
/** Bins of SNR are this wide, so that those of several runs fit over each other [dB]. */
const SNR_STEP_DB = 2;

/** What marks say of a script's or the environment's acts. */
const MARKED: Readonly<Record<string, (event: TraceEvent) => string>> = {
  crashed: ({ actor }) => `${actor} crashed`,
  restarted: ({ actor }) => `${actor} restarted`,
  'link.cut': ({ a, b }) => `link ${a}${b === null ? '' : ` – ${b}`} cut`,
  'link.mended': ({ a, b }) => `link ${a}${b === null ? '' : ` – ${b}`} mended`,
  'link.blocked': ({ client, attenuationDb }) => `${client} blocked by ${attenuationDb} dB`,
  'client.slowed': ({ client, factor }) => `${client} slowed down ${factor} ×`,
  'battery.empty': ({ actor }) => `battery of ${actor} empty`,
};

/** Which run it is. */
export type RunIdentity = Pick<RunRecord, 'header' | 'title'>;

/** A run as its page shows it, and its lanes. */
export interface Reduced {
  readonly record: RunRecord;
  readonly lanes: readonly NamedLane[];
}

/** Takes in the events of a run one by one, in bounded memory, and says at any time what there is to show. */
export class Reducer {
  readonly #run: RunIdentity;
  readonly #lanes: Lanes;
  readonly #curve = new Series<CurvePoint>(POINTS_MOST);
  readonly #air = new AirHistories();
  readonly #rounds = new RoundTable();
  readonly #marks: Mark[] = [];
  #marksLeftOut = 0;
  readonly #participation = new Participation();
  readonly #kinds = new Map<string, number>();
  readonly #training = new Map<string, number>();
  readonly #uploadRate = new LogHistogram();
  readonly #uploadSeconds = new LogHistogram();
  readonly #computeSeconds = new LogHistogram();
  readonly #snrDb = new WholeHistogram(SNR_STEP_DB);
  readonly #gains = new GainTable();
  readonly #staleness = new WholeHistogram();
  readonly #discarded = new WholeHistogram();
  #uplinkBits = 0;
  #events = 0;
  #now = 0;

  constructor(run: RunIdentity, bounds: LaneBounds = LANE_BOUNDS) {
    this.#run = run;
    this.#lanes = new Lanes(bounds);
  }

  get events(): number {
    return this.#events;
  }

  see(event: TraceEvent): void {
    this.#events++;
    this.#now = event.at;
    this.#kinds.set(event.kind, (this.#kinds.get(event.kind) ?? 0) + 1);
    this.#lanes.see(event);
    this.#air.see(event);
    if (MARKED[event.kind] !== undefined) this.#mark(event);
    SEEN[event.kind]?.(this, event);
  }

  end(summary: KeptSummary | undefined): Reduced {
    const { lanes, times, groupSize } = this.#lanes.upToNow();
    const clients = clientsOf(this.#run.header) ?? lanes.filter(({ name }) => isClient(name)).length;
    const { bins: participation, fairness } = this.#participation.summary(clients);
    const isStalenessMeasured = this.#staleness.bins.length > 0;
    const record: RunRecord = {
      ...{ ...this.#run, summary, events: this.#events, now: this.#now / NANOSECONDS },
      uplinkBits: this.#uplinkBits,
      kinds: Object.fromEntries([...this.#kinds].sort(([, a], [, b]) => b - a)),
      ...{ curve: this.#curve.rows, rounds: this.#rounds.rows, air: this.#air.histories },
      ...{ marks: this.#marks, marksLeftOut: this.#marksLeftOut, clients, fairness, isStalenessMeasured },
      gains: this.#gains.rows,
      histograms: {
        uploadRate: this.#uploadRate.bins,
        uploadSeconds: this.#uploadSeconds.bins,
        computeSeconds: this.#computeSeconds.bins,
        snrDb: this.#snrDb.bins,
        participation,
        staleness: (isStalenessMeasured ? this.#staleness : this.#participation.gaps).bins,
        discarded: this.#discarded.bins,
      },
      ...{ times, groupSize, laneNames: lanes.map(({ name }) => name) },
    };
    return { record, lanes };
  }

  score({ at, round, accuracy, loss, consensusError, iteration }: TraceEvent): void {
    if (iteration !== undefined) return;
    this.#curve.add({
      ...{ at: at / NANOSECONDS, round: numeric(round) ?? 0, uplinkBits: this.#uplinkBits },
      ...{ accuracy: numeric(accuracy), loss: numeric(loss), consensusError: numeric(consensusError) },
    });
  }

  beginTraining({ at, actor }: TraceEvent): void {
    if (isClient(actor)) this.#training.set(actor, at);
  }

  endTraining({ at, actor }: TraceEvent): void {
    const began = this.#training.get(actor);
    this.#training.delete(actor);
    if (began !== undefined) this.#computeSeconds.add((at - began) / NANOSECONDS);
  }

  upload({ at, actor, bits, seconds, snrDb }: TraceEvent): void {
    this.#uplinkBits += Number(bits);
    this.#uploadSeconds.add(Number(seconds));
    this.#uploadRate.add(Number(bits) / Number(seconds));
    if (typeof snrDb !== 'number') return;
    this.#snrDb.add(Math.round(snrDb));
    this.#gains.add(at / NANOSECONDS - Number(seconds), actor, snrDb);
  }

  use({ from, round }: TraceEvent): void {
    if (isClient(String(from))) this.#participation.use(String(from), Number(round));
  }

  hear({ snrDb }: TraceEvent): void {
    for (const each of listed(snrDb)) if (typeof each === 'number') this.#snrDb.add(Math.round(each));
  }

  sum({ senders, round }: TraceEvent): void {
    for (const each of listed(senders)) this.#participation.use(String(each), Number(round));
  }

  close({ at, round, admitted, lost, staleness, discarded }: TraceEvent): void {
    this.#rounds.add(Number(round), { at: at / NANOSECONDS, admitted: Number(admitted), lost: Number(lost) });
    for (const each of listed(staleness)) this.#staleness.add(Number(each));
    for (const each of listed(discarded)) this.#discarded.add(Number(each));
  }

  mix({ staleness }: TraceEvent): void {
    for (const each of listed(staleness)) this.#staleness.add(Number(each));
  }

  #mark(event: TraceEvent): void {
    if (this.#marks.length >= MARKS_MOST) this.#marksLeftOut++;
    else {
      const what = MARKED[event.kind]?.(event) ?? event.kind;
      this.#marks.push({ at: event.at / NANOSECONDS, actor: String(event.client ?? event.actor), what });
    }
  }
}

const SEEN: Readonly<Record<string, (reducer: Reducer, event: TraceEvent) => void>> = {
  'model.evaluated': (reducer, event) => reducer.score(event),
  'model.received': (reducer, event) => reducer.beginTraining(event),
  'training.finished': (reducer, event) => reducer.endTraining(event),
  'upload.finished': (reducer, event) => reducer.upload(event),
  'update.received': (reducer, event) => reducer.use(event),
  'uplink.scheduled': (reducer, event) => reducer.hear(event),
  'aggregate.received': (reducer, event) => reducer.sum(event),
  'round.closed': (reducer, event) => reducer.close(event),
  'models.mixed': (reducer, event) => reducer.mix(event),
};

const numeric = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** How many clients the options speak of. */
function clientsOf({ options }: TraceHeader): number | undefined {
  const topology = (options as { readonly topology?: unknown } | undefined)?.topology;
  if (typeof topology !== 'object' || topology === null) return undefined;
  const [first] = Object.values(topology) as ({ readonly clients?: unknown } | undefined)[];
  return typeof first?.clients === 'number' ? first.clients : undefined;
}
