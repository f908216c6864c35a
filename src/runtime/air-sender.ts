import type { ModelVersion, Update, UplinkSchedule } from '../event.ts';
import { square } from '../math/power.ts';
import type { AirBlock, AirLuck, AirSender } from '../network/contract.ts';
import type { Instant, Seconds, Watts } from '../units.ts';
import type { AirSetup } from './air-setup.ts';

/** A client that sends in an over-the-air sum. */
export interface Sender extends AirSender {
  readonly client: string;
  readonly model: ModelVersion;
  readonly luck: AirLuck;
  /** b, √W per symbol of unit power; 0 before it is known, and for a client that nobody hears. */
  readonly amplitude: number;
  /** b² E s², its mean transmit power while it sends. */
  readonly watts: Watts;
  readonly coefficient: number;
  readonly delay: number;
  readonly fades: readonly { readonly symbol: number; readonly factor: number }[];
  /** Symbol at which it was lost; Infinity where it sent all. */
  readonly until: number;
  readonly isGone: boolean;
  arrives(block: AirBlock | undefined, index: number): void;
  fade(symbol: number): void;
  leave(symbol: number): void;
}

/** A sum on the air. */
export interface OnAir {
  readonly began: Instant;
  readonly seconds: Seconds;
  readonly symbols: number;
  /** In id order; those that nobody hears among them. */
  readonly senders: readonly Sender[];
  /** Those that the block is about. */
  readonly heard: readonly Sender[];
  readonly block: AirBlock | undefined;
}

/** A client as it stands when a sum begins; it keeps account of what becomes of it on the way. */
export function senderOf(
  setup: AirSetup,
  sending: {
    readonly client: string;
    readonly server: string;
    readonly round: number;
    readonly model: ModelVersion;
    readonly update: Update;
    readonly weight: number;
    readonly schedule: UplinkSchedule;
    readonly at: Instant;
  },
): Sender {
  const { client, server, round, model, update, weight, schedule, at } = sending;
  const link = setup.link(client, server);
  const { mean = 0, variance = 0 } = update;
  const { clearance } = link;
  const fades: { symbol: number; factor: number }[] = [];
  const state = { amplitude: 0, coefficient: 0, delay: 0, until: Number.POSITIVE_INFINITY };
  /** E s²: 1 only on weighted average. */
  const meanSquare =
    schedule.deviation > 0 ? (variance + square(mean - schedule.mean)) / square(schedule.deviation) : 0;
  let factor = 1;
  const turn = (symbol: number, to: number): void => {
    if (to !== factor) fades.push({ symbol, factor: to });
    factor = to;
  };
  return {
    ...{ client, model, weight, fades },
    gain: link.gain(at),
    power: setup.power,
    luck: setup.luck(client, round),
    get amplitude() {
      return state.amplitude;
    },
    get watts() {
      return square(state.amplitude) * meanSquare;
    },
    get coefficient() {
      return state.coefficient;
    },
    get delay() {
      return state.delay;
    },
    get until() {
      return state.until;
    },
    get isGone() {
      return Number.isFinite(state.until);
    },
    arrives(block, index) {
      state.amplitude = block?.control.amplitudes[index] ?? 0;
      state.coefficient = block?.coefficients[index] ?? 0;
      state.delay = block?.delays[index] ?? 0;
    },
    fade: (symbol) => turn(symbol, clearance > 0 ? Math.sqrt(link.clearance / clearance) : 1),
    leave(symbol) {
      turn(symbol, 0);
      state.until = symbol;
    },
  };
}
