import type { Stream } from '../math/streams.ts';
import {
  type Decibels,
  type DecibelMilliwatts,
  type Duration,
  dbmToWatts,
  dbToLinear,
  type Hertz,
  type Instant,
  linearToDb,
  type Metres,
  toDuration,
} from '../units.ts';
import type { AccessLink } from './cell.ts';
import type { Grant, RadioChannel } from './contract.ts';
import { constantRate, type RateProfile } from './rate-profile.ts';

/** The draws of one radio link, one stream for each purpose. */
export interface LinkStreams {
  readonly sight: Stream;
  readonly shadowing: Stream;
  readonly fading: Stream;
}

/** A client's link to its edge server: large-scale gain fixed, small-scale gain by block, and what faults do to it. */
export class RadioLink implements AccessLink {
  /** Path loss and shadowing, linear. */
  readonly #meanGain: number;
  readonly #radio: RadioChannel;
  readonly #fading: Stream;
  readonly #block: Duration;
  attenuationDb: Decibels = 0;
  isCut = false;

  constructor(radio: RadioChannel, distance: Metres, streams: LinkStreams) {
    const { frequency, serverHeight, clientHeight } = radio;
    const loss = radio.pathLoss.lossDb({ distance, frequency, serverHeight, clientHeight }, streams.sight);
    this.#meanGain = dbToLinear(-loss - radio.shadowing.shadowingDb(streams.shadowing));
    this.#radio = radio;
    this.#fading = streams.fading;
    this.#block = toDuration(radio.fading.coherence);
  }

  snrDb(at: Instant): Decibels {
    return linearToDb(this.#snr(at));
  }

  soloRate(at: Instant): number {
    return this.#radio.rate.rate(this.#snr(at), this.#radio.bandwidth);
  }

  /** SNR over the channel's bandwidth, averaged over fading. */
  get meanSnr(): number {
    return this.#reference(this.#radio.bandwidth, this.#radio.clientPower);
  }

  profile({ bandwidth, airtime }: Grant, power: DecibelMilliwatts = this.#radio.clientPower): RateProfile {
    if (!(bandwidth > 0 && airtime > 0) || this.isCut) return constantRate(0);
    const { fading, rate } = this.#radio;
    const reference = this.#reference(bandwidth, power);
    const rateOf = (index: number) => airtime * rate.rate(reference * fading.gain(this.#fading, index), bandwidth);
    return { block: this.#block, rate: rateOf };
  }

  #snr(at: Instant): number {
    if (this.isCut) return 0;
    const block = Number.isFinite(this.#block) ? Math.floor(at / this.#block) : 0;
    return this.meanSnr * this.#radio.fading.gain(this.#fading, block);
  }

  #reference(bandwidth: Hertz, power: DecibelMilliwatts): number {
    return (dbmToWatts(power) * this.#meanGain * dbToLinear(-this.attenuationDb)) / this.#radio.noise.powerW(bandwidth);
  }
}
