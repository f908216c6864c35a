import { present } from '../assert.ts';
import { SimulationError } from '../errors.ts';
import type { ActorEvent } from '../event.ts';
import type { Network } from '../network/network.ts';
import type { Candidate, RoundView, Schedule } from '../policies/policy.ts';
import type { Seconds } from '../units.ts';
import type { Actors } from './actors.ts';
import type { Availabilities } from './availabilities.ts';
import type { ComputeCost } from './compute-cost.ts';
import type { WorldPlan } from './plan.ts';
import { checkedTiers, checkedWorkload, policyError, reason } from './policy-guard.ts';
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
}

/** What a server knows of its members when it opens a round, and whom the scheduling policy makes it invite. */
export class MemberBook {
  readonly #history = new Map<string, MemberHistory>();
  /** Members that were invited and have not been heard of since. */
  readonly #owing = new Set<string>();
  readonly #tierOf = new Map<string, number>();
  readonly #members: ReadonlyMap<string, readonly string[]>;
  readonly #plan: WorldPlan;
  readonly #actors: Actors;
  readonly #network: Network;
  readonly #cost: ComputeCost;
  readonly #availabilities: Availabilities;
  readonly #now: () => Seconds;
  /** Of each server, the instant of its last round and the first round that it opened then. */
  readonly #pace = new Map<string, { readonly instant: Seconds; readonly since: number }>();

  constructor(around: {
    readonly plan: WorldPlan;
    readonly actors: Actors;
    readonly network: Network;
    readonly cost: ComputeCost;
    readonly availabilities: Availabilities;
    readonly now: () => Seconds;
  }) {
    this.#plan = around.plan;
    this.#actors = around.actors;
    this.#network = around.network;
    this.#cost = around.cost;
    this.#availabilities = around.availabilities;
    this.#now = around.now;
    this.#members = new Map(
      around.plan.cast.flatMap(({ id, kind, role }) =>
        kind === 'client' ? [] : [[id, (role as { members: readonly string[] }).members]],
      ),
    );
  }

  /** A server hears of a member: what it owed has come, or will not come. */
  hears(server: string, event: ActorEvent): void {
    if (event.type === 'crashed') for (const id of this.#members.get(server) ?? []) this.#owing.delete(id);
    if (event.type === 'update.received') this.#owing.delete(event.from);
    else if (event.type === 'peer.lost') this.#owing.delete(event.peer);
  }

  /** An update was admitted to the round that its server is in. */
  remember({ from, round, loss }: Extract<ActorEvent, { type: 'update.received' }>): void {
    const history = this.#history.get(from);
    const participations = (history?.participations ?? 0) + 1;
    this.#history.set(from, { lastUsed: round, participations, loss });
  }

  /** Asks the scheduling policy, and checks its answer. Edge servers under a central server are all invited. */
  cohort(server: string, round: number, except: readonly string[] = []): Cohort {
    this.#checkPace(server, round);
    const free = this.#free(server).filter((id) => !except.includes(id));
    const view = this.#view(server, round, free);
    if (view.idle.length === 0) return { cohort: [], idle: free.length, closeAfter: null };
    const overEdgeServers = !this.#plan.clients.has((view.idle[0] as Candidate).id);
    const schedule = overEdgeServers ? { invite: view.idle } : this.#ask(view);
    const { cohort, closeAfter } = checkedCohort(schedule, view);
    for (const id of cohort) this.#owing.add(id);
    const localSteps = overEdgeServers ? undefined : this.#localSteps(cohort, view);
    const tiers = this.#tiers(cohort, view);
    return {
      ...{ cohort, idle: free.length, closeAfter },
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
        candidate(id, view.round, this.#facts(id, view.server), this.#history.get(id)),
      );
      const made = checkedTiers(tiers.of, candidates, tiers.count, placeOf(view));
      members.forEach((id, at) => this.#tierOf.set(id, made[at] as number));
    }
    return cohort.map((id) => present(this.#tierOf.get(id), id));
  }

  #ask(view: RoundView): Schedule {
    try {
      return this.#plan.schedule(view);
    } catch (error) {
      throw policyError('scheduling', `it threw: ${reason(error)}`, placeOf(view), error);
    }
  }

  /** Members that are online, have nothing to do, and owe their server no update that is still on its way. */
  #free(server: string): readonly string[] {
    return this.#membersOf(server).filter((id) => this.#actors.isFree(id) && !this.#owing.has(id));
  }

  #membersOf(server: string): readonly string[] {
    return present(this.#members.get(server), 'members');
  }

  #view(server: string, round: number, free: readonly string[]): RoundView {
    const reachable = free.filter((id) => this.#answers(id, round));
    return {
      server,
      round,
      now: this.#now(),
      idle: reachable.map((id) => candidate(id, round, this.#facts(id, server), this.#history.get(id))),
      members: this.#membersOf(server).length,
      draw: this.#plan.streams(`${server}/schedule`).at(round),
    };
  }

  #answers(member: string, round: number): boolean {
    return !this.#plan.clients.has(member) || this.#availabilities.inRound(member, round);
  }

  #facts(id: string, server: string): MemberFacts {
    const { task } = this.#plan;
    const index = this.#plan.clients.get(id)?.index ?? this.#plan.nodes.edgeServers.indexOf(id);
    return {
      index,
      samples: task.sampleCounts[index] ?? 0,
      snrDb: () => this.#network.snrDb(id),
      computeSeconds: () => this.#cost.secondsPerStep(id) * this.#plan.algorithm.localSteps,
      secondsPerStep: () => this.#cost.secondsPerStep(id),
      uploadSeconds: () => this.#network.uploadSeconds(id, server, task.modelBits),
    };
  }
}
