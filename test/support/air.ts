import type { Message } from '../../src/event.ts';
import { Kernel } from '../../src/kernel/kernel.ts';
import { streams } from '../../src/math/streams.ts';
import type { Backhaul, Channel, Wire } from '../../src/network/contract.ts';
import { Flows, type Path } from '../../src/network/flows.ts';
import type { Alarms, Gone, Medium } from '../../src/network/medium.ts';
import { Network, type NetworkPort, type Nodes } from '../../src/network/network.ts';
import type { Delivered } from '../../src/network/transfer.ts';
import { type Duration, type Instant, toInstant, toSeconds } from '../../src/units.ts';

type Act = () => void;

/** A medium on a kernel of its own, with acts of the test as events; it writes down when each transfer was through. */
export function mediumOnKernel<Load>(make: (alarms: Alarms) => Medium<Load>) {
  const finished = new Map<number, number>();
  const left = new Map<number, Gone>();
  /** Alarms that ended no transfer. */
  let handovers = 0;
  const kernel: Kernel<number | Act> = new Kernel<number | Act>({
    deliver: (pending) => {
      if (typeof pending === 'function') return pending();
      if (!medium.advance(pending)) {
        handovers++;
        return;
      }
      finished.set(pending, kernel.now);
      leave(pending);
    },
  });
  const medium: Medium<Load> = make({
    now: () => kernel.now,
    set: (at, id) => kernel.schedule(at, id),
    clear: (alarm) => void kernel.cancel(alarm),
  });
  const leave = (id: number): void => {
    const gone = medium.leave(id);
    if (gone !== undefined) left.set(id, gone);
  };
  return {
    ...{ kernel, medium, finished, left, leave },
    at: (seconds: number, act: Act) => void kernel.schedule(toInstant(seconds), act),
    atNanoseconds: (instant: number, act: Act) => void kernel.schedule(instant as Instant, act),
    run: () => kernel.run(),
    handovers: () => handovers,
  };
}

/** Flows that all take one path, with the interface of a cell. */
export function flowsOn(alarms: Alarms, path: Path): Medium<undefined> {
  const flows = new Flows(alarms);
  return {
    get load() {
      return flows.load;
    },
    get rateChanges() {
      return flows.rateChanges;
    },
    join: (id, _, bits) => flows.join(id, path, bits),
    leave: (id) => flows.leave(id),
    advance: (id) => flows.advance(id),
    settle: () => {},
    refresh: () => flows.refresh(),
  };
}

/** A profile of given rates per block; beyond the last, the last holds. */
export const blocks = (block: number, rates: readonly number[]) => ({
  block: block as Duration,
  rate: (index: number) => rates[Math.min(index, rates.length - 1)] as number,
});

export const MODEL = { parameters: undefined, digest: '-' };

/** A message of no meaning, to be carried. */
export const letter = (from: string, round = 1): Message => ({ type: 'model.received', from, round, model: MODEL });

const free: Wire = { rate: 1e12, latency: 0, shared: false };

export interface AirOptions {
  readonly channel: Channel;
  readonly backhaul?: Partial<Backhaul>;
  readonly nodes?: Nodes;
  readonly seed?: number;
}

export const TWO_CELLS: Nodes = {
  cellOf: new Map([
    ['client-0', 'edge-0'],
    ['client-1', 'edge-0'],
    ['client-2', 'edge-1'],
  ]),
  edgeServers: ['edge-0', 'edge-1'],
  centralServer: 'central',
};

/** A network on a kernel of its own: messages go in, and what came out when is written down. */
export function networkOnKernel({ channel, backhaul = {}, nodes = TWO_CELLS, seed = 1 }: AirOptions) {
  const arrived: { readonly to: string; readonly from: string; readonly at: number }[] = [];
  const sent: Delivered[] = [];
  const downloads: string[] = [];
  const failed: Delivered[] = [];
  const kernel: Kernel<number | Act> = new Kernel<number | Act>({
    deliver: (pending) => (typeof pending === 'function' ? pending() : network.advance(pending)),
  });
  const port: NetworkPort = {
    now: () => kernel.now,
    set: (at, id) => kernel.schedule(at, id),
    clear: (alarm) => void kernel.cancel(alarm),
    deliver: (at, to, message) =>
      void kernel.schedule(at, () => {
        const from = 'from' in message ? message.from : '';
        arrived.push({ to, from, at: toSeconds(kernel.now) });
      }),
    sent: (delivered) => void sent.push(delivered),
    failed: (delivered) => void failed.push(delivered),
    downloadStarted: (client) => void downloads.push(client),
  };
  const network = new Network({
    channel,
    backhaul: { edge: free, cloud: free, ...backhaul },
    nodes,
    streams: streams(seed),
    port,
  });
  return {
    ...{ kernel, network, arrived, sent, failed, downloads },
    at: (seconds: number, act: Act) => void kernel.schedule(toInstant(seconds), act),
    run: () => kernel.run(),
  };
}
