import { present } from '../assert.ts';
import { smallest } from '../math/extremes.ts';
import type { Bits } from '../units.ts';
import type { Backhaul } from './contract.ts';
import { Flows, isCut, type Line, line, type Path, pathOver } from './flows.ts';
import type { Alarms } from './medium.ts';

/** Servers, and which of them have links. */
export interface Servers {
  readonly edgeServers: readonly string[];
  readonly centralServer: string;
  /** Neighbours of each edge server, by index; only routes over the graph ask for them. */
  readonly neighbours?: readonly (readonly number[])[];
}

/** The links between servers, and the ways over them. */
export class Wires {
  readonly flows: Flows;
  readonly #backhaul: Backhaul;
  readonly #servers: Servers;
  readonly #lines = new Map<string, Line>();
  readonly #paths = new Map<string, Path>();
  /** Of direct links, by sender and receiver. */
  readonly #direct = new Map<string, Map<string, Path>>();
  /** By server: those that a link leads to, edge servers in order, the central server last. */
  readonly #next = new Map<string, readonly string[]>();

  constructor(backhaul: Backhaul, servers: Servers, alarms: Alarms) {
    this.#backhaul = backhaul;
    this.#servers = servers;
    this.flows = new Flows(alarms);
    if (backhaul.routes === 'shortest') this.#lay();
  }

  /** Whether transfers leave a route that is cut. */
  get canReroute(): boolean {
    return this.#backhaul.routes === 'shortest' && this.#backhaul.whenCut === 'reroute';
  }

  /** Whether two servers can have a link between them. */
  isWire(a: string, b: string): boolean {
    if (this.#backhaul.routes === 'shortest') return this.#next.get(a)?.includes(b) === true;
    const { edgeServers, centralServer } = this.#servers;
    const isServer = (name: string) => name === centralServer || edgeServers.includes(name);
    return a !== b && isServer(a) && isServer(b);
  }

  /** The links that can fail: those of the graph, and those to the central server. */
  get failing(): readonly (readonly [string, string])[] {
    const { edgeServers, centralServer, neighbours = [] } = this.#servers;
    const { gateways = edgeServers.map((_, index) => index) } = this.#backhaul;
    return edgeServers.flatMap((name, index) => [
      ...(neighbours[index] ?? []).flatMap((to): [string, string][] =>
        to > index && edgeServers[to] !== undefined ? [[name, edgeServers[to]]] : [],
      ),
      ...(gateways.includes(index) ? [[name, centralServer] as [string, string]] : []),
    ]);
  }

  /** The way that a transfer takes if it begins now. */
  path(from: string, to: string): Path {
    if (this.#backhaul.routes !== 'shortest') return this.#directly(from, to);
    const open = this.canReroute ? this.#shortest(from, to, true) : undefined;
    return this.#over(open ?? present(this.#shortest(from, to, false), `route from ${from} to ${to}`));
  }

  /** Cuts or mends the link between two servers, in both directions; what several have cut, all must mend. */
  cut(a: string, b: string, cuts: boolean, by: string): void {
    const both = [this.#line(a, b), this.#line(b, a)];
    for (const { cutBy } of both) {
      if (cuts) cutBy.add(by);
      else cutBy.delete(by);
    }
    this.flows.refresh(both);
  }

  /** Takes a flow that stands before a cut to another way, if there is one, with the bits that it has still to carry. */
  reroute(id: number, from: string, to: string): void {
    const old = this.flows.pathOf(id);
    if (old === undefined || !old.lines.some(isCut)) return;
    const path = this.path(from, to);
    if (path.lines.some(isCut)) return;
    const { remaining, through } = present(this.flows.leave(id), 'flow');
    // What is through at this very instant has nothing left to carry, and still arrives by the new way.
    this.flows.join(id, path, through ? 0 : remaining);
  }

  /** Time of a transfer that has the way to itself [s]. */
  soloSeconds(from: string, to: string, bits: Bits): number {
    const { lines, latency } = this.path(from, to);
    return latency + bits / smallest(lines.map(({ wire }) => wire.rate));
  }

  #lay(): void {
    const { edgeServers, centralServer, neighbours } = this.#servers;
    const { gateways = edgeServers.map((_, index) => index) } = this.#backhaul;
    edgeServers.forEach((name, index) => {
      const beside = (neighbours?.[index] ?? []).flatMap((each) => edgeServers[each] ?? []);
      this.#next.set(name, gateways.includes(index) ? [...beside, centralServer] : beside);
    });
    this.#next.set(
      centralServer,
      gateways.flatMap((each) => edgeServers[each] ?? []),
    );
  }

  /** Fewest links, ties to the lowest edge servers; the central server is an end, never on the way. */
  #shortest(from: string, to: string, onlyOpen: boolean): readonly string[] | undefined {
    const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
    for (const [at] of cameFrom) {
      if (at === to) return steps(cameFrom, to);
      if (at === this.#servers.centralServer && at !== from) continue;
      for (const next of this.#next.get(at) ?? []) {
        if (cameFrom.has(next) || (onlyOpen && isCut(this.#line(at, next)))) continue;
        cameFrom.set(next, at);
      }
    }
    return undefined;
  }

  #directly(from: string, to: string): Path {
    const paths = this.#direct.get(from) ?? new Map<string, Path>();
    if (paths.size === 0) this.#direct.set(from, paths);
    const path = paths.get(to) ?? this.#over([from, to]);
    paths.set(to, path);
    return path;
  }

  #over(servers: readonly string[]): Path {
    const name = servers.join(' → ');
    const found = this.#paths.get(name);
    if (found !== undefined) return found;
    const path = pathOver(servers.slice(1).map((to, index) => this.#line(servers[index] as string, to)));
    this.#paths.set(name, path);
    return path;
  }

  #line(from: string, to: string): Line {
    const name = `${from} → ${to}`;
    const { centralServer } = this.#servers;
    const { edge, cloud } = this.#backhaul;
    const found = this.#lines.get(name) ?? line(from === centralServer || to === centralServer ? cloud : edge);
    this.#lines.set(name, found);
    return found;
  }
}

function steps(cameFrom: ReadonlyMap<string, string | undefined>, to: string): readonly string[] {
  const way: string[] = [];
  for (let at: string | undefined = to; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
  return way;
}
