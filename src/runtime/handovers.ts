import { present } from '../assert.ts';
import type { ActorEvent } from '../event.ts';
import type { Network } from '../network/network.ts';
import type { Reach } from '../policies/handover/contract.ts';
import type { Seconds } from '../units.ts';
import type { Actors } from './actors.ts';
import type { MemberBook } from './member-book.ts';
import type { Pending, WorldPlan } from './plan.ts';
import { asked, policyError, show } from './policy-guard.ts';
import type { Schedule } from './schedule.ts';

export interface HandoverSurroundings {
  readonly plan: WorldPlan;
  readonly actors: Actors;
  readonly network: Network;
  readonly members: MemberBook;
  readonly schedule: Schedule;
  readonly now: () => Seconds;
}

/** Rounding of instants that are sums of periods [s]. */
const ROUNDING = 1e-9;

/**
 * Lets clients measure, and hands them over to the edge servers that the policy wants for long enough.
 *
 * What a client is carrying goes on through the new cell, and over the wires to the server whose round it belongs to. From
 * then on the client is a member of its new server, which invites it from its next round on.
 *
 * Limits: the mixing matrix, and the shares by which servers' models are averaged for scores, stay those of the first
 * association. Weights that followed would have to change at all servers with the same round, and P isn't defined while a
 * cell is empty.
 */
export class Handovers {
  readonly #around: HandoverSurroundings;
  /** Whom each client wants to go to, and since when. */
  readonly #wishes = new Map<string, { readonly server: string; readonly since: Seconds }>();

  constructor(around: HandoverSurroundings) {
    this.#around = around;
  }

  start(): void {
    const { plan, network } = this.#around;
    if (plan.handover !== undefined && plan.nodes.edgeServers.length > 1) this.#await('measure');
    if (Number.isFinite(network.air.ether.step)) this.#await('move');
  }

  advance({ what }: Extract<Pending, { to: 'handover' }>): void {
    const { plan, actors, network } = this.#around;
    this.#await(what);
    if (what === 'move') {
      network.air.ether.moved();
      return;
    }
    for (const client of plan.clients.keys()) if (actors.isOnline(client)) this.#measure(client);
  }

  /** Hands a client over at once. */
  handOver(client: string, to: string): void {
    const { plan, network, members, schedule } = this.#around;
    const from = network.air.cellOf(client);
    this.#wishes.delete(client);
    if (from === to) return;
    network.handOver(client, to);
    schedule({ to: 'actor', actor: client, event: { type: 'handed.over', from, to } });
    if (!members.move(client, from, to)) return;
    const samples = plan.task.sampleCounts[present(plan.clients.get(client), client).index] ?? 0;
    schedule({ to: 'actor', actor: from, event: { type: 'member.left', member: client, samples } });
    schedule({ to: 'actor', actor: to, event: { type: 'member.joined', member: client, samples } });
  }

  /** A server has heard the last of a client's work: if the client belongs to another by now, it is free for that one. */
  hears(server: string, event: ActorEvent): void {
    if (event.type !== 'update.received' && event.type !== 'peer.lost') return;
    const client = event.type === 'update.received' ? event.from : event.peer;
    const home = this.#around.members.serverOf(client);
    if (home === undefined || home === server) return;
    this.#around.schedule({ to: 'actor', actor: home, event: { type: 'peer.returned', peer: client } });
  }

  #await(what: 'measure' | 'move'): void {
    const { plan, network, schedule } = this.#around;
    const seconds = what === 'move' ? network.air.ether.step : (plan.handover?.period ?? 0);
    schedule({ to: 'handover', what }, seconds);
  }

  #measure(client: string): void {
    const { plan, network, now } = this.#around;
    const handover = present(plan.handover, 'handover policy');
    const serving = network.air.cellOf(client);
    const wanted = this.#wanted(client, serving);
    const wish = this.#wishes.get(client);
    if (wanted === serving) this.#wishes.delete(client);
    else if (wish?.server !== wanted) this.#wishes.set(client, { server: wanted, since: now() });
    const since = this.#wishes.get(client)?.since ?? Number.POSITIVE_INFINITY;
    if (now() - since >= handover.timeToTrigger - ROUNDING) this.handOver(client, wanted);
  }

  /** Whom the policy wants, checked. */
  #wanted(client: string, serving: string): string {
    const { plan, network, now } = this.#around;
    const servers = plan.nodes.edgeServers.map((id, index): Reach => ({ id, index, ...network.air.reach(client, id) }));
    const view = {
      client,
      now: now(),
      serving: present(
        servers.find(({ id }) => id === serving),
        serving,
      ),
      servers,
    };
    const where = `${client}, t = ${now()} s`;
    const policy = plan.handover?.wanted;
    const wanted = asked('handover', policy, () => plan.handover?.wanted(view), where);
    const found = servers.find(({ id }) => id === wanted?.id);
    if (found === undefined) {
      throw policyError('handover', `one of the servers expected, got ${show(wanted?.id ?? wanted)}`, {
        policy,
        where,
      });
    }
    return found.id;
  }
}
