import type { Streams } from '../math/streams.ts';
import type { BitsPerSecond, Decibels, Duration, Instant, Watts } from '../units.ts';
import { dbmToWatts } from '../units.ts';
import type { Channel, Demand, FixedChannel, Grant, Place, RadioChannel } from './contract.ts';
import { type Alarms, type Carrying, type Medium, NO_GRANT, type Sharing } from './medium.ts';
import { RadioLink } from './radio-link.ts';
import { SeparateMedium } from './separate-medium.ts';
import { SharedMedium } from './shared-medium.ts';
import { wayOf } from './way.ts';

/** A client's access to its edge server, over the emulated radio or at a fixed rate. */
export interface AccessLink {
  /** Length of the blocks within which its gain stays [ns]; the same for all links of a channel. */
  readonly block: Duration;
  /** SNR at an instant over the channel's bandwidth; Infinity where the rate is fixed. */
  snrDb(at: Instant): Decibels;
  /** Rate of an upload that has the air to itself, at an instant. */
  soloRate(at: Instant): BitsPerSecond;
  /** Mean SNR over the channel's bandwidth at an instant, over fading alone; linear. */
  meanSnr(at: Instant): number;
  /** Channel gain |h|² at an instant, path loss and obstacles included, linear; 0 while it is cut. NaN where the rate is fixed. */
  gain(at: Instant): number;
  /** Its mean over fading, without obstacles. */
  meanGain(at: Instant): number;
  /** What obstacles leave of the power, 1 without any; 0 while the link is cut. */
  readonly clearance: number;
  /** Gain in block `index`, relative to its mean. */
  relativeGain(index: number): number;
  /** Rate in block `index` under a grant, sent with `power` (the client's own by default). */
  rate(index: number, grant: Grant, power?: Watts): BitsPerSecond;
  /** What obstacles take away on top of everything. */
  attenuationDb: Decibels;
  isCut: boolean;
}

/** A transfer on the air. */
export interface AirLoad {
  readonly client: string;
  readonly link: AccessLink;
}

/** A link to be: the two ends, the server's place relative to the client's home, and the name that its draws go by. */
export interface LinkSite {
  readonly client: string;
  readonly server: string;
  readonly place: Place;
  readonly name: string;
}

/** The access link of a client, with the draws that belong to it. */
export function accessLink(channel: Channel, { client, server, place, name }: LinkSite, streams: Streams): AccessLink {
  if (channel.type === 'fixed') return fixedLink(channel);
  return new RadioLink(
    channel,
    { way: wayOf(channel, client, streams), server: place },
    {
      sight: streams(`${name}/sight`),
      shadowing: streams(`${name}/shadowing`),
      fading: streams(`${name}/fading`),
      surroundings: streams(`${server}/surroundings`),
    },
  );
}

/** A link whose rate is given: obstacles don't reach it, but it can be cut. */
function fixedLink({ uplink }: FixedChannel): AccessLink {
  const link = {
    block: ONE_BLOCK,
    snrDb: () => Number.POSITIVE_INFINITY,
    soloRate: () => (link.isCut ? 0 : uplink),
    meanSnr: () => Number.POSITIVE_INFINITY,
    gain: () => Number.NaN,
    meanGain: () => Number.NaN,
    clearance: 1,
    relativeGain: () => 1,
    rate: () => (link.isCut ? 0 : uplink),
    attenuationDb: 0,
    isCut: false,
  };
  return link;
}

/** The uploads of one cell: they share its air as the access scheme grants, or go each at its fixed rate. */
export function cellMedium(channel: Channel, block: Duration, alarms: Alarms): Medium<AirLoad> {
  if (channel.type === 'fixed') return new SeparateMedium(fixedSharing, alarms);
  const sharing: Sharing<AirLoad> = {
    block,
    grants: (loads) => radioGrants(channel, loads, alarms.now()),
    rate: ({ link }, grant, index) => link.rate(index, grant),
    ...(channel.access.pick === undefined ? {} : { pick: (loads, index) => pickOf(channel, loads, index) }),
  };
  return channel.access.independent ? new SeparateMedium(sharing, alarms) : new SharedMedium(sharing, alarms);
}

/** A server sends to all its clients at once over the whole bandwidth; each receives at the rate of its own link. */
export function broadcastMedium(channel: Channel, block: Duration, alarms: Alarms): Medium<AirLoad> {
  if (channel.type === 'fixed') return new SeparateMedium(fixedSharing, alarms);
  const power = dbmToWatts(channel.serverPower);
  const whole: Grant = { bandwidth: channel.bandwidth, airtime: 1 };
  return new SeparateMedium<AirLoad>(
    {
      block,
      grants: (loads) => loads.map(({ load }) => (load.link.isCut ? NO_GRANT : whole)),
      rate: ({ link }, grant, index) => link.rate(index, grant, power),
    },
    alarms,
  );
}

/** A client's own link of a given rate. */
export const ownMedium = (rate: BitsPerSecond, alarms: Alarms): Medium<AirLoad> =>
  new SeparateMedium({ ...fixedSharing, rate: () => rate }, alarms);

const ONE_BLOCK = Number.POSITIVE_INFINITY as Duration;
const WHOLE: Grant = { bandwidth: 1, airtime: 1 };

const fixedSharing: Sharing<AirLoad> = {
  block: ONE_BLOCK,
  grants: (loads) => loads.map(({ load }) => (load.link.isCut ? NO_GRANT : WHOLE)),
  rate: ({ link }, grant, index) => link.rate(index, grant),
};

/** A transfer whose link is cut is silent and leaves the air to the others. */
function radioGrants({ access }: RadioChannel, loads: readonly Carrying<AirLoad>[], now: Instant): readonly Grant[] {
  const heard = loads.some(({ load }) => load.link.isCut) ? loads.filter(({ load }) => !load.link.isCut) : loads;
  const grants = access.grant(heard.map((each) => demand(each, now)));
  if (heard === loads) return grants;
  let next = 0;
  return loads.map(({ load }) => (load.link.isCut ? NO_GRANT : (grants[next++] ?? NO_GRANT)));
}

/** Who has the block to itself, where the access scheme follows the fading. */
function pickOf({ access }: RadioChannel, loads: readonly Carrying<AirLoad>[], index: number): number {
  return access.pick?.(loads.map(({ load }) => load.link.relativeGain(index))) ?? 0;
}

const demand = ({ id, remaining, load: { client, link } }: Carrying<AirLoad>, now: Instant): Demand => ({
  id,
  client,
  remaining,
  snr: link.meanSnr(now),
});
