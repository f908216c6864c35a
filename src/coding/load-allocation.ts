import { assert } from '../assert.ts';
import type { Seconds } from '../units.ts';
import { arrivalProbability, triesWithin } from './arrival-probability.ts';

/** How fast a client is, as far as its server knows. */
export interface Pace {
  /** 1/μ, time for one row of its data [s]. */
  readonly secondsPerRow: Seconds;
  /** 1/α, mean of the exponential excess of a computing time, as a share of it; 0 for none. */
  readonly excess: number;
  /** What else is certain of a round, such as a download [s]. */
  readonly before: Seconds;
  /** τ, one try of a transfer [s]. */
  readonly attempt: Seconds;
  /** e, that a try is lost. */
  readonly lost: number;
  /** Transfers of a round that are tried until received; 1 by default. */
  readonly transfers?: 1 | 2;
}

/** A client's part in each round. */
export interface Load {
  /** ℓ, rows that it works on. */
  readonly rows: number;
  /** P(T ≤ t), that the result is there in time. */
  readonly probability: number;
}

/** E[R(t; ℓ)] = ℓ P(T ≤ t),   T = ℓ/μ + Exp(α μ/ℓ) + ν τ: rows whose result is there by an instant, in the mean. */
export const expectedReturn = (time: Seconds, rows: number, pace: Pace): number =>
  rows === 0 ? 0 : rows * chance(time, rows, pace);

function chance(time: Seconds, rows: number, pace: Pace): number {
  const computing = rows * pace.secondsPerRow;
  return arrivalProbability(time, {
    ...{ before: pace.before + computing, attempt: pace.attempt, probability: pace.lost },
    ...(pace.excess === 0 ? {} : { excessRate: 1 / (pace.excess * computing) }),
    ...(pace.transfers === undefined ? {} : { transfers: pace.transfers }),
  });
}

/** Tries more than which are needed less often than this make no difference to a load. */
const NEGLIGIBLE = 1e-12;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const TURNS = 60;

/**
 * The load of largest expected return by an instant, a real number up to the rows that there are.
 *
 * E[R] is concave in ℓ between the loads μ (t − k τ) at which one try fewer has time, so the best of each piece is found by
 * golden-section search; without an excess it rises up to each of these loads, and falls there.
 */
export const bestLoad = (time: Seconds, most: number, pace: Pace): number =>
  bestOf(piecewiseBests(time, most, pace), time, pace);

/** Of equal ones the first; 0 where none returns anything. */
const bestOf = (loads: readonly number[], time: Seconds, pace: Pace): number =>
  loads.reduce((best, load) => (expectedReturn(time, load, pace) > expectedReturn(time, best, pace) ? load : best), 0);

/** The best load with so many tries in time, for each number of tries. */
function piecewiseBests(time: Seconds, most: number, pace: Pace): number[] {
  const { secondsPerRow, excess, before, attempt, lost, transfers = 1 } = pace;
  const slack = time - before;
  const enough = lost === 0 ? transfers : transfers + Math.ceil(Math.log(NEGLIGIBLE) / Math.log(lost));
  const tries = Math.min(triesWithin(slack, attempt), enough);
  const returned = (load: number) => expectedReturn(time, load, pace);
  const bests: number[] = [];
  for (let k: number = transfers; k <= tries; k += 1) {
    const end = Math.min(most, (slack - k * attempt) / secondsPerRow);
    const start = k === tries ? 0 : Math.min(end, Math.max(0, (slack - (k + 1) * attempt) / secondsPerRow));
    bests.push(excess === 0 ? end : highest(returned, start, end));
  }
  return bests;
}

/** Where a concave function is highest on an interval. */
function highest(of: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [of(left), of(right)];
  for (let turn = 0; turn < TURNS; turn += 1) {
    if (atLeft < atRight) {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = of(right);
    } else {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = of(left);
    }
  }
  // At the border the search only comes near.
  return [to, (low + high) / 2].reduce((best, x) => (of(x) > of(best) ? x : best), from);
}

/** The same in whole rows: rounding may cost the best piece more than the next best one. */
function wholeLoad(time: Seconds, most: number, pace: Pace): number {
  const bests = piecewiseBests(time, most, pace);
  return bestOf(
    bests.flatMap((best) => [Math.floor(best), Math.min(most, Math.ceil(best))]),
    time,
    pace,
  );
}

/** The best loads of all clients for a deadline. @param rows l_i, of each client */
export const loadsAt = (deadline: Seconds, rows: readonly number[], paces: readonly Pace[]): Load[] =>
  paces.map((pace, i) => {
    const load = wholeLoad(deadline, rows[i] as number, pace);
    return { rows: load, probability: load === 0 ? 0 : chance(deadline, load, pace) };
  });

/** Halvings of the deadline, down to a billionth of it. */
const HALVINGS = 40;
/** Doublings of a first guess of one second. */
const DOUBLINGS = 60;

/**
 * The earliest deadline by which the clients' best loads return so many rows in the mean,
 *
 *   t* = min { t : Σ_i max_ℓ E[R_i(t; ℓ)] ≥ target },
 *
 * for the server's code to stand in for the rest. The sum never falls with t, since each E[R_i(t; ℓ)] never does.
 *
 * Source: load allocation of Prakash et al., Coded computing for low-latency federated learning over wireless edge networks,
 * IEEE J. Sel. Areas Commun. 39 (1), 2021 (CodedFedL), recalled, with target m − c.
 */
export function earliestDeadline(target: number, rows: readonly number[], paces: readonly Pace[]): Seconds {
  const all = rows.reduce((sum, each) => sum + each, 0);
  assert(target > 0 && target < all, 'some rows are for clients to return, and not all of them');
  const returned = (time: Seconds): number =>
    loadsAt(time, rows, paces).reduce((sum, { rows: load, probability }) => sum + load * probability, 0);
  let high = 1;
  for (let turn = 0; turn < DOUBLINGS && returned(high) < target; turn += 1) high *= 2;
  let low = 0;
  for (let turn = 0; turn < HALVINGS; turn += 1) {
    const middle = (low + high) / 2;
    if (returned(middle) >= target) high = middle;
    else low = middle;
  }
  return high;
}
