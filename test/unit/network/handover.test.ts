import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedRates, logDistance, noFading, ofdma, orthogonal, radio, rayleigh } from '../../../channels/index.ts';
import type { Channel, Mobility } from '../../../src/network/contract.ts';
import { realise } from '../../../src/part.ts';
import { letter, networkOnKernel, TWO_CELLS } from '../../support/air.ts';

const BITS = 1e6;
const BANDWIDTH = 1e6;

/** Walks along the x axis at a given speed, from the server outwards. */
const walk = (speed: number, step: number): Mobility => ({
  step,
  place: (_, __, at) => ({ x: 10 + speed * at, y: 0 }),
});

const onTheMove = (mobility: Mobility, options: Parameters<typeof radio>[0] = {}): Channel => {
  const still = realise<Channel>(
    radio({
      pathLoss: logDistance({ exponent: 3 }),
      fading: noFading(),
      access: orthogonal({ bandwidth: BANDWIDTH }),
      bandwidth: BANDWIDTH,
      serverHeight: 1.5,
      ...options,
    }),
  );
  return { ...still, mobility } as Channel;
};

const placed = {
  ...TWO_CELLS,
  places: new Map([
    ['edge-0', { x: 0, y: 0 }],
    ['edge-1', { x: 400, y: 0 }],
  ]),
};

describe('a client that moves', () => {
  it('loses 10 n log₁₀ of the ratio of distances, step by step', () => {
    const { network, at, run } = networkOnKernel({ channel: onTheMove(walk(10, 1)) });
    const seen: number[] = [];
    for (const second of [0, 0.9, 1.1, 9.5]) at(second, () => void seen.push(network.snrDb('client-0')));
    run();
    expect(seen[1]).toBe(seen[0]);
    expect(seen[0]! - seen[2]!).toBeCloseTo(30 * Math.log10(20 / 10), 9);
    expect(seen[0]! - seen[3]!).toBeCloseTo(30 * Math.log10(100 / 10), 9);
  });

  it.each([
    ['shared', ofdma({ bandwidth: BANDWIDTH })],
    ['separate', orthogonal({ bandwidth: BANDWIDTH })],
  ])('sends at the rate of each place while it passes it, over %s air', (_, access) => {
    const bits = 50e6;
    const { network, at, run, arrived } = networkOnKernel({ channel: onTheMove(walk(50, 0.5), { access }) });
    at(0, () => void network.send('client-0', 'edge-0', letter('client-0'), bits));
    const rates: number[] = [];
    for (let step = 0; step < 40; step++) {
      at(step / 2, () => void rates.push(BANDWIDTH * Math.log2(1 + 10 ** (network.snrDb('client-0') / 10))));
    }
    run();
    const end = arrived[0]!.at;
    expect(end).toBeGreaterThan(1.5);
    const carried = rates.reduce((sum, rate, step) => sum + rate * Math.min(0.5, Math.max(0, end - step / 2)), 0);
    // Within the bits of one nanosecond.
    expect(Math.abs(carried - bits)).toBeLessThan(rates[0]! / 1e9 + 1e-6);
  });

  it('looks at its place within a fading block that lasts longer', () => {
    const channel = onTheMove(walk(10, 1), { fading: rayleigh({ coherence: 10 }) });
    const { network, at, run } = networkOnKernel({ channel });
    const seen: number[] = [];
    for (const second of [0, 1, 9.5]) at(second, () => void seen.push(network.snrDb('client-0')));
    run();
    expect(seen[0]! - seen[1]!).toBeCloseTo(30 * Math.log10(20 / 10), 9);
    expect(seen[0]! - seen[2]!).toBeCloseTo(30 * Math.log10(100 / 10), 9);
  });
});

describe('a handover in mid-transfer', () => {
  const edge = { rate: 1e6, latency: 0.01, shared: true };
  const fixed = (): Channel => realise<Channel>(fixedRates({ uplink: 5e6, clientToCloud: 'relay' }));

  it('keeps the bits that were carried, and brings the message home over the wires', () => {
    const { network, at, run, arrived, sent } = networkOnKernel({
      channel: fixed(),
      backhaul: { edge },
      nodes: placed,
    });
    at(0, () => void network.send('client-0', 'edge-0', letter('client-0'), BITS));
    at(0.1, () => network.handOver('client-0', 'edge-1'));
    run();
    expect(sent[0]!.seconds).toBeCloseTo(0.2, 9);
    expect(arrived[0]).toMatchObject({ to: 'edge-0', from: 'client-0' });
    expect(arrived[0]!.at).toBeCloseTo(0.2 + 1 + 0.01, 8);
    expect(network.uplinkBits).toBe(BITS);
    expect(network.uploadSeconds('client-0', 'edge-0', BITS)).toBeCloseTo(1.21, 8);
  });

  it('takes the air of the new cell and frees that of the old one', () => {
    const channel = onTheMove(walk(0, 1), { access: ofdma({ bandwidth: BANDWIDTH }) });
    const { network, at, run, arrived } = networkOnKernel({ channel, nodes: placed });
    // Both at the same place: alone again, the second is as fast as if the first had never been.
    const alone = networkOnKernel({ channel, nodes: placed });
    alone.at(0, () => void alone.network.send('client-1', 'edge-0', letter('client-1'), BITS));
    alone.run();
    at(0, () => ['client-0', 'client-1'].forEach((each) => void network.send(each, 'edge-0', letter(each), BITS)));
    at(0, () => network.handOver('client-0', 'edge-1'));
    run();
    expect(arrived.find(({ from }) => from === 'client-1')!.at).toBe(alone.arrived[0]!.at);
    // 390 m from the new server instead of 10 m from the old one.
    expect(network.snrDb('client-1') - network.snrDb('client-0')).toBeCloseTo(30 * Math.log10(39), 6);
  });

  it('carries cuts along, and comes back to the same link', () => {
    const { network, at, run, arrived } = networkOnKernel({ channel: fixed(), backhaul: { edge }, nodes: placed });
    at(0, () => void network.send('client-0', 'edge-0', letter('client-0'), BITS));
    at(0.1, () => network.cutAccess('client-0', true));
    at(1, () => network.handOver('client-0', 'edge-1'));
    at(2, () => network.cutAccess('client-0', false));
    at(2.05, () => network.handOver('client-0', 'edge-0'));
    run();
    expect(arrived[0]!.at).toBeCloseTo(2.1, 8);
    expect(network.transmitJoules).toBeCloseTo(0.2 * 0.5, 8);
  });

  // Goal: no bit is lost or carried twice, whatever hands over when. Method: on a fixed rate the air time of the bits is
  // known, so any sequence of handovers leaves the end on the air, the bits and the energy as they were without.
  it('never loses or repeats a bit on the air', () => {
    const moves = fc.array(fc.tuple(fc.integer({ min: 0, max: 220 }), fc.constantFrom('edge-0', 'edge-1')), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(moves, (when) => {
        const { network, at, run, arrived, sent } = networkOnKernel({ channel: fixed(), nodes: placed });
        at(0, () => void network.send('client-0', 'edge-0', letter('client-0'), BITS));
        for (const [millisecond, server] of when) at(millisecond / 1000, () => network.handOver('client-0', server));
        run();
        expect(arrived).toHaveLength(1);
        expect(Math.abs(sent[0]!.seconds - 0.2)).toBeLessThanOrEqual(1e-9);
        expect(network.uplinkBits).toBe(BITS);
        expect(network.transmitJoules).toBeCloseTo(0.2 * 0.5, 8);
      }),
    );
  });

  // Goal: the integral of the rate over a transfer's life is its bits, whatever hands over when, on links that fade and
  // clients that move. Method: the SNR of either link in every block, read off networks in which nobody is handed over, is
  // integrated by hand along the moves.
  it('carries exactly the integral of its rates over fading links', () => {
    const BLOCK = 0.01;
    const channel = onTheMove(walk(40, 0.05), { fading: rayleigh({ coherence: BLOCK }) });
    const moves = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.constantFrom('edge-0', 'edge-1')), {
      maxLength: 10,
    });
    const snrs = (server: string, seed: number) => {
      const { network, at, run } = networkOnKernel({ channel, nodes: placed, seed });
      network.handOver('client-0', server);
      const seen: number[] = [];
      for (let block = 0; block < 400; block++) {
        at((block + 0.5) * BLOCK, () => void seen.push(10 ** (network.snrDb('client-0') / 10)));
      }
      run();
      return seen;
    };
    fc.assert(
      fc.property(moves, fc.nat(50), (when, seed) => {
        const rates = new Map(['edge-0', 'edge-1'].map((server) => [server, snrs(server, seed)]));
        const bits = 1.5e6;
        const { network, at, run, sent } = networkOnKernel({ channel, nodes: placed, seed });
        at(0, () => void network.send('client-0', 'edge-0', letter('client-0'), bits));
        const steps = when.toSorted(([a], [b]) => a - b);
        for (const [millisecond, server] of steps) at(millisecond / 1000, () => network.handOver('client-0', server));
        run();
        const end = sent[0]!.seconds;
        let [carried, now, server] = [0, 0, 'edge-0'];
        const until = (instant: number) => {
          while (now < instant) {
            const block = Math.floor(now / BLOCK + 1e-9);
            const next = Math.min(instant, (block + 1) * BLOCK);
            carried += (next - now) * BANDWIDTH * Math.log2(1 + rates.get(server)![block]!);
            now = next;
          }
        };
        for (const [millisecond, to] of steps) {
          until(Math.min(end, millisecond / 1000));
          server = to;
        }
        until(end);
        // Two units of the last nanosecond, and the rounding of some hundred sums.
        expect(Math.abs(carried - bits)).toBeLessThan(2e-9 * BANDWIDTH * 40 + 1e-3);
        expect(network.uplinkBits).toBe(bits);
      }),
      { numRuns: 50 },
    );
  });

  it('goes on with a download from the new server', () => {
    const channel = { ...onTheMove(walk(0, 1)), downlink: 'broadcast' } as Channel;
    const { network, at, run, arrived, downloads } = networkOnKernel({ channel, nodes: placed });
    at(0, () => void network.send('edge-0', 'client-0', letter('edge-0'), BITS));
    at(0.01, () => network.handOver('client-0', 'edge-1'));
    at(5, () => void network.send('edge-0', 'client-0', letter('edge-0', 2), BITS));
    run();
    expect(downloads).toEqual(['client-0', 'client-0']);
    expect(arrived.map(({ to }) => to)).toEqual(['client-0', 'client-0']);
    // The second goes over the new link from the start: 390 m away, at the server's power, 20 dB above the client's.
    const snr = 10 ** ((network.snrDb('client-0') + 20) / 10);
    expect(arrived[1]!.at - 5).toBeCloseTo(BITS / (BANDWIDTH * Math.log2(1 + snr)), 5);
    expect(arrived[0]!.at).toBeLessThan(arrived[1]!.at - 5);
  });
});
