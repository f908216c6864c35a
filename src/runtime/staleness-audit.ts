import { assert } from '../assert.ts';
import type { ActorEvent, Note } from '../event.ts';
import type { WorldPlan } from './plan.ts';

/** What an asynchronous run has seen of staleness, and what it must be on average. */
export interface StalenessReport {
  /** Mean staleness of the updates that were used: versions published between their download and their use. */
  readonly mean: number;
  readonly max: number;
  /** Parties with an update under way or in the version being made, on average over versions; each counts once. */
  readonly inFlight: number;
  /**
   * Mean staleness by conservation of age: each version makes all others in flight one older. With n always in flight and
   * one update a version it is n − 1, whatever their speeds; `mean` differs by what is unused at the end.
   */
  readonly expected: number;
}

type Of<Type extends ActorEvent['type']> = Extract<ActorEvent, { type: Type }>;

/**
 * The self-check of every asynchronous run: staleness is conserved. Each version adds one to the age of all updates in
 * flight but those it is made of, so the ages of all updates, used or not, add up to what the versions have added. Ages
 * come from the servers' stamps on models, additions from counting invitations: if they don't meet, a run is wrong.
 */
export class StalenessAudit {
  readonly #plan: WorldPlan;
  /** In flight and not heard of yet: the version that each has. */
  readonly #away = new Map<string, number>();
  /** Whose updates have come since the last version. */
  readonly #arrived = new Set<string>();
  /** Updates that have not been used yet, and the sum of their versions. */
  #open = 0;
  #openVersions = 0;
  #version = 0;
  #versions = 0;
  #parties = 0;
  #added = 0;
  #used = 0;
  #usedAges = 0;
  #oldest = 0;
  #unusedAges = 0;
  /** The last exchange between edge servers. */
  #iteration = 0;

  constructor(plan: WorldPlan) {
    this.#plan = plan;
    if (plan.algorithm.asynchronous !== undefined) for (const { id } of plan.observed) this.#invite(id, 0);
  }

  /** An event at a server whose rounds count. */
  hears(server: string, event: ActorEvent): void {
    if (event.type === 'models.mixed') this.#mixed(server, event);
    if (this.#plan.algorithm.streaming === undefined) return;
    if (event.type === 'cohort.scheduled') {
      this.#version = event.round;
      for (const id of event.cohort) this.#invite(id, event.round);
    } else if (event.type === 'update.received') this.#arrive(event);
    else if (event.type === 'peer.lost') this.#lose(event.peer);
    else if (event.type === 'crashed') for (const id of [...this.#away.keys()]) this.#lose(id);
  }

  /** A central server has made a version. */
  closes({ round, staleness = [], discarded = [] }: Extract<Note, { type: 'round.closed' }>): void {
    if (this.#plan.algorithm.streaming === undefined) return;
    this.#versions++;
    for (const id of this.#away.keys()) this.#arrived.add(id);
    this.#parties += this.#arrived.size;
    this.#arrived.clear();
    for (const age of staleness) this.#use(age, round - age);
    for (const age of discarded) this.#drop(round - age, age);
    this.#added += this.#open;
    this.#version = round + 1;
  }

  /** Undefined where nobody is asynchronous, or nothing was used. Throws where ages don't add up. */
  report(): StalenessReport | undefined {
    if (this.#used === 0) return undefined;
    const unused = this.#unusedAges + this.#open * this.#version - this.#openVersions;
    assert(this.#added === this.#usedAges + unused, 'the ages of updates add up to what versions have added');
    return {
      mean: this.#usedAges / this.#used,
      max: this.#oldest,
      inFlight: this.#parties / this.#versions,
      expected: this.#added / this.#used,
    };
  }

  /** An edge server's exchange; several of one instant may be one iteration. Its own gap counts the exchange itself. */
  #mixed(server: string, { iteration, servers, staleness }: Of<'models.mixed'>): void {
    if (iteration === this.#iteration) this.#added--;
    else {
      this.#versions++;
      this.#parties += this.#open;
      this.#added += this.#open - 1;
    }
    this.#iteration = iteration;
    this.#version = iteration;
    const began = this.#away.get(server) ?? 0;
    const isReset = this.#plan.algorithm.asynchronous?.ownGap === 'reset';
    const gap = isReset ? iteration - began : (staleness[servers.indexOf(server)] ?? 0);
    this.#use(gap - 1, began);
    this.#invite(server, iteration);
  }

  #invite(party: string, version: number): void {
    this.#away.set(party, version);
    this.#open++;
    this.#openVersions += version;
  }

  /** An update that was given up may still come: its age so far is added at once. */
  #arrive({ from, round }: Of<'update.received'>): void {
    this.#arrived.add(from);
    if (this.#away.delete(from)) return;
    this.#open++;
    this.#openVersions += round;
    this.#added += this.#version - round;
  }

  #lose(party: string): void {
    const version = this.#away.get(party);
    if (version === undefined) return;
    this.#away.delete(party);
    this.#drop(version, this.#version - version);
  }

  #use(age: number, version: number): void {
    this.#used++;
    this.#usedAges += age;
    this.#oldest = Math.max(this.#oldest, age);
    this.#open--;
    this.#openVersions -= version;
  }

  #drop(version: number, age: number): void {
    this.#unusedAges += age;
    this.#open--;
    this.#openVersions -= version;
  }
}
