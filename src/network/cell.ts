import type { Streams } from '../math/streams.ts';
import type { BitsPerSecond, DecibelMilliwatts, Decibels, Instant, Metres } from '../units.ts';
import type { Channel, FixedChannel, Grant, RadioChannel } from './contract.ts';
import type { Carrying, Share, Sharing } from './medium.ts';
import { RadioLink } from './radio-link.ts';
import { constantRate, type RateProfile } from './rate-profile.ts';

/** A client's access to its edge server, over the emulated radio or at a fixed rate. */
export interface AccessLink {
  /** SNR at an instant over the channel's bandwidth; Infinity where the rate is fixed. */
  snrDb(at: Instant): Decibels;
  /** Rate of an upload that has the air to itself, at an instant. */
  soloRate(at: Instant): BitsPerSecond;
  /** Mean SNR over the channel's bandwidth, linear. */
  readonly meanSnr: number;
  /** Rate over the blocks to come under a grant, sent with `power` (the client's own by default). */
  profile(grant: Grant, power?: DecibelMilliwatts): RateProfile;
  /** What obstacles take away on top of everything. */
  attenuationDb: Decibels;
  isCut: boolean;
}

/** A transfer on the air. */
export interface AirLoad {
  readonly client: string;
  readonly link: AccessLink;
}

/** The access link of a client, with the draws that belong to it. */
export function accessLink(channel: Channel, client: string, streams: Streams): AccessLink {
  if (channel.type === 'fixed') return fixedLink(channel);
  return new RadioLink(channel, distanceOf(channel, client, streams), {
    sight: streams(`${client}/sight`),
    shadowing: streams(`${client}/shadowing`),
    fading: streams(`${client}/fading`),
  });
}

/** A link whose rate is given: obstacles don't reach it, but it can be cut. */
function fixedLink({ uplink }: FixedChannel): AccessLink {
  const link = {
    snrDb: () => Number.POSITIVE_INFINITY,
    soloRate: () => (link.isCut ? 0 : uplink),
    meanSnr: Number.POSITIVE_INFINITY,
    profile: () => constantRate(link.isCut ? 0 : uplink),
    attenuationDb: 0,
    isCut: false,
  };
  return link;
}

/** Distance of a client placed uniformly on a ring-shaped disc: r = √(r₀² + u (R² − r₀²)). */
function distanceOf({ cellRadius, nearest }: RadioChannel, client: string, streams: Streams): Metres {
  const u = streams(`${client}/place`).at(0)();
  return Math.sqrt(nearest ** 2 + u * (cellRadius ** 2 - nearest ** 2));
}

/** How the uploads of one cell share its air: as the access scheme grants, or each at its fixed rate. */
export function cellSharing(channel: Channel): Sharing<AirLoad> {
  if (channel.type === 'radio') {
    return { independent: channel.access.independent, shares: (loads) => radioShares(channel, loads) };
  }
  const whole = { bandwidth: 1, airtime: 1 };
  return {
    independent: true,
    shares: (loads) =>
      loads.map(({ load }) => ({ profile: load.link.profile(whole), airtime: load.link.isCut ? 0 : 1 })),
  };
}

/** A transfer whose link is cut is silent and leaves the air to the others. */
function radioShares({ access }: RadioChannel, loads: readonly Carrying<AirLoad>[]): Share[] {
  const heard = loads.filter(({ load }) => !load.link.isCut);
  const grants = access.grant(
    heard.map(({ id, remaining, load: { client, link } }) => ({ id, client, remaining, snr: link.meanSnr })),
  );
  const granted = new Map(heard.map(({ id }, index) => [id, grants[index] ?? NO_GRANT]));
  return loads.map(({ id, load }) => {
    const grant = granted.get(id) ?? NO_GRANT;
    return { profile: load.link.profile(grant), airtime: grant.bandwidth > 0 ? grant.airtime : 0 };
  });
}

const NO_GRANT: Grant = { bandwidth: 0, airtime: 0 };
