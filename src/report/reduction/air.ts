import type { TraceEvent } from '../../trace/reader.ts';
import { type AirRound, airRoundReader } from '../air-rounds.ts';
import type { AirHistory } from './record.ts';
import { Series } from './series.ts';

const FIGURES_MOST = 512;
/** Clients times rounds that are kept by name. */
const MEMBERS_MOST = 8000;
const ROUNDS_LEAST = 8;
/** A page shows some servers, not hundreds. */
const SERVERS_MOST = 8;

interface Kept {
  readonly figures: Series<AirRound>;
  readonly members: Series<AirRound>;
}

/** Keeps what rounds over the air leave on record, at the first servers that have any. */
export class AirHistories {
  readonly #read = airRoundReader();
  readonly #servers = new Map<string, Kept>();

  see(event: TraceEvent): void {
    const round = this.#read(event);
    if (round === undefined) return;
    const kept = this.#keptFor(event.actor, round);
    kept?.figures.add({ ...round, candidates: [], probabilities: undefined, cohort: [], weights: [], senders: [] });
    kept?.members.add(round);
  }

  get histories(): readonly AirHistory[] {
    return [...this.#servers].map(([server, { figures, members }]) => ({
      ...{ server, count: figures.count, figures: figures.rows, members: members.rows },
    }));
  }

  #keptFor(server: string, { candidates }: AirRound): Kept | undefined {
    const found = this.#servers.get(server);
    if (found !== undefined || this.#servers.size >= SERVERS_MOST) return found;
    const most = Math.max(ROUNDS_LEAST, Math.floor(MEMBERS_MOST / Math.max(1, candidates.length)));
    const kept = { figures: new Series<AirRound>(FIGURES_MOST), members: new Series<AirRound>(most) };
    this.#servers.set(server, kept);
    return kept;
  }
}
