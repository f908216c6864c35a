import { assert, present } from '../assert.ts';
import type { ActorEvent, UplinkSchedule } from '../event.ts';
import type { Effect } from '../kernel/effect.ts';
import type { Candidate, RoundView, Schedule } from '../policies/policy.ts';
import type { Seconds } from '../units.ts';
import type { Actors } from './actors.ts';
import { symbolsOf } from './air-setup.ts';
import type { Availabilities } from './availabilities.ts';
import { uplinkSchedule } from './grants.ts';
import { Looks } from './looks.ts';
import { type FactsAround, MemberFacts } from './member-facts.ts';
import { PaceLimit } from './pace-limit.ts';
import type { WorldPlan } from './plan.ts';
import { asked, checkedTiers, checkedWorkload } from './policy-guard.ts';
import { candidate, checkedCohort, type MemberHistory, placeOf } from './round-view.ts';

/** Whom to invite, out of how many that are free. */
export interface Cohort {
  readonly cohort: readonly string[];
  readonly idle: number;
  readonly closeAfter: number | null;
  readonly localSteps?: readonly number[];
  readonly tiers?: readonly number[];
  readonly weights?: readonly number[];
  readonly candidates?: readonly string[];
  readonly probabilities?: readonly number[];
}

/** What a server asks a policy in: `turn` numbers what is drawn for it. */
interface Question {
  readonly server: string;
  readonly round: number;
  readonly turn: number;
}

type Granting = Omit<Extract<Effect, { type: 'grant' }>, 'type'>;

/** What a server knows of its members when it opens a round, and whom the scheduling policy makes it invite. */
export class MemberBook {
  readonly #history = new Map<string, MemberHistory>();
  /** Members that were invited and have not been heard of since. */
  readonly #owing = new Set<string>();
  /** How often each server that waits for nobody has asked. */
  readonly #asks = new Map<string, number>();
  readonly #tierOf = new Map<string, number>();
  readonly #looks = new Looks();
  readonly #members: Map<string, readonly string[]>;
  /** The server that each client is a member of. */
  readonly #serverOf = new Map<string, string>();
  readonly #plan: WorldPlan;
  readonly #actors: Actors;
  readonly #availabilities: Availabilities;
  readonly #now: () => Seconds;
  readonly #facts: MemberFacts;
  readonly #pace = new PaceLimit();

  constructor(around: FactsAround & { readonly actors: Actors; readonly availabilities: Availabilities }) {
    this.#plan = around.plan;
    this.#actors = around.actors;
    this.#availabilities = around.availabilities;
    this.#now = around.now;
    this.#facts = new MemberFacts(around);
    this.#members = new Map(
      around.plan.cast.flatMap(({ id, kind, role }) =>
        kind === 'client' ? [] : [[id, (role as { members: readonly string[] }).members]],
      ),
    );
    for (const [server, members] of this.#members) {
      for (const id of members) if (this.#plan.clients.has(id)) this.#serverOf.set(id, server);
    }
  }

  /** The server that a client is a member of. */
  serverOf(client: string): string | undefined {
    return this.#serverOf.get(client);
  }

  /** Time of the client's next upload as its link is now; 0 where it can't send at all. */
  uploadSeconds(client: string): Seconds {
    const seconds = this.#facts.of(client, { server: this.serverOf(client) ?? '', round: 1 }).uploadSeconds();
    return Number.isFinite(seconds) ? seconds : 0;
  }

  /** Makes a client a member of another edge server; false where it answers to neither. */
  move(client: string, from: string, to: string): boolean {
    if (this.#serverOf.get(client) !== from || !this.#members.has(to)) return false;
    const index = (id: string) => present(this.#plan.clients.get(id), id).index;
    const joined = [...this.#membersOf(to), client].sort((a, b) => index(a) - index(b));
    this.#members.set(to, joined);
    this.#members.set(
      from,
      this.#membersOf(from).filter((id) => id !== client),
    );
    this.#serverOf.set(client, to);
    return true;
  }

  /** A server hears of a member: what it owed has come, or will not come. */
  hears(server: string, event: ActorEvent): void {
    // From now on they are sent for.
    if (event.type === 'cohort.scheduled') for (const id of event.cohort) this.#owing.add(id);
    else if (event.type === 'update.received') this.#owing.delete(event.from);
    else if (event.type === 'update.reported') this.#reported(event);
    else if (event.type === 'aggregate.received') this.#summed(event);
    else if (event.type === 'peer.lost') this.#owing.delete(event.peer);
    // Here a client hears that its server does without its update.
    else if (event.type === 'uplink.released') this.#owing.delete(server);
    else if (event.type === 'crashed') for (const id of this.#members.get(server) ?? []) this.#owing.delete(id);
  }

  /** An update was admitted to the round that its server is in. */
  remember(update: Extract<ActorEvent, { type: 'update.received' }>): void {
    const { from, round, loss, squaredNorm, mean = 0, variance = 0 } = update;
    const history = this.#historyOf(from);
    history.lastUsed = round;
    history.participations++;
    history.loss = loss;
    if (squaredNorm !== undefined) history.statistics = { squaredNorm, mean, variance };
  }

  #reported({ from, loss, squaredNorm, mean, variance }: Extract<ActorEvent, { type: 'update.reported' }>): void {
    this.#owing.delete(from);
    const history = this.#historyOf(from);
    history.loss = loss;
    if (Number.isFinite(squaredNorm)) history.statistics = { squaredNorm, mean, variance };
  }

  #summed({ senders, round }: Extract<ActorEvent, { type: 'aggregate.received' }>): void {
    for (const id of senders) {
      const history = this.#historyOf(id);
      history.lastUsed = round;
      history.participations++;
    }
  }

  #historyOf(id: string): MemberHistory {
    const known = this.#history.get(id);
    const history = known ?? { lastUsed: 0, participations: 0, loss: undefined, statistics: undefined };
    if (known === undefined) this.#history.set(id, history);
    return history;
  }

  /** Who of those that have reported sends over the air: everyone who was invited, or whom the policy says now. */
  grant(server: string, asked: Granting): UplinkSchedule {
    const losses = () => asked.reports.map(({ loss }) => loss);
    return this.#looks.decide(losses, () => this.#granted(server, asked));
  }

  #granted(server: string, { round, reports, weights }: Granting): UplinkSchedule {
    const { uplink, aggregation } = this.#plan.algorithm;
    assert(uplink?.medium === 'air', 'only an uplink over the air is granted');
    const byId = new Map(reports.map((report) => [report.from, report]));
    const there = this.#membersOf(server).filter((id) => byId.has(id));
    const all = this.#viewOf({ server, round, turn: round }, there);
    const idle = all.idle.filter(({ symbolSnr }) => symbolSnr > 0);
    const view = { ...all, idle };
    const before = weights && { cohort: idle.map(({ id }) => id), closeAfter: null };
    const isAsked = uplink.scheduling === 'after' && idle.length > 0;
    const chosen = isAsked
      ? checkedCohort(this.#ask(view), view, this.#plan.schedule)
      : before && { ...before, weights: before.cohort.map((id) => weights?.get(id) ?? 0) };
    return uplinkSchedule({ uplink, aggregation, candidates: idle, reports: byId, chosen });
  }

  /** Asks the policies, and checks their answers. Throws `NotYet` where they look at numbers that aren't there. */
  cohort(server: string, round: number, except: readonly string[] = []): Cohort {
    this.#pace.check(server, round, this.#now());
    const { absent = [] } = this.#plan.algorithm.rounds ?? {};
    const free = this.#free(server).filter((id) => !except.includes(id) && !absent.includes(id));
    const losses = () => this.#membersOf(server).map((id) => this.#history.get(id)?.loss);
    const turn = this.#turn(server, round);
    const made = this.#looks.decide(losses, () => this.#invited({ server, round, turn }, free));
    this.#asks.set(server, turn);
    return made;
  }

  /** Numbers what is drawn for a question: a server that waits for nobody asks again and again in one round. */
  #turn(server: string, round: number): number {
    return this.#plan.algorithm.streaming === undefined ? round : (this.#asks.get(server) ?? 0) + 1;
  }

  /** Edge servers under a central server are all invited. */
  #invited(asked: Question, free: readonly string[]): Cohort {
    const view = this.#view(asked, free);
    const nobody = (closeAfter: number | null) =>
      this.#facts.nobody(asked.server, this.#clientsOf(asked.server), { idle: free.length, closeAfter });
    if (view.idle.length === 0) return nobody(null);
    const overEdgeServers = !this.#plan.clients.has((view.idle[0] as Candidate).id);
    const schedule = overEdgeServers ? { invite: view.idle } : this.#invitation(view);
    const { samplingError: _, ...checked } = checkedCohort(schedule, view, this.#plan.schedule);
    if (checked.cohort.length === 0) return { ...checked, ...nobody(checked.closeAfter) };
    const localSteps = overEdgeServers ? undefined : this.#localSteps(checked.cohort, view);
    const tiers = this.#tiers(checked.cohort, view);
    const { rounds } = this.#plan.algorithm;
    return {
      ...{ ...checked, closeAfter: rounds?.closeAfter ?? checked.closeAfter, idle: free.length },
      ...(localSteps === undefined ? {} : { localSteps }),
      ...(tiers === undefined ? {} : { tiers }),
    };
  }

  /** Local steps of each invited client, where the algorithm lets them differ. */
  #localSteps(cohort: readonly string[], view: RoundView): readonly number[] | undefined {
    const { workload } = this.#plan.algorithm;
    if (workload === undefined) return undefined;
    const invited = new Set(cohort);
    return checkedWorkload(
      workload,
      view.idle.filter(({ id }) => invited.has(id)),
      placeOf(view),
    );
  }

  /** Tiers are made once, of all members, when the first are invited. */
  #tiers(cohort: readonly string[], view: RoundView): readonly number[] | undefined {
    const tiers = this.#plan.algorithm.streaming?.tiers;
    if (tiers === undefined) return undefined;
    const members = this.#membersOf(view.server);
    if (this.#tierOf.size === 0) {
      const candidates = members.map((id) =>
        candidate(id, view.round, this.#facts.of(id, view), this.#history.get(id), this.#looks),
      );
      const made = checkedTiers(tiers.of, candidates, tiers.count, placeOf(view));
      members.forEach((id, at) => this.#tierOf.set(id, made[at] as number));
    }
    return cohort.map((id) => present(this.#tierOf.get(id), id));
  }

  /** Where the policy says who sends of those that have computed, everyone computes. */
  #invitation(view: RoundView): Schedule {
    const { uplink } = this.#plan.algorithm;
    if (uplink?.medium !== 'air' || uplink.scheduling === 'before') return this.#ask(view);
    return { invite: view.idle, ...(Number.isFinite(uplink.closeAfter) ? { closeAfter: uplink.closeAfter } : {}) };
  }

  #ask(view: RoundView): Schedule {
    const { schedule } = this.#plan;
    return asked('scheduling', schedule, () => schedule(view), placeOf(view));
  }

  /** Members that are online, have nothing to do, and owe their server no update that is still on its way. */
  #free(server: string): readonly string[] {
    return this.#membersOf(server).filter((id) => this.#actors.isFree(id) && !this.#owing.has(id));
  }

  #clientsOf(server: string): readonly string[] {
    return this.#membersOf(server).filter((id) => this.#plan.clients.has(id));
  }

  #membersOf(server: string): readonly string[] {
    return present(this.#members.get(server), 'members');
  }

  #view(asked: Question, free: readonly string[]): RoundView {
    return this.#viewOf(
      asked,
      free.filter((id) => this.#answers(id, asked.turn)),
    );
  }

  #viewOf({ server, round, turn }: Question, reachable: readonly string[]): RoundView {
    return {
      server,
      round,
      now: this.#now(),
      idle: reachable.map((id) =>
        candidate(id, round, this.#facts.of(id, { server, round }), this.#history.get(id), this.#looks),
      ),
      members: this.#membersOf(server).length,
      symbols: symbolsOf(this.#plan),
      inFlight: this.#membersOf(server).filter((id) => this.#owing.has(id)).length,
      draw: this.#plan.streams(`${server}/schedule`).at(turn),
    };
  }

  #answers(member: string, turn: number): boolean {
    return !this.#plan.clients.has(member) || this.#availabilities.inRound(member, turn);
  }
}
