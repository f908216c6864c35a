import { power } from './math/power.ts';

/**
 * Units. Options, models and policies speak SI: seconds, hertz, watts, metres, bits per second, and decibels where the
 * name says so. The kernel alone counts integer nanoseconds, as `Instant` and `Duration`; the two are branded, so that
 * a number of seconds can't slip in for a number of nanoseconds.
 *
 * Rounding is a contract: a span of computing or waiting becomes the nearest whole number of nanoseconds, and a transfer
 * ends on the first nanosecond by which its last bit is through. What follows begins there, so a closed form of a run's
 * length whose durations are counted so is met exactly, and one in real numbers to less than 1 ns per duration.
 */

declare const unit: unique symbol;

/** Virtual nanoseconds since the start of a run: an integer, exact up to 2⁵³ ns (104 days). */
export type Instant = number & { readonly [unit]: 'instant [ns]' };
/** A span of virtual time in integer nanoseconds. */
export type Duration = number & { readonly [unit]: 'duration [ns]' };

export type Seconds = number;
export type Hertz = number;
export type Watts = number;
export type Metres = number;
export type Joules = number;
export type Bits = number;
export type BitsPerSecond = number;
/** A ratio in decibels, 10 log₁₀ x. */
export type Decibels = number;
/** A power relative to one milliwatt, in decibels. */
export type DecibelMilliwatts = number;

const NANOSECONDS_PER_SECOND = 1e9;
/** A few units in the last place: a span that is a whole number of nanoseconds but for rounding is taken for whole. */
const ROUNDING = 1e-15;
/** Rounding left over by many changes of rate [ns]: what goes beyond a whole number by no more than this doesn't count. */
const RESIDUE = 1e-4;

export const start = 0 as Instant;
export const never = Number.POSITIVE_INFINITY as Instant;

export const toDuration = (span: Seconds): Duration => Math.round(span * NANOSECONDS_PER_SECOND) as Duration;
/** The shortest duration that is no shorter than a span, but for rounding: transfers and deadlines end so. */
export const toDurationUp = (span: Seconds): Duration =>
  Math.max(0, Math.ceil(span * NANOSECONDS_PER_SECOND * (1 - ROUNDING) - RESIDUE)) as Duration;
export const toInstant = (at: Seconds): Instant => Math.round(at * NANOSECONDS_PER_SECOND) as Instant;
export const toSeconds = (time: Instant | Duration): Seconds => time / NANOSECONDS_PER_SECOND;
export const later = (at: Instant, span: Duration): Instant => (at + span) as Instant;
export const between = (from: Instant, to: Instant): Duration => (to - from) as Duration;

export const seconds = (x: number): Seconds => x;
export const milliseconds = (x: number): Seconds => x / 1e3;
export const microseconds = (x: number): Seconds => x / 1e6;
export const minutes = (x: number): Seconds => x * 60;
export const hours = (x: number): Seconds => x * 3600;

export const Hz = (x: number): Hertz => x;
export const kHz = (x: number): Hertz => x * 1e3;
export const MHz = (x: number): Hertz => x * 1e6;
export const GHz = (x: number): Hertz => x * 1e9;

export const watts = (x: number): Watts => x;
export const metres = (x: number): Metres => x;
export const kilometres = (x: number): Metres => x * 1e3;
export const kbps = (x: number): BitsPerSecond => x * 1e3;
export const Mbps = (x: number): BitsPerSecond => x * 1e6;
export const Gbps = (x: number): BitsPerSecond => x * 1e9;
export const dB = (x: number): Decibels => x;
export const dBm = (x: number): DecibelMilliwatts => x;

/** 10^(x/10). */
export const dbToLinear = (x: Decibels): number => power(10, x / 10);
/** 10 log₁₀ x; −∞ at 0. */
export const linearToDb = (x: number): Decibels => 10 * Math.log10(x);
export const dbmToWatts = (x: DecibelMilliwatts): Watts => power(10, (x - 30) / 10);
export const wattsToDbm = (x: Watts): DecibelMilliwatts => 10 * Math.log10(x) + 30;
