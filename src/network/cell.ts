import type { Streams } from '../math/streams.ts';
import { type BitsPerSecond, type Duration, dbmToWatts, type Hertz, type Instant } from '../units.ts';
import type { Channel, Demand, Place, RadioChannel } from './contract.ts';
import type { AccessLink, AirLoad } from './link.ts';
import { type Alarms, type Carrying, type Medium, NO_GRANT, type Share, type Sharing } from './medium.ts';
import { RadioLink } from './radio-link.ts';
import { SeparateMedium } from './separate-medium.ts';
import { SharedMedium } from './shared-medium.ts';
import { wayOf } from './way.ts';

/** A link to be: the two ends, the server's place relative to the client's home, and the name that its draws go by. */
export interface LinkSite {
  readonly client: string;
  readonly server: string;
  readonly place: Place;
  readonly name: string;
  /** What the client has of given rates. */
  readonly share: number;
}

/** What the air of a cell has to do with that of others. */
export interface Neighbourhood {
  /** Interference at the receiver of a transfer [W/Hz]. */
  density(load: AirLoad): number;
  /** Told when a transfer's transmitter is on for another share of the time. */
  onAir(transfer: Carrying<AirLoad>, duty: number): void;
}

/** The access link of a client, with the draws that belong to it. */
export function accessLink(
  channel: Channel,
  { client, server, place, name, share }: LinkSite,
  streams: Streams,
): AccessLink {
  if (channel.type === 'fixed') return fixedLink(share * channel.uplink);
  return new RadioLink(
    channel,
    { way: wayOf(channel, client, streams), server: place },
    {
      sight: streams(`${name}/sight`),
      shadowing: streams(`${name}/shadowing`),
      fading: streams(`${name}/fading`),
      surroundings: streams(`${server}/surroundings`),
    },
    channel.recorded?.link(client, server),
  );
}

/** A link whose rate is given: obstacles don't reach it, but it can be cut. */
function fixedLink(uplink: BitsPerSecond): AccessLink {
  const link = {
    block: ONE_BLOCK,
    snrDb: () => Number.POSITIVE_INFINITY,
    soloRate: () => (link.isCut ? 0 : uplink),
    meanSnr: () => Number.POSITIVE_INFINITY,
    gain: () => Number.NaN,
    meanGain: () => Number.NaN,
    clearance: 1,
    meanReceivedW: () => 0,
    distance: () => 0,
    gains: () => undefined,
    relativeGain: () => 1,
    rate: () => (link.isCut ? 0 : uplink),
    attenuationDb: 0,
    isCut: false,
  };
  return link;
}

/** The uploads of one cell: they share its air as the access scheme grants, or go each at its fixed rate. */
export function cellMedium(channel: Channel, block: Duration, alarms: Alarms, around: Neighbourhood): Medium<AirLoad> {
  const { onAir } = around;
  if (channel.type === 'fixed') return new SeparateMedium({ ...fixedSharing, onAir }, alarms);
  const hears = channel.interference !== undefined;
  const sharing: Sharing<AirLoad> = {
    block,
    grants: (loads) => {
      const grants = radioGrants(channel, loads, alarms.now());
      return hears ? disturbed(grants, loads, around) : grants;
    },
    rate: ({ link }, grant, index) => link.rate(index, grant),
    ...(channel.access.pick === undefined ? {} : { pick: (loads, index) => pickOf(channel, loads, index) }),
    onAir,
  };
  return channel.access.independent ? new SeparateMedium(sharing, alarms) : new SharedMedium(sharing, alarms);
}

/** A server sends to all its clients at once over the whole bandwidth; each receives at the rate of its own link. */
export function broadcastMedium(
  channel: Channel,
  block: Duration,
  alarms: Alarms,
  around: Neighbourhood,
): Medium<AirLoad> {
  if (channel.type === 'fixed') return new SeparateMedium(fixedSharing, alarms);
  const power = dbmToWatts(channel.serverPower);
  const whole: Share = { bandwidth: channel.bandwidth, airtime: 1 };
  const grants = (loads: readonly Carrying<AirLoad>[]) => loads.map(({ load }) => (load.link.isCut ? NO_GRANT : whole));
  return new SeparateMedium<AirLoad>(
    {
      block,
      grants: (loads) => disturbed(grants(loads), loads, around),
      rate: ({ link }, grant, index) => link.rate(index, grant, power),
      onAir: around.onAir,
    },
    alarms,
  );
}

/** A client's own link of a given rate. */
export const ownMedium = (
  rate: BitsPerSecond,
  alarms: Alarms,
  { onAir }: Pick<Neighbourhood, 'onAir'>,
): Medium<AirLoad> => new SeparateMedium({ ...fixedSharing, rate: () => rate, onAir }, alarms);

/** The band that a cell's transmitters spread over: a lone transfer's, or the channel's where each has its own. */
export function bandOf({ access, bandwidth }: RadioChannel): Hertz {
  if (access.independent) return bandwidth;
  const [grant] = access.grant([{ id: 0, client: '', remaining: 1, snr: 1 }]);
  return grant !== undefined && grant.bandwidth > 0 ? grant.bandwidth : bandwidth;
}

const ONE_BLOCK = Number.POSITIVE_INFINITY as Duration;
const WHOLE: Share = { bandwidth: 1, airtime: 1 };

const fixedSharing: Sharing<AirLoad> = {
  block: ONE_BLOCK,
  grants: (loads) => loads.map(({ load }) => (load.link.isCut ? NO_GRANT : WHOLE)),
  rate: ({ link }, grant, index) => link.rate(index, grant),
};

/** Grants with the interference that their receivers hear. */
function disturbed(
  grants: readonly Share[],
  loads: readonly Carrying<AirLoad>[],
  { density }: Neighbourhood,
): readonly Share[] {
  return grants.map((grant, place) => {
    const load = loads[place]?.load;
    const interference = grant === NO_GRANT || load === undefined ? 0 : density(load);
    return interference > 0 ? { ...grant, interference } : grant;
  });
}

/** A transfer whose link is cut is silent and leaves the air to the others. */
function radioGrants({ access }: RadioChannel, loads: readonly Carrying<AirLoad>[], now: Instant): readonly Share[] {
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
