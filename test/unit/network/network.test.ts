import { describe, expect, it } from 'vitest';
import { fixedRates, noFading, ofdma, orthogonal, radio, rayleigh } from '../../../channels/index.ts';
import { power } from '../../../src/math/power.ts';
import { streams } from '../../../src/math/streams.ts';
import type { Channel, FixedChannel } from '../../../src/network/contract.ts';
import { realise } from '../../../src/part.ts';
import { dbmToWatts, linearToDb } from '../../../src/units.ts';
import { letter, networkOnKernel, TWO_CELLS } from '../../support/air.ts';

const BITS = 1e6;
const UPLINK = 5e6;
/** Ends are rounded up to whole nanoseconds. */
const NANOSECOND_DIGITS = 8;

const fixed = (options: Parameters<typeof fixedRates>[0] = {}): Channel =>
  realise<Channel>(fixedRates({ uplink: UPLINK, clientToCloud: 1e6, clientPower: 20, ...options }));

const still = (options: Parameters<typeof radio>[0] = {}): Channel =>
  realise<Channel>(radio({ fading: noFading(), access: orthogonal({ bandwidth: 1e6 }), ...options }));

describe('a network with links of fixed rates', () => {
  it('takes bits / rate from a client to its edge server, and neighbours in the cell do not matter', () => {
    const { network, at, run, arrived } = networkOnKernel({ channel: fixed() });
    at(0, () =>
      ['client-0', 'client-1'].forEach((client) => void network.send(client, 'edge-0', letter(client), BITS)),
    );
    run();
    expect(arrived).toEqual([
      { to: 'edge-0', from: 'client-0', at: 0.2 },
      { to: 'edge-0', from: 'client-1', at: 0.2 },
    ]);
  });

  it('takes bits / rate + latency between servers, and shares a wire only where it is shared', () => {
    for (const shared of [false, true]) {
      const edge = { rate: 50e6, latency: 0.01, shared };
      const { network, at, run, arrived } = networkOnKernel({ channel: fixed(), backhaul: { edge } });
      at(1, () => [1, 2].forEach((round) => void network.send('edge-0', 'edge-1', letter('edge-0', round), BITS)));
      at(1, () => void network.send('edge-1', 'edge-0', letter('edge-1'), BITS));
      run();
      const each = shared ? 1.05 : 1.03;
      expect(arrived.filter(({ to }) => to === 'edge-1').map((one) => one.at)).toEqual([each, each]);
      // The other direction is a wire of its own.
      expect(arrived.filter(({ to }) => to === 'edge-0').map((one) => one.at)).toEqual([1.03]);
    }
  });

  it('reaches the central server on the client’s own link where it has one', () => {
    const { network, at, run, arrived } = networkOnKernel({ channel: fixed() });
    at(0, () => void network.send('client-2', 'central', letter('client-2'), BITS));
    run();
    expect(arrived).toEqual([{ to: 'central', from: 'client-2', at: 1 }]);
    expect(network.uplinkBits).toBe(BITS);
    expect(network.uploadSeconds('client-2', 'central', BITS)).toBe(1);
  });

  it('spreads rates over clients by a ratio, in a random order that depends on the seed', () => {
    const { network } = networkOnKernel({ channel: fixed({ ratio: 0.5 }) });
    const cells = [...TWO_CELLS.cellOf];
    const toCloud = cells.map(([client]) => network.uploadSeconds(client, 'central', BITS));
    expect([...toCloud].sort((a, b) => a - b)).toEqual([1, 2, 4]);
    const toEdge = cells.map(([client, server]) => network.uploadSeconds(client, server, BITS));
    expect(toEdge).toEqual(toCloud.map((seconds) => (seconds * 1e6) / UPLINK));
    const channel = realise<FixedChannel>(fixedRates({ ratio: 0.95 }));
    const shares = (seed: number) => channel.spread?.(30, streams(seed)('rates').at(0)) ?? [];
    expect([...shares(1)].sort((a, b) => b - a)).toEqual(Array.from({ length: 30 }, (_, j) => power(0.95, j)));
    expect(shares(2)).not.toEqual(shares(1));
  });

  it('relays through the edge server in the sum of both times, and frees the client after the first', () => {
    const cloud = { rate: 2e6, latency: 0.03, shared: true };
    const { network, at, run, arrived, sent } = networkOnKernel({
      channel: fixed({ clientToCloud: 'relay' }),
      backhaul: { cloud },
    });
    at(0, () => void network.send('client-0', 'central', letter('client-0'), BITS));
    run();
    expect(arrived).toHaveLength(1);
    expect(arrived[0]!.at).toBeCloseTo(BITS / UPLINK + BITS / 2e6 + 0.03, NANOSECOND_DIGITS);
    expect(network.uploadSeconds('client-0', 'central', BITS)).toBeCloseTo(arrived[0]!.at, NANOSECOND_DIGITS);
    expect(sent).toHaveLength(1);
    expect(sent[0]!.seconds).toBeCloseTo(BITS / UPLINK, NANOSECOND_DIGITS);
  });

  it('takes bits / rate + latency from an edge server to the central one', () => {
    const { network, at, run, arrived } = networkOnKernel({
      channel: fixed(),
      backhaul: { cloud: { rate: 4e6, latency: 0.5, shared: true } },
    });
    at(0, () => void network.send('edge-1', 'central', letter('edge-1'), BITS));
    run();
    expect(arrived).toEqual([{ to: 'central', from: 'edge-1', at: 0.75 }]);
    // Wires are the servers' business.
    expect([network.uplinkBits, network.transmitJoules]).toEqual([0, 0]);
  });

  it('delivers models of servers to clients and of the central server to edge servers at once', () => {
    const { network, at, run, arrived, downloads } = networkOnKernel({ channel: fixed() });
    at(2, () => {
      expect(network.send('edge-0', 'client-0', letter('edge-0'), BITS)).toBeUndefined();
      expect(network.send('central', 'edge-1', letter('central'), BITS)).toBeUndefined();
    });
    run();
    expect(arrived).toEqual([
      { to: 'client-0', from: 'edge-0', at: 2 },
      { to: 'edge-1', from: 'central', at: 2 },
    ]);
    expect(downloads).toEqual([]);
  });

  it('delivers a message of no bits at once, whoever sends it', () => {
    const { network, at, run, arrived } = networkOnKernel({ channel: fixed() });
    at(1, () => expect(network.send('client-0', 'edge-0', letter('client-0'), 0)).toBeUndefined());
    run();
    expect(arrived).toEqual([{ to: 'edge-0', from: 'client-0', at: 1 }]);
  });

  it('holds transfers on a cut access link and lets them go on when it is mended', () => {
    const { network, at, run, arrived } = networkOnKernel({ channel: fixed() });
    at(0, () => void network.send('client-0', 'edge-0', letter('client-0'), BITS));
    at(0.1, () => network.cutAccess('client-0', true));
    at(7, () => network.cutAccess('client-0', false));
    run();
    expect(arrived.map((one) => one.at)).toEqual([7.1]);
  });

  it('holds transfers on a cut wire in both directions, also those that begin while it is cut', () => {
    const edge = { rate: BITS, latency: 0, shared: true };
    const { network, at, run, arrived } = networkOnKernel({ channel: fixed(), backhaul: { edge } });
    at(0, () => void network.send('edge-0', 'edge-1', letter('edge-0'), BITS));
    at(0.5, () => network.cutWire('edge-1', 'edge-0', true));
    at(1, () => void network.send('edge-1', 'edge-0', letter('edge-1'), BITS));
    at(3, () => network.cutWire('edge-0', 'edge-1', false));
    run();
    expect(arrived).toEqual([
      { to: 'edge-1', from: 'edge-0', at: 3.5 },
      { to: 'edge-0', from: 'edge-1', at: 4 },
    ]);
  });

  it('knows which names can have a link', () => {
    const { network } = networkOnKernel({ channel: fixed() });
    expect(network.hasAccessLink('client-1')).toBe(true);
    expect(network.hasAccessLink('edge-1')).toBe(false);
    expect(network.isWire('edge-0', 'central')).toBe(true);
    expect(network.isWire('edge-0', 'edge-0')).toBe(false);
    expect(network.isWire('client-0', 'edge-0')).toBe(false);
  });
});

describe('the bill of a network', () => {
  const watts = dbmToWatts(20);

  it('books a finished upload in full, and its energy for the time on the air', () => {
    const { network, at, run } = networkOnKernel({ channel: fixed() });
    at(0, () => void network.send('client-0', 'edge-0', letter('client-0'), BITS));
    run();
    expect(network.uplinkBits).toBe(BITS);
    expect(network.transmitJoules).toBeCloseTo(0.2 * watts, 12);
  });

  it('books of a cancelled upload what it has put on the air, and nobody hears of it', () => {
    const { network, at, run, arrived, sent } = networkOnKernel({ channel: fixed() });
    at(0, () => {
      const transfer = network.send('client-0', 'edge-0', letter('client-0'), BITS)!;
      at(0.05, () => network.cancel(transfer));
      at(0.06, () => network.cancel(transfer));
    });
    run();
    expect(network.uplinkBits).toBe(0.05 * UPLINK);
    expect(network.transmitJoules).toBeCloseTo(0.05 * watts, 12);
    expect([arrived, sent]).toEqual([[], []]);
  });

  it('books nothing for an upload that is cancelled while its link is cut from the start', () => {
    const { network, at, run } = networkOnKernel({ channel: still() });
    at(0, () => {
      network.cutAccess('client-0', true);
      const transfer = network.send('client-0', 'edge-0', letter('client-0'), BITS)!;
      at(9, () => network.cancel(transfer));
    });
    run();
    expect([network.uplinkBits, network.transmitJoules]).toEqual([0, 0]);
  });

  it('books a relayed upload once: the second hop is not the client’s', () => {
    const { network, at, run } = networkOnKernel({ channel: fixed({ clientToCloud: 'relay' }) });
    at(0, () => void network.send('client-0', 'central', letter('client-0'), BITS));
    run();
    expect(network.uplinkBits).toBe(BITS);
    expect(network.transmitJoules).toBeCloseTo(0.2 * watts, 12);
  });

  it('books an upload that is cancelled on its second hop in full', () => {
    const { network, at, run, arrived } = networkOnKernel({
      channel: fixed({ clientToCloud: 'relay' }),
      backhaul: { cloud: { rate: 1e5, latency: 0, shared: true } },
    });
    at(0, () => {
      const transfer = network.send('client-0', 'central', letter('client-0'), BITS)!;
      at(1, () => network.cancel(transfer));
    });
    run();
    expect(network.uplinkBits).toBe(BITS);
    expect(arrived).toEqual([]);
  });
});

describe('a network with an emulated radio', () => {
  it('sends at the rate of the SNR that it states, where the gain never changes', () => {
    const { network, at, run, arrived } = networkOnKernel({ channel: still({ bandwidth: 1e6 }) });
    at(0, () => void network.send('client-0', 'edge-0', letter('client-0'), BITS));
    run();
    const snr = 10 ** (network.snrDb('client-0') / 10);
    expect(arrived[0]!.at).toBeCloseTo(BITS / (1e6 * Math.log2(1 + snr)), NANOSECOND_DIGITS);
    expect(network.uploadSeconds('client-0', 'edge-0', BITS)).toBeCloseTo(arrived[0]!.at, NANOSECOND_DIGITS);
  });

  it('loses the decibels of an obstacle, and gets them back', () => {
    const { network } = networkOnKernel({ channel: still() });
    const before = network.snrDb('client-0');
    network.attenuate('client-0', 15);
    expect(network.snrDb('client-0')).toBeCloseTo(before - 15, 9);
    network.attenuate('client-0', -15);
    expect(network.snrDb('client-0')).toBeCloseTo(before, 9);
    network.cutAccess('client-0', true);
    expect(network.snrDb('client-0')).toBe(linearToDb(0));
  });

  it('slows a transfer that is under way when an obstacle comes, and only that client’s', () => {
    const times = (attenuationDb: number) => {
      const { network, at, run, arrived } = networkOnKernel({ channel: still() });
      at(0, () =>
        ['client-0', 'client-1'].forEach((client) => void network.send(client, 'edge-0', letter(client), BITS)),
      );
      at(0.01, () => network.attenuate('client-0', attenuationDb));
      run();
      return ['client-0', 'client-1'].map((client) => arrived.find(({ from }) => from === client)!.at);
    };
    const [free, other] = times(0);
    const [blocked, unmoved] = times(30);
    expect(blocked).toBeGreaterThan(free!);
    expect(unmoved).toBe(other);
  });

  it('sees the same fading whoever shares the cell: common random numbers', () => {
    const channel = realise<Channel>(
      radio({ fading: rayleigh({ coherence: 0.01 }), access: orthogonal({ bandwidth: 1e6 }) }),
    );
    const alone = networkOnKernel({ channel });
    alone.at(0, () => void alone.network.send('client-1', 'edge-0', letter('client-1'), BITS));
    alone.run();
    const together = networkOnKernel({ channel });
    together.at(0, () =>
      ['client-0', 'client-1'].forEach((each) => void together.network.send(each, 'edge-0', letter(each), BITS)),
    );
    together.run();
    expect(together.arrived.find(({ from }) => from === 'client-1')).toEqual(alone.arrived[0]);
    const elsewhere = networkOnKernel({ channel, seed: 2 });
    elsewhere.at(0, () => void elsewhere.network.send('client-1', 'edge-0', letter('client-1'), BITS));
    elsewhere.run();
    expect(elsewhere.arrived[0]!.at).not.toBe(alone.arrived[0]!.at);
  });

  it('shares a cell’s band among its own clients only', () => {
    const channel = realise<Channel>(radio({ fading: noFading(), access: ofdma({ bandwidth: 1e6 }) }));
    const time = (clients: readonly string[]) => {
      const { network, at, run, arrived } = networkOnKernel({ channel });
      at(0, () =>
        clients.forEach(
          (each) => void network.send(each, each === 'client-2' ? 'edge-1' : 'edge-0', letter(each), BITS),
        ),
      );
      run();
      return arrived.find(({ from }) => from === 'client-0')!.at;
    };
    expect(time(['client-0', 'client-2'])).toBe(time(['client-0']));
    expect(time(['client-0', 'client-1'])).toBeGreaterThan(time(['client-0']));
  });

  it('broadcasts a model at each client’s own rate, and says when it begins', () => {
    const { network, at, run, arrived, downloads } = networkOnKernel({ channel: still({ downlink: 'broadcast' }) });
    at(0, () =>
      ['client-0', 'client-1'].forEach((client) => void network.send('edge-0', client, letter('edge-0'), BITS)),
    );
    run();
    expect(downloads).toEqual(['client-0', 'client-1']);
    expect(arrived).toHaveLength(2);
    expect(arrived[0]!.at).toBeGreaterThan(0);
    expect(arrived[1]!.at).not.toBe(arrived[0]!.at);
    // Downloads are not the clients' transmissions.
    expect([network.uplinkBits, network.transmitJoules]).toEqual([0, 0]);
  });
});
