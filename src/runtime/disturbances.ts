import { SimulationError } from '../errors.ts';
import type { Fact } from '../event.ts';
import type { Network } from '../network/network.ts';
import type { Seconds } from '../units.ts';
import type { Actors } from './actors.ts';
import type { ComputeCost } from './compute-cost.ts';
import type { Change } from './plan.ts';
import type { Schedule } from './schedule.ts';
import type { ScriptWorld } from './script.ts';

export interface Surroundings {
  readonly actors: Actors;
  readonly network: Network;
  readonly cost: ComputeCost;
  readonly schedule: Schedule;
  readonly record: (actor: string, fact: Fact) => void;
  readonly now: () => Seconds;
}

/** Ends a passing disturbance. */
export function endDisturbance({ network, cost }: Surroundings, change: Change): void {
  if (change.type === 'unblock') network.attenuate(change.client, -change.attenuationDb);
  else cost.slow(change.client, 1 / change.factor);
}

/** The world as a script sees it: every name is checked, every act is on the record. */
export function scriptWorld(around: Surroundings): ScriptWorld {
  const { actors, network, cost, schedule, record, now } = around;
  const reject = (what: string, remedy: string): never => {
    throw new SimulationError({ what, where: `script, t = ${now()} s`, remedy, code: 'SCRIPT_TARGET' });
  };
  const actor = (name: string): string => {
    if (actors.kind(name) !== undefined) return name;
    return reject(`unknown actor: ${JSON.stringify(name)}`, `this scenario has ${span(actors.ids)}`);
  };
  const client = (name: string): string =>
    actors.kind(actor(name)) === 'client' ? name : reject(`invalid target: "${name}" is no client`, 'name a client');
  const positive = (name: string, value: unknown): number =>
    typeof value === 'number' && value > 0 ? value : reject(`invalid ${name}: ${value}`, 'pass a positive number');

  return {
    get now() {
      return now();
    },
    actors: actors.ids,
    at: (at) => ({ until: 'instant', at }),
    after: (span) => ({ until: 'instant', at: now() + span }),
    closed: (round) => ({ until: 'closed', round }),
    crash(name) {
      schedule({ to: 'actor', actor: actor(name), event: { type: 'crashed' } });
    },
    restart(name) {
      const round = actors.joiningRound(actor(name));
      schedule({ to: 'actor', actor: name, event: { type: 'restarted', round } });
    },
    cut(a, b) {
      cutOrMend(network, actor(a), b === undefined ? undefined : actor(b), true, reject);
      record('script', { type: 'link.cut', a, b: b ?? null });
    },
    mend(a, b) {
      cutOrMend(network, actor(a), b === undefined ? undefined : actor(b), false, reject);
      record('script', { type: 'link.mended', a, b: b ?? null });
    },
    block(name, { attenuationDb, lasting }) {
      network.attenuate(client(name), positive('attenuationDb', attenuationDb));
      record('script', { type: 'link.blocked', client: name, attenuationDb });
      if (lasting !== undefined) {
        schedule(
          { to: 'environment', change: { type: 'unblock', client: name, attenuationDb } },
          positive('lasting', lasting),
        );
      }
    },
    slow(name, { factor, lasting }) {
      cost.slow(client(name), positive('factor', factor));
      record('script', { type: 'client.slowed', client: name, factor });
      if (lasting !== undefined) {
        schedule({ to: 'environment', change: { type: 'unslow', client: name, factor } }, positive('lasting', lasting));
      }
    },
  };
}

function cutOrMend(
  network: Network,
  a: string,
  b: string | undefined,
  cut: boolean,
  reject: (what: string, remedy: string) => never,
): void {
  const isLink = b === undefined ? network.hasAccessLink(a) : network.isWire(a, b);
  if (!isLink) {
    reject(
      b === undefined ? `invalid target: "${a}" has no access link` : `invalid link: "${a}" – "${b}"`,
      'name a client, or two servers: cut("client-3"), cut("edge-0", "edge-1")',
    );
  }
  if (b === undefined) network.cutAccess(a, cut);
  else network.cutWire(a, b, cut);
}

/** Names by what they number: `edge-0 … edge-9, client-0 … client-49`. */
function span(names: readonly string[]): string {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const stem = name.replace(/\d+$/, '');
    groups.set(stem, [...(groups.get(stem) ?? []), name]);
  }
  return [...groups.values()].map((group) => [...new Set([group[0], group.at(-1)])].join(' … ')).join(', ');
}
