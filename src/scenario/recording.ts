import type { Availability, ClockSpread, Straggler } from '../devices/contract.ts';
import type { Network } from '../network/network.ts';
import type { WorldPlan } from '../runtime/plan.ts';
import type { ComputingRow, EnvironmentTables, OnlineRow } from '../trace/environment.ts';
import { type Duration, toDuration, toSeconds } from '../units.ts';

type Key = string;

/** The client that a stream of draws belongs to: its name is the first part of the stream's. */
export const clientOf = ({ name }: { readonly name: string }): string => name.slice(0, name.lastIndexOf('/'));

/**
 * Writes down what a run's models say while it asks them: nothing in the run changes by that.
 *
 * @returns the plan to run, and a function that gives the tables when it is over
 */
export function recordingPlan(plan: WorldPlan) {
  const clients = new Map<string, number>();
  const computing = new Map<Key, ComputingRow>();
  const answers = new Map<Key, { client: string; round: number; answers: boolean }>();
  const sojourns = new Map<string, Map<number, Duration>>();
  const { clock, straggler, availability } = plan.devices;
  const recordedClock: ClockSpread = {
    macsPerSecond(client, draws) {
      const macsPerSecond = clock.macsPerSecond(client, draws);
      clients.set(clientOf(draws), macsPerSecond);
      return macsPerSecond;
    },
  };
  const recordedStraggler: Straggler = {
    duration(nominal, draws, round) {
      const seconds = straggler.duration(nominal, draws, round);
      const client = clientOf(draws);
      computing.set(`${client} ${round}`, { client, round, nominal, seconds });
      return seconds;
    },
  };
  const recordedAvailability: Availability = {
    ...availability,
    inRound(index, round, draws, population) {
      const client = clientOf(draws);
      const answer = availability.inRound(index, round, draws, population);
      answers.set(`${client} ${round}`, { client, round, answers: answer });
      return answer;
    },
    sojourn(index, k, draws) {
      const seconds = availability.sojourn(index, k, draws);
      const own = sojourns.get(clientOf(draws)) ?? new Map<number, Duration>();
      sojourns.set(clientOf(draws), own.set(k, toDuration(seconds)));
      return seconds;
    },
  };
  const tables = (network: Network): EnvironmentTables => ({
    gains: plan.channel.type === 'radio' ? network.air.gains() : undefined,
    computing: inOrder(plan, [...computing.values()]),
    clients: inOrder(
      plan,
      [...clients].map(([client, macsPerSecond]) => ({ client, macsPerSecond, round: 0 })),
    ),
    availability: [...sojourns].flatMap(([client, own]) => onlineRows(client, own)),
    answers: inOrder(plan, [...answers.values()]),
  });
  const devices = { clock: recordedClock, straggler: recordedStraggler, availability: recordedAvailability };
  return { plan: { ...plan, devices: { ...plan.devices, ...devices } }, tables };
}

/** By client, then by round. */
function inOrder<Each extends { readonly client: string; readonly round: number }>(
  { clients }: WorldPlan,
  rows: readonly Each[],
): readonly Each[] {
  const place = ({ client }: Each): number => clients.get(client)?.index ?? 0;
  return rows.toSorted((a, b) => place(a) - place(b) || a.round - b.round);
}

/** Sojourns one after the other as spans; a client that never is online has a row without ends. */
function onlineRows(client: string, sojourns: ReadonlyMap<number, Duration>): OnlineRow[] {
  const rows: OnlineRow[] = [];
  let at = 0;
  for (let k = 0; sojourns.has(k); k++) {
    const span = sojourns.get(k) as Duration;
    const until = at + span;
    if (k % 2 === 0 && span > 0) rows.push({ client, from: inSeconds(at), until: inSeconds(until) });
    at = until;
  }
  return rows.length > 0 ? rows : [{ client, from: Number.NaN, until: Number.POSITIVE_INFINITY }];
}

const inSeconds = (nanoseconds: number): number => toSeconds(nanoseconds as Duration);
