import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  coChannel,
  freeSpace,
  logDistance,
  noFading,
  ofdma,
  orthogonal,
  proportionalFair,
  radio,
  rayleigh,
  tdma,
} from '../../../channels/index.ts';
import type { Channel } from '../../../src/network/contract.ts';
import type { Nodes } from '../../../src/network/network.ts';
import { realise } from '../../../src/part.ts';
import { dbmToWatts } from '../../../src/units.ts';
import { letter, networkOnKernel } from '../../support/air.ts';

const BITS = 1e6;
const BANDWIDTH = 1e6;
const HEIGHT = 10;

/** A radio whose gains are known in advance: clients stand at 100 m from their servers, which are 1 km apart. */
const channelOf = (options: Parameters<typeof radio>[0] = {}): Channel =>
  realise<Channel>(
    radio({
      ...{ pathLoss: freeSpace(), fading: noFading(), access: ofdma({ bandwidth: BANDWIDTH }), bandwidth: BANDWIDTH },
      ...{ nearest: 100, cellRadius: 100.001, serverHeight: HEIGHT, clientHeight: HEIGHT, clientPower: 0 },
      interference: coChannel(),
      ...options,
    }),
  );

const nodes: Nodes = {
  cellOf: new Map([
    ['client-0', 'edge-0'],
    ['client-1', 'edge-1'],
    ['client-2', 'edge-1'],
  ]),
  edgeServers: ['edge-0', 'edge-1'],
  centralServer: 'central',
  places: new Map([
    ['edge-0', { x: 0, y: 0 }],
    ['edge-1', { x: 1000, y: 0 }],
  ]),
};

const shannon = (snr: number) => BANDWIDTH * Math.log2(1 + snr);

/** Ends of uploads that begin at given instants, by client, with the radio's own SNRs. */
function uploads(channel: Channel, starts: readonly (readonly [client: string, at: number, bits: number])[]) {
  const { network, at, run, arrived } = networkOnKernel({ channel, nodes });
  const snr = new Map<string, number>();
  for (const [client, start, bits] of starts) {
    at(start, () => void network.send(client, nodes.cellOf.get(client) as string, letter(client), bits));
    snr.set(client, 10 ** (network.snrDb(client) / 10));
  }
  run();
  return { end: (client: string) => arrived.find(({ from }) => from === client)!.at, snr, network };
}

describe('interference between cells', () => {
  // Goal: SINR = S / (N + I) for as long as the other cell transmits, and not a nanosecond longer. Method: free space,
  // where the gain to the other server follows from the distance between the two, which the test reads off the SNRs.
  it('lowers the rate of an upload exactly while another cell’s is on the air', () => {
    const channel = channelOf();
    const heard = ({ snr, network }: ReturnType<typeof uploads>) => {
      // What the other server hears of client 1 is what it would get from it after a handover, without interference.
      network.handOver('client-1', 'edge-0');
      return { own: snr.get('client-0')!, other: 10 ** (network.snrDb('client-1') / 10) };
    };
    const alone = uploads(channel, [['client-0', 0, BITS]]);
    expect(alone.end('client-0')).toBeCloseTo(BITS / shannon(alone.snr.get('client-0')!), 8);
    const both = uploads(channel, [
      ['client-0', 0, BITS],
      ['client-1', 0, BITS / 4],
    ]);
    const ended = both.end('client-1');
    const { own, other } = heard(both);
    const disturbed = shannon(own / (1 + other));
    expect(disturbed).toBeLessThan(0.999 * shannon(own));
    const left = BITS - disturbed * ended;
    expect(both.end('client-0')).toBeCloseTo(ended + left / shannon(own), 7);
  });

  it('is spread over the band, so that two uploads in equal shares disturb like the sum of both', () => {
    const channel = channelOf();
    const three = uploads(channel, [
      ['client-0', 0, BITS / 100],
      ['client-1', 0, BITS],
      ['client-2', 0, BITS],
    ]);
    const own = three.snr.get('client-0')!;
    for (const client of ['client-1', 'client-2']) three.network.handOver(client, 'edge-0');
    const others = ['client-1', 'client-2'].map((client) => 10 ** (three.network.snrDb(client) / 10));
    const rate = shannon(own / (1 + others[0]! + others[1]!));
    expect(three.end('client-0')).toBeCloseTo(BITS / 100 / rate, 8);
  });

  it('is not heard from who waits, nor on another frequency, nor where it is switched off', () => {
    const starts = [
      ['client-0', 0, BITS / 100],
      ['client-1', 0, BITS],
      ['client-2', 0, BITS],
    ] as const;
    const first = uploads(channelOf({ access: tdma({ bandwidth: BANDWIDTH }) }), starts);
    const own = first.snr.get('client-0')!;
    first.network.handOver('client-1', 'edge-0');
    const rate = shannon(own / (1 + 10 ** (first.network.snrDb('client-1') / 10)));
    expect(first.end('client-0')).toBeCloseTo(BITS / 100 / rate, 8);
    const clear = BITS / 100 / shannon(own);
    expect(uploads(channelOf({ interference: coChannel({ reuse: 2 }) }), starts).end('client-0')).toBeCloseTo(clear, 8);
    expect(uploads(channelOf({ interference: undefined as never }), starts).end('client-0')).toBeCloseTo(clear, 8);
  });

  it('reaches downloads from servers that send in other cells, and ends with them', () => {
    const channel = channelOf({ downlink: 'broadcast' });
    const down = (together: boolean) => {
      const { network, at, run, arrived } = networkOnKernel({ channel, nodes });
      at(0, () => void network.send('edge-0', 'client-0', letter('edge-0'), BITS));
      if (together) {
        for (const client of ['client-1', 'client-2']) {
          at(0, () => void network.send('edge-1', client, letter('edge-1'), 10 * BITS));
        }
      }
      run();
      const own = 10 ** (network.snrDb('client-0') / 10);
      network.handOver('client-0', 'edge-1');
      return { end: arrived[0]!.at, own, other: 10 ** (network.snrDb('client-0') / 10) };
    };
    const gain = dbmToWatts(43) / dbmToWatts(0);
    const { end, own, other } = down(true);
    expect(down(false).end).toBeCloseTo(BITS / shannon(own * gain), 8);
    // Two clients download over there, but it is one server that sends.
    expect(end).toBeCloseTo(BITS / shannon((own * gain) / (1 + other * gain)), 8);
  });

  // Goal: nothing is lost while cells disturb each other and clients are handed over in mid-transfer over fading links.
  // Method: random starts and moves; each upload is received once and whole. Where shares only fall with the load, time on
  // the air is no less than without interference; a scheme that follows the fading may gain by company.
  it.each([
    ['equal shares', ofdma({ bandwidth: BANDWIDTH }), true],
    ['a channel each', orthogonal({ bandwidth: BANDWIDTH }), true],
    ['the best block', proportionalFair({ bandwidth: BANDWIDTH }), false],
  ])('delivers every upload once and whole, with %s', (_, access, isMonotone) => {
    const story = fc.record({
      starts: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 3, maxLength: 3 }),
      moves: fc.array(
        fc.tuple(
          fc.integer({ min: 0, max: 900 }),
          fc.constantFrom('client-0', 'client-1', 'client-2'),
          fc.constantFrom('edge-0', 'edge-1'),
        ),
        { maxLength: 8 },
      ),
      seed: fc.nat(1000),
    });
    const options = { access, fading: rayleigh({ coherence: 0.02 }), pathLoss: logDistance({ exponent: 2.2 }) };
    fc.assert(
      fc.property(story, ({ starts, moves, seed }) => {
        const outcome = (interference: boolean) => {
          const channel = channelOf({ ...options, interference: interference ? coChannel() : (undefined as never) });
          const { network, at, run, arrived, sent } = networkOnKernel({ channel, nodes, seed });
          [...nodes.cellOf].forEach(([client, server], index) => {
            at(starts[index]! / 1000, () => void network.send(client, server, letter(client), BITS));
          });
          for (const [when, client, server] of moves) at(when / 1000, () => network.handOver(client, server));
          run();
          return { network, arrived, sent };
        };
        const [disturbed, clear] = [outcome(true), outcome(false)];
        for (const { network, arrived, sent } of [disturbed, clear]) {
          expect(arrived.map(({ from }) => from).sort()).toEqual(['client-0', 'client-1', 'client-2']);
          expect(sent).toHaveLength(3);
          expect(network.uplinkBits).toBe(3 * BITS);
        }
        if (!isMonotone) return;
        expect(disturbed.network.transmitJoules).toBeGreaterThanOrEqual(clear.network.transmitJoules * (1 - 1e-9));
      }),
      { numRuns: 40 },
    );
  });
});
