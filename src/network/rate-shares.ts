import type { Streams } from '../math/streams.ts';
import type { Channel } from './contract.ts';

/** What each client has of the rates of a channel, where they are given and spread. @param clients ids, in order */
export function rateShares(
  channel: Channel,
  clients: readonly string[],
  streams: Streams,
): ReadonlyMap<string, number> {
  const shares = channel.type === 'fixed' ? channel.spread?.(clients.length, streams('links/rates').at(0)) : undefined;
  return new Map(shares?.map((share, at) => [clients[at] as string, share]));
}
