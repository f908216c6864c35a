import { square } from '../../math/power.ts';
import { WholeHistogram } from './histogram.ts';

/** Whose updates were used how often, and how long ago the one before was. */
export class Participation {
  readonly #counts = new Map<string, number>();
  readonly #lastRound = new Map<string, number>();
  readonly #gaps = new WholeHistogram();

  use(client: string, round: number): void {
    this.#counts.set(client, (this.#counts.get(client) ?? 0) + 1);
    const last = this.#lastRound.get(client);
    if (last !== undefined && round > last) this.#gaps.add(round - last);
    this.#lastRound.set(client, round);
  }

  get gaps(): WholeHistogram {
    return this.#gaps;
  }

  /** Of `clients` in all, those that never took part among them. */
  summary(clients: number) {
    const shares = new WholeHistogram();
    const absent = Math.max(0, clients - this.#counts.size);
    if (absent > 0) shares.add(0, absent);
    let [sum, squares] = [0, 0];
    for (const count of this.#counts.values()) {
      shares.add(count);
      sum += count;
      squares += count * count;
    }
    const all = this.#counts.size + absent;
    return { bins: shares.bins, fairness: squares > 0 ? square(sum) / (all * squares) : null };
  }
}
