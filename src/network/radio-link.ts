import type { Stream } from '../math/streams.ts';
import {
  type DecibelMilliwatts,
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
import { constantRate, type RateProfile } from './rate-profile.ts';

/** The draws of one radio link, one stream for each purpose. */
export interface LinkStreams {
  readonly sight: Stream;
  readonly shadowing: Stream;
  readonly fading: Stream;
}

/** Gains of so many blocks are kept: transfers look at the same ones again whenever their share changes. */
const GAINS_KEPT = 64;

/** A client's link to its edge server: large-scale gain fixed, small-scale gain by block, and what faults do to it. */
export class RadioLink implements AccessLink {
  /** Path loss and shadowing, linear. */
  readonly #meanGain: number;
  readonly #radio: RadioChannel;
  readonly #fading: Stream;
  readonly #block: Duration;
  readonly #clientWatts: number;
  /** The last gains that were drawn, each in the place of its block modulo `GAINS_KEPT`. */
  readonly #gains = new Float64Array(GAINS_KEPT);
  readonly #gainBlocks = new Float64Array(GAINS_KEPT).fill(-1);
  attenuationDb: Decibels = 0;
  isCut = false;

  constructor(radio: RadioChannel, distance: Metres, streams: LinkStreams) {
    const { frequency, serverHeight, clientHeight } = radio;
    const loss = radio.pathLoss.lossDb({ distance, frequency, serverHeight, clientHeight }, streams.sight);
    this.#meanGain = dbToLinear(-loss - radio.shadowing.shadowingDb(streams.shadowing));
    this.#radio = radio;
    this.#fading = streams.fading;
    this.#block = toDuration(radio.fading.coherence);
    this.#clientWatts = dbmToWatts(radio.clientPower);
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

  profile({ bandwidth, airtime }: Grant, power?: DecibelMilliwatts): RateProfile {
    if (!(bandwidth > 0 && airtime > 0) || this.isCut) return constantRate(0);
    const { rate } = this.#radio;
    const reference = this.#reference(bandwidth, power === undefined ? this.#clientWatts : dbmToWatts(power));
    const rateOf = (index: number) => airtime * rate.rate(reference * this.#gain(index), bandwidth);
    return { block: this.#block, rate: rateOf };
  }

  #snr(at: Instant): number {
    if (this.isCut) return 0;
    const block = Number.isFinite(this.#block) ? Math.floor(at / this.#block) : 0;
    return this.meanSnr * this.#gain(block);
  }

  #gain(block: number): number {
    const place = block % GAINS_KEPT;
    if (this.#gainBlocks[place] !== block) {
      this.#gainBlocks[place] = block;
      this.#gains[place] = this.#radio.fading.gain(this.#fading, block);
    }
    return this.#gains[place] as number;
  }

  /** SNR at a gain of 1. */
  #reference(bandwidth: Hertz, power: Watts): number {
    const obstacle = this.attenuationDb === 0 ? 1 : dbToLinear(-this.attenuationDb);
    return (power * this.#meanGain * obstacle) / this.#radio.noise.powerW(bandwidth);
  }
}
