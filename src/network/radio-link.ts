import type { Stream } from '../math/streams.ts';
import {
  type Decibels,
  type Duration,
  dbmToWatts,
  dbToLinear,
  type Instant,
  linearToDb,
  type Metres,
  toDuration,
  toSeconds,
  type Watts,
} from '../units.ts';
import type { Place, RadioChannel } from './contract.ts';
import type { AccessLink } from './link.ts';
import type { Share } from './medium.ts';
import { blockAt } from './rate-profile.ts';
import type { RecordedLink } from './recorded-gains.ts';
import type { Way } from './way.ts';

/** The draws of one radio link, one stream for each purpose. */
export interface LinkStreams {
  readonly sight: Stream;
  readonly shadowing: Stream;
  readonly fading: Stream;
  /** Of the server, the same for all of its links. */
  readonly surroundings: Stream;
}

/** Where the two ends of a link are: the client's way, and the server. */
export interface LinkEnds {
  readonly way: Way;
  /** Relative to the client's home server. */
  readonly server: Place;
}

/**
 * A client's link to an edge server: large-scale gain by the client's place, small-scale gain by fading block, and what
 * faults do to it. Its blocks are those of the fading, or of the movement where that is looked at more often.
 */
export class RadioLink implements AccessLink {
  readonly block: Duration;
  isCut = false;
  readonly #radio: RadioChannel;
  readonly #ends: LinkEnds;
  readonly #streams: LinkStreams;
  readonly #recorded: RecordedLink | undefined;
  readonly #clientWatts: number;
  /** Of the fading. */
  readonly #meanFading: number;
  readonly #coherence: Duration;
  readonly #step: Duration;
  #attenuationDb: Decibels = 0;
  /** The obstacles' gain, linear. */
  #obstacle = 1;
  /** The block that the gains below are those of: shares change several times within one. */
  #index = -1;
  /** The last fading gain that was drawn, relative to its mean, and the fading's block. */
  #gain = 1;
  #gainBlock = -1;
  /** Path loss, shadowing and mean fading at the last step of the client's way, linear. */
  #meanGain = 1;
  #meanGainStep = -1;

  constructor(radio: RadioChannel, ends: LinkEnds, streams: LinkStreams, recorded?: RecordedLink) {
    this.#recorded = recorded;
    this.#radio = radio;
    this.#ends = ends;
    this.#streams = streams;
    this.#clientWatts = dbmToWatts(radio.clientPower);
    this.#meanFading = radio.fading.meanGain ?? 1;
    this.#coherence = toDuration(radio.fading.coherence);
    this.#step = toDuration(ends.way.step);
    const { block } = radio.recorded ?? {};
    this.block = block === undefined ? (Math.min(this.#coherence, this.#step) as Duration) : toDuration(block);
  }

  get attenuationDb(): Decibels {
    return this.#attenuationDb;
  }

  set attenuationDb(attenuationDb: Decibels) {
    this.#attenuationDb = attenuationDb;
    this.#obstacle = attenuationDb === 0 ? 1 : dbToLinear(-attenuationDb);
  }

  snrDb(at: Instant): Decibels {
    return linearToDb(this.#snr(at));
  }

  soloRate(at: Instant): number {
    return this.#radio.rate.rate(this.#snr(at), this.#radio.bandwidth);
  }

  meanSnr(at: Instant): number {
    const index = blockAt(this.block, at);
    if (this.#index !== index) this.#look(index);
    const { bandwidth, noise } = this.#radio;
    return (this.#clientWatts * this.#meanGain * this.#obstacle) / noise.powerW(bandwidth);
  }

  meanReceivedW(at: Instant, power: Watts): Watts {
    const index = blockAt(this.block, at);
    if (this.#index !== index) this.#look(index);
    // Receive antennas are combined for the wanted signal: what is unwanted gains nothing by them.
    return this.isCut ? 0 : (power * this.#meanGain * this.#obstacle) / this.#meanFading;
  }

  distance(at: Instant): Metres {
    const { way, server } = this.#ends;
    return way.distance(toSeconds(at), server);
  }

  gains(index: number): { readonly mean: number; readonly fading: number } {
    if (this.#index !== index) this.#look(index);
    return { mean: this.#meanGain, fading: this.#gain };
  }

  gain(at: Instant): number {
    return this.meanGain(at) * this.relativeGain(blockAt(this.block, at)) * this.clearance;
  }

  meanGain(at: Instant): number {
    const index = blockAt(this.block, at);
    if (this.#index !== index) this.#look(index);
    return this.#meanGain;
  }

  get clearance(): number {
    return this.isCut ? 0 : this.#obstacle;
  }

  relativeGain(index: number): number {
    if (this.#index !== index) this.#look(index);
    return this.#gain;
  }

  rate(index: number, { bandwidth, airtime, success = 1, interference = 0 }: Share, power = this.#clientWatts): number {
    if (this.isCut) return 0;
    if (this.#index !== index) this.#look(index);
    const noise = this.#radio.noise.powerW(bandwidth) + interference * bandwidth;
    const reference = (power * this.#meanGain * this.#obstacle) / noise;
    const snr = reference * this.#gain;
    return airtime * success * this.#radio.rate.rate(snr, bandwidth);
  }

  #snr(at: Instant): number {
    return this.isCut ? 0 : this.meanSnr(at) * this.relativeGain(blockAt(this.block, at));
  }

  /** Brings the gains to those of a block. */
  #look(index: number): void {
    this.#index = index;
    const { means, fading } = this.#recorded ?? {};
    if (means !== undefined && fading !== undefined) {
      this.#meanGain = means[index % means.length] as number;
      this.#gain = fading[index % fading.length] as number;
      return;
    }
    const block = this.#within(this.#coherence, index);
    if (this.#gainBlock !== block) {
      this.#gainBlock = block;
      this.#gain = this.#radio.fading.gain(this.#streams.fading, block) / this.#meanFading;
    }
    const step = this.#within(this.#step, index);
    if (this.#meanGainStep !== step) {
      this.#meanGainStep = step;
      this.#meanGain = this.#meanGainAt(step);
    }
  }

  #meanGainAt(step: number): number {
    const radio = this.#radio;
    const { way, server } = this.#ends;
    const { sight, shadowing, surroundings } = this.#streams;
    const at = Number.isFinite(this.#step) ? toSeconds((step * this.#step) as Instant) : 0;
    const { frequency, serverHeight, clientHeight } = radio;
    const geometry = { distance: way.distance(at, server), frequency, serverHeight, clientHeight };
    const hasSight = radio.pathLoss.hasSight?.(geometry, sight);
    const { x, y } = way.place(at);
    // A server's surroundings are a field around the server, whoever's home it is.
    const place = { x: x - server.x, y: y - server.y };
    const view = { place, surroundings, ...(hasSight === undefined ? {} : { hasSight }) };
    const lossDb = radio.pathLoss.lossDb(geometry, sight) + radio.shadowing.shadowingDb(shadowing, view);
    return this.#meanFading * dbToLinear(-lossDb);
  }

  /** The span of a slower clock that a block begins in. */
  #within(span: Duration, index: number): number {
    if (span === this.block) return index;
    return Number.isFinite(span) ? Math.floor((index * this.block) / span) : 0;
  }
}
