import { ofdma, orthogonal, radio, rayleigh } from 'fadelab/channels';
import type { Message } from '../../dist/src/event.js';
import { Kernel } from '../../dist/src/kernel/kernel.js';
import { streams } from '../../dist/src/math/streams.js';
import type { Channel } from '../../dist/src/network/contract.js';
import { Network } from '../../dist/src/network/network.js';
import { realise } from '../../dist/src/part.js';
import { later, MHz, milliseconds, toDuration } from '../../dist/src/units.js';

const CELLS = 1000;
const COHERENCE = milliseconds(50);
const FREE = { rate: 1e12, latency: 0, shared: false };
/** The clock goes on so far at a time [ms], until enough has happened. */
const SLICE = 1;

/** How a cell's 100 clients share its air, and the mean size of a transfer [bit]. */
export const sharings = {
  /** All of it together: transfers take some 3 s, so that ends and new blocks cause alike many changes. */
  shared: { access: ofdma({ bandwidth: MHz(20) }), meanBits: 1e7 },
  /** Each has a channel of its own: some 12 blocks a transfer. */
  separate: { access: orthogonal({ bandwidth: MHz(20 / 100) }), meanBits: 2e6 },
} as const;

export type AirSharing = (typeof sharings)[keyof typeof sharings];

/**
 * So many transfers at once over Rayleigh block-fading links, in 1,000 cells; where one ends, the client's next begins.
 *
 * A rate change is a transfer's rate worked out anew and then held for some time: because a fading block begins, or
 * because its grant changes when another transfer comes or goes. Looking ahead in vain doesn't count.
 *
 * @returns a function that goes on until about so many rate changes more have happened, and says how many they were
 */
export function transfers(clients: number, { access, meanBits }: AirSharing): (changes: number) => number {
  const channel = realise<Channel>(radio({ fading: rayleigh({ coherence: COHERENCE }), access }));
  const sizes = streams(1)('sizes').at(0);
  const kernel: Kernel<number | Message> = new Kernel<number | Message>({
    deliver: (pending) => (typeof pending === 'number' ? network.advance(pending) : send(pending)),
  });
  const cellOf = new Map(Array.from({ length: clients }, (_, n) => [`client-${n}`, `edge-${n % CELLS}`]));
  const network: Network = new Network({
    channel,
    backhaul: { edge: FREE, cloud: FREE },
    nodes: { cellOf, edgeServers: Array.from({ length: CELLS }, (_, n) => `edge-${n}`), centralServer: 'central' },
    streams: streams(2),
    port: {
      now: () => kernel.now,
      set: (at, transfer) => kernel.schedule(at, transfer),
      clear: (alarm) => void kernel.cancel(alarm),
      deliver: (at, _, message) => void kernel.schedule(at, message),
      sent: () => {},
      failed: () => {},
      downloadStarted: () => {},
    },
  });
  const send = (message: Message) => {
    const { from } = message as { readonly from: string };
    network.send(from, cellOf.get(from) as string, message, 1 + Math.round(2 * meanBits * sizes()));
  };
  for (const from of cellOf.keys()) send({ type: 'model.received', from, round: 1, model: MODEL });
  return (changes) => {
    const before = network.air.rateChanges;
    while (network.air.rateChanges < before + changes) kernel.run(later(kernel.now, toDuration(milliseconds(SLICE))));
    return network.air.rateChanges - before;
  };
}

const MODEL = { parameters: undefined, digest: '-' };
