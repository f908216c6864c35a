import { assert, present } from '../assert.ts';
import { SimulationError } from '../errors.ts';
import type { ActorEvent, UplinkSchedule } from '../event.ts';
import type { Effect } from '../kernel/effect.ts';
import type { Network } from '../network/network.ts';
import type { Candidate, RoundView, Schedule } from '../policies/policy.ts';
import { dbToLinear, type Seconds, toInstant } from '../units.ts';
import type { Actors } from './actors.ts';
import { type AirSetup, symbolsOf } from './air-setup.ts';
import type { Availabilities } from './availabilities.ts';
import type { ComputeCost } from './compute-cost.ts';
import { uplinkSchedule } from './grants.ts';
import { updateBits } from './local-rule.ts';
import { Looks } from './looks.ts';
import type { WorldPlan } from './plan.ts';
import { asked, checkedTiers, checkedWorkload } from './policy-guard.ts';
import { candidate, checkedCohort, type MemberFacts, type MemberHistory, placeOf } from './round-view.ts';

/** Most rounds that one server may open at one instant. */
const ROUNDS_PER_INSTANT_MAX = 10_000;

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

type Granting = Omit<Extract<Effect, { type: 'grant' }>, 'type'>;

/** What a server knows of its members when it opens a round, and whom the scheduling policy makes it invite. */
export class MemberBook {
  readonly #history = new Map<string, MemberHistory>();
  /** Members that were invited and have not been heard of since. */
  readonly #owing = new Set<string>();
  readonly #tierOf = new Map<string, number>();
  readonly #looks = new Looks();
  readonly #members: Map<string, readonly string[]>;
  /** The server that each client is a member of. */
  readonly #serverOf = new Map<string, string>();
  readonly #plan: WorldPlan;
  readonly #actors: Actors;
  readonly #network: Network;
  readonly #cost: ComputeCost;
  readonly #availabilities: Availabilities;
  readonly #now: () => Seconds;
  readonly #air: AirSetup | undefined;
  /** Of each server, the instant of its last round and the first round that it opened then. */
  readonly #pace = new Map<string, { readonly instant: Seconds; readonly since: number }>();

  constructor(around: {
    readonly plan: WorldPlan;
    readonly actors: Actors;
    readonly network: Network;
    readonly cost: ComputeCost;
    readonly availabilities: Availabilities;
    readonly now: () => Seconds;
    readonly air?: AirSetup | undefined;
  }) {
    this.#plan = around.plan;
    this.#actors = around.actors;
    this.#network = around.network;
    this.#cost = around.cost;
    this.#availabilities = around.availabilities;
    this.#now = around.now;
    this.#air = around.air;
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
    if (event.type === 'update.received') this.#owing.delete(event.from);
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
    const all = this.#viewOf(server, round, there);
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
    this.#checkPace(server, round);
    const { absent = [] } = this.#plan.algorithm.rounds ?? {};
    const free = this.#free(server).filter((id) => !except.includes(id) && !absent.includes(id));
    const losses = () => this.#membersOf(server).map((id) => this.#history.get(id)?.loss);
    const made = this.#looks.decide(losses, () => this.#invited(server, round, free));
    for (const id of made.cohort) this.#owing.add(id);
    return made;
  }

  /** Edge servers under a central server are all invited. */
  #invited(server: string, round: number, free: readonly string[]): Cohort {
    const view = this.#view(server, round, free);
    if (view.idle.length === 0) return { cohort: [], idle: free.length, closeAfter: null };
    const overEdgeServers = !this.#plan.clients.has((view.idle[0] as Candidate).id);
    const schedule = overEdgeServers ? { invite: view.idle } : this.#invitation(view);
    const { samplingError: _, ...checked } = checkedCohort(schedule, view, this.#plan.schedule);
    const localSteps = overEdgeServers ? undefined : this.#localSteps(checked.cohort, view);
    const tiers = this.#tiers(checked.cohort, view);
    const { rounds } = this.#plan.algorithm;
    return {
      ...{ ...checked, closeAfter: rounds?.closeAfter ?? checked.closeAfter, idle: free.length },
      ...(localSteps === undefined ? {} : { localSteps }),
      ...(tiers === undefined ? {} : { tiers }),
    };
  }

  /** Rounds without updates cost a server nothing: if a policy invites nobody, time may stand still for good. */
  #checkPace(server: string, round: number): void {
    const now = this.#now();
    const pace = this.#pace.get(server);
    if (pace === undefined || pace.instant !== now) this.#pace.set(server, { instant: now, since: round });
    else if (round - pace.since > ROUNDS_PER_INSTANT_MAX) {
      throw new SimulationError({
        what: `exceeded limit of rounds at one instant: ${ROUNDS_PER_INSTANT_MAX}`,
        where: `${server}, t = ${now} s`,
        remedy: 'let the scheduling policy invite someone, or let computing and links take time',
        code: 'LIMIT_EXCEEDED',
      });
    }
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
        candidate(id, view.round, this.#facts(id, view.server, view.round), this.#history.get(id), this.#looks),
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

  #membersOf(server: string): readonly string[] {
    return present(this.#members.get(server), 'members');
  }

  #view(server: string, round: number, free: readonly string[]): RoundView {
    return this.#viewOf(
      server,
      round,
      free.filter((id) => this.#answers(id, round)),
    );
  }

  #viewOf(server: string, round: number, reachable: readonly string[]): RoundView {
    return {
      server,
      round,
      now: this.#now(),
      idle: reachable.map((id) =>
        candidate(id, round, this.#facts(id, server, round), this.#history.get(id), this.#looks),
      ),
      members: this.#membersOf(server).length,
      symbols: symbolsOf(this.#plan),
      draw: this.#plan.streams(`${server}/schedule`).at(round),
    };
  }

  #answers(member: string, round: number): boolean {
    return !this.#plan.clients.has(member) || this.#availabilities.inRound(member, round);
  }

  #facts(id: string, server: string, round: number): MemberFacts {
    const { task } = this.#plan;
    const index = this.#plan.clients.get(id)?.index ?? this.#plan.nodes.edgeServers.indexOf(id);
    return {
      index,
      samples: task.sampleCounts[index] ?? 0,
      snrDb: () => this.#network.snrDb(id),
      computeSeconds: () => this.#cost.secondsPerStep(id) * this.#plan.algorithm.localSteps,
      secondsPerStep: () => this.#cost.secondsPerStep(id),
      uploadSeconds: () => this.#network.uploadSeconds(id, server, updateBits(this.#plan)),
      symbolSnr: () =>
        this.#air?.symbolSnr(id, server, round, toInstant(this.#now())) ?? dbToLinear(this.#network.snrDb(id)),
    };
  }
}
