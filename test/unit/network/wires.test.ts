import { describe, expect, it } from 'vitest';
import { fixedRates } from '../../../channels/index.ts';
import type { Backhaul, Channel, Wire } from '../../../src/network/contract.ts';
import { ring } from '../../../src/network/graph/ring.ts';
import { realise } from '../../../src/part.ts';
import { letter, networkOnKernel } from '../../support/air.ts';

const BITS = 1e6;
const EDGE: Wire = { rate: 1e6, latency: 0.01, shared: true };
const CLOUD: Wire = { rate: 2e6, latency: 0.1, shared: true };

/** Six edge servers on a ring; only the first has a link to the cloud. */
const onRing = (backhaul: Partial<Backhaul> = {}) => {
  const edgeServers = Array.from({ length: 6 }, (_, index) => `edge-${index}`);
  return networkOnKernel({
    channel: realise<Channel>(fixedRates({ uplink: 1e6, clientToCloud: 'relay' })),
    backhaul: { edge: EDGE, cloud: CLOUD, routes: 'shortest', gateways: [0], ...backhaul },
    nodes: {
      cellOf: new Map([['client-0', 'edge-2']]),
      edgeServers,
      centralServer: 'central',
      neighbours: realise(ring())(6).neighbours,
    },
  });
};

describe('routes over the graph of the edge servers', () => {
  it('take the fewest links, all at once, and add up their latencies', () => {
    const { network, at, run, arrived } = onRing();
    at(0, () => void network.send('edge-1', 'edge-3', letter('edge-1'), BITS));
    run();
    // A flow, not stored and sent on: one transmission time, two latencies.
    expect(arrived).toEqual([{ to: 'edge-3', from: 'edge-1', at: 1.02 }]);
  });

  it('reach the cloud through the gateway', () => {
    const { network, at, run, arrived } = onRing();
    at(0, () => void network.send('edge-5', 'central', letter('edge-5'), BITS));
    at(10, () => void network.send('client-0', 'central', letter('client-0'), BITS));
    run();
    expect(arrived[0]).toEqual({ to: 'central', from: 'edge-5', at: 1.11 });
    // One second on the air, then over two links of the ring and the gateway's.
    expect(arrived[1]!.at).toBeCloseTo(10 + 1 + 1 + 0.02 + 0.1, 8);
    expect(network.uploadSeconds('client-0', 'central', BITS)).toBeCloseTo(2.12, 8);
    expect(network.isWire('edge-0', 'central')).toBe(true);
    expect(network.isWire('edge-1', 'central')).toBe(false);
    expect(network.isWire('edge-1', 'edge-3')).toBe(false);
  });

  it('share links max–min fair, and move ends when flows come and go', () => {
    const { network, at, run, arrived } = onRing();
    // 1 → 3 goes over links 1–2 and 2–3; 1 → 2 joins it on the first, 2 → 3 on the second half a second later.
    at(0, () => void network.send('edge-1', 'edge-3', letter('long'), BITS));
    at(0, () => void network.send('edge-1', 'edge-2', letter('first'), BITS / 4));
    at(0.5, () => void network.send('edge-2', 'edge-3', letter('second'), BITS));
    run();
    // To 0.5 s halves: `first` is through, `long` has 750 kbit left. Then halves on link 2–3 until `long` ends at 2.0 s,
    // when `second` has 250 kbit left: 2.25 s.
    const end = (from: string) => arrived.find((one) => one.from === from)!.at;
    expect(end('first')).toBeCloseTo(0.5 + 0.01, 8);
    expect(end('long')).toBeCloseTo(2 + 0.02, 8);
    expect(end('second')).toBeCloseTo(2.25 + 0.01, 8);
  });

  it('stand still before a cut, if they were told to', () => {
    const { network, at, run, arrived } = onRing();
    at(0, () => void network.send('edge-1', 'edge-3', letter('edge-1'), BITS));
    at(0.5, () => network.cutWire('edge-2', 'edge-3', true));
    at(3, () => network.cutWire('edge-3', 'edge-2', false));
    run();
    expect(arrived[0]!.at).toBeCloseTo(3.5 + 0.02, 8);
  });

  it('go another way around a cut with the bits that are left, if they were told to', () => {
    const { network, at, run, arrived } = onRing({ whenCut: 'reroute' });
    at(0, () => void network.send('edge-1', 'edge-3', letter('edge-1'), BITS));
    at(0.5, () => network.cutWire('edge-2', 'edge-3', true));
    // What begins while it is cut goes round as well, and shares the way.
    at(0.5, () => void network.send('edge-2', 'edge-3', letter('edge-2'), BITS));
    run();
    // 1 → 0 → 5 → 4 → 3 for the first, 2 → 1 → 0 → 5 → 4 → 3 for the second: halves until 1.5 s, then all.
    expect(arrived[0]!.at).toBeCloseTo(1.5 + 0.04, 8);
    expect(arrived[1]!.at).toBeCloseTo(2 + 0.05, 8);
  });

  it('stand still while there is no way at all, and go on by the first that is mended', () => {
    const { network, at, run, arrived } = onRing({ whenCut: 'reroute' });
    at(0, () => void network.send('edge-1', 'edge-3', letter('edge-1'), BITS));
    at(0.25, () => network.cutWire('edge-2', 'edge-3', true));
    at(0.5, () => network.cutWire('edge-3', 'edge-4', true));
    at(5, () => network.cutWire('edge-2', 'edge-3', false));
    run();
    expect(arrived[0]!.at).toBeCloseTo(5.5 + 0.02, 8);
  });
});
