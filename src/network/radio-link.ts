import type { Stream } from '../math/streams.ts';
import {
  type Decibels,
  type Duration,
  dbmToWatts,
  dbToLinear,
  type Hertz,
  type Instant,
  linearToDb,
  type Metres,
  toDuration,
  type Watts,
} from '../units.ts';
import type { AccessLink } from './cell.ts';
import type { Grant, RadioChannel } from './contract.ts';
import { blockAt } from './rate-profile.ts';

/** The draws of one radio link, one stream for each purpose. */
export interface LinkStreams {
  readonly sight: Stream;
  readonly shadowing: Stream;
  readonly fading: Stream;
}

/** A client's link to its edge server: large-scale gain fixed, small-scale gain by block, and what faults do to it. */
export class RadioLink implements AccessLink {
  readonly block: Duration;
  isCut = false;
  /** Path loss and shadowing, linear. */
  readonly #meanGain: number;
  readonly #radio: RadioChannel;
  readonly #fading: Stream;
  readonly #clientWatts: number;
  #attenuationDb: Decibels = 0;
  /** The obstacles' gain, linear. */
  #obstacle = 1;
  /** The last gain that was drawn, and its block: shares change several times within one. */
  #gain = 1;
  #gainBlock = -1;

  constructor(radio: RadioChannel, distance: Metres, streams: LinkStreams) {
    const { frequency, serverHeight, clientHeight } = radio;
    const loss = radio.pathLoss.lossDb({ distance, frequency, serverHeight, clientHeight }, streams.sight);
    this.#meanGain = dbToLinear(-loss - radio.shadowing.shadowingDb(streams.shadowing));
    this.#radio = radio;
    this.#fading = streams.fading;
    this.#clientWatts = dbmToWatts(radio.clientPower);
    this.block = toDuration(radio.fading.coherence);
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

  /** SNR over the channel's bandwidth, averaged over fading. */
  get meanSnr(): number {
    return this.#reference(this.#radio.bandwidth, this.#clientWatts);
  }

  rate(index: number, { bandwidth, airtime }: Grant, power: Watts = this.#clientWatts): number {
    if (this.isCut) return 0;
    return airtime * this.#radio.rate.rate(this.#reference(bandwidth, power) * this.#gainOf(index), bandwidth);
  }

  #snr(at: Instant): number {
    return this.isCut ? 0 : this.meanSnr * this.#gainOf(blockAt(this.block, at));
  }

  #gainOf(block: number): number {
    if (this.#gainBlock !== block) {
      this.#gainBlock = block;
      this.#gain = this.#radio.fading.gain(this.#fading, block);
    }
    return this.#gain;
  }

  /** SNR at a gain of 1. */
  #reference(bandwidth: Hertz, power: Watts): number {
    return (power * this.#meanGain * this.#obstacle) / this.#radio.noise.powerW(bandwidth);
  }
}
