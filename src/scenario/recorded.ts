import type { Availability, ClockSpread, Straggler } from '../devices/contract.ts';
import { sojournIn } from '../devices/schedules.ts';
import type { Channel } from '../network/contract.ts';
import type { RecordedGains, RecordedLink } from '../network/recorded-gains.ts';
import type { WorldPlan } from '../runtime/plan.ts';
import { invalidTable } from '../trace/csv.ts';
import { type ComputingRow, type EnvironmentTables, type GainRow, readEnvironment } from '../trace/environment.ts';
import { type Seconds, toDuration } from '../units.ts';
import { clientOf } from './recording.ts';

/**
 * The plan with what was recorded in the place of the models: of gains, clocks, compute times and availability, each where
 * the folder has a table of it, and each client that the table names. All else stays the scenario's and its seed's.
 */
export function recordedPlan(plan: WorldPlan, folder: string): WorldPlan {
  const tables = readEnvironment(folder);
  checkClients(plan, tables, folder);
  const { devices } = plan;
  return {
    ...plan,
    channel: recordedChannel(plan.channel, tables, folder),
    devices: {
      ...devices,
      clock: recordedClock(devices.clock, tables),
      straggler: recordedStraggler(devices.straggler, tables),
      availability: recordedAvailability(devices.availability, tables, folder),
    },
  };
}

function checkClients({ clients }: WorldPlan, tables: EnvironmentTables, folder: string): void {
  for (const [name, rows] of Object.entries(tables) as [string, Iterable<{ client: string }> | undefined][]) {
    const named = new Set([...(rows ?? [])].map(({ client }) => client));
    if (named.size === 0 || [...named].some((client) => clients.has(client))) continue;
    const [first] = clients.keys();
    throw invalidTable(`no client of this scenario in ${name}.csv`, folder, `name clients such as ${first}`);
  }
}

function recordedChannel(channel: Channel, { gains }: EnvironmentTables, folder: string): Channel {
  if (gains === undefined) return channel;
  if (channel.type === 'radio') return { ...channel, recorded: recordedGains([...gains], folder) };
  throw invalidTable('gains for links of fixed rate', folder, 'take a radio as channel, or the file gains.csv away');
}

/** Blocks of one length for all links, each link's from the start on and without gaps. */
function recordedGains(rows: readonly GainRow[], folder: string): RecordedGains {
  const links = new Map<string, { means: number[]; fading: number[] }>();
  const second = rows.find(({ from }) => from > 0)?.from;
  const block = second ?? Number.POSITIVE_INFINITY;
  for (const { client, server, from, meanGain, fading } of rows) {
    const name = `${client} ${server}`;
    const link = links.get(name) ?? { means: [], fading: [] };
    links.set(name, link);
    const due = link.means.length === 0 ? 0 : link.means.length * toDuration(block);
    if (toDuration(from) !== due) {
      const what = `${client} has a gain from ${from} s on`;
      throw invalidTable(what, `${folder}/gains.csv`, `give one for each block of ${block} s, from 0 s on, in order`);
    }
    link.means.push(meanGain);
    link.fading.push(fading);
  }
  const found = (name: string): RecordedLink | undefined => links.get(name);
  return { block, link: (client, server) => found(`${client} ${server}`) ?? found(`${client} `) };
}

function recordedClock(clock: ClockSpread, { clients }: EnvironmentTables): ClockSpread {
  if (clients === undefined) return clock;
  const known = new Map([...clients].map(({ client, macsPerSecond }) => [client, macsPerSecond]));
  return { macsPerSecond: (client, draws) => known.get(clientOf(draws)) ?? clock.macsPerSecond(client, draws) };
}

/**
 * The recorded time of a round's update; rounds that were not recorded take the client's others in turn. Where the nominal
 * time is another than when it was recorded, by more local steps or a slowed client, it is stretched in proportion.
 */
function recordedStraggler(straggler: Straggler, { computing }: EnvironmentTables): Straggler {
  if (computing === undefined) return straggler;
  const byClient = new Map<string, ComputingRow[]>();
  for (const row of computing) {
    const own = byClient.get(row.client) ?? [];
    byClient.set(row.client, own);
    own.push(row);
  }
  const byRound = new Map(
    [...byClient].map(([client, rows]) => [client, new Map(rows.map((row) => [row.round, row]))]),
  );
  return {
    duration(nominal, draws, round) {
      const client = clientOf(draws);
      const rows = byClient.get(client);
      if (rows === undefined) return straggler.duration(nominal, draws, round);
      const row = byRound.get(client)?.get(round) ?? (rows[(round - 1) % rows.length] as ComputingRow);
      return stretched(row, nominal);
    },
  };
}

const stretched = ({ nominal, seconds }: ComputingRow, asked: Seconds): Seconds =>
  nominal === asked || Number.isNaN(nominal) || nominal === 0 ? seconds : seconds * (asked / nominal);

function recordedAvailability(
  own: Availability,
  { availability, answers }: EnvironmentTables,
  folder: string,
): Availability {
  const spans = new Map<string, (readonly [Seconds, Seconds])[]>();
  for (const { client, from, until } of availability ?? []) {
    const known = spans.get(client) ?? [];
    spans.set(client, known);
    if (Number.isNaN(from)) continue;
    const before = known.at(-1)?.[1] ?? Number.NEGATIVE_INFINITY;
    if (!(until > from && from > before)) {
      const what = `${client} is online from ${from} s on`;
      throw invalidTable(
        what,
        `${folder}/availability.csv`,
        'give spans in order, apart from each other, that end later',
      );
    }
    known.push([from, until]);
  }
  const answered = new Map([...(answers ?? [])].map((row) => [`${row.client} ${row.round}`, row.answers]));
  return {
    ...own,
    inRound(client, round, draws, population) {
      if (answers === undefined) return own.inRound(client, round, draws, population);
      return answered.get(`${clientOf(draws)} ${round}`) ?? true;
    },
    sojourn(client, k, draws) {
      const known = spans.get(clientOf(draws));
      return known === undefined ? own.sojourn(client, k, draws) : sojournIn((index) => known[index], k);
    },
  };
}
