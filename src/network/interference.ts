import type { Hertz, Watts } from '../units.ts';
import type { Interference } from './contract.ts';

/** A transmitter that is on at present. */
interface Transmitter {
  readonly name: string;
  /** Sums run in this order, whoever came first. */
  readonly order: number;
  readonly cell: number;
  /** Share of the time that it is on. */
  readonly duty: number;
}

/** What interference needs to know of the air that it is on. */
export interface Ether {
  readonly interference: Interference;
  /** Over which each transmitter's power is spread. */
  readonly band: Hertz;
  /** Mean power of a transmitter at a receiver while it is on. */
  heardW(receiver: string, transmitter: string): Watts;
  /** Shares the air anew in every cell but this one. */
  reshare(cell: number): void;
}

/**
 * Who transmits in which cell at present, and how loudly receivers of other cells hear it.
 *
 *   I = Σ_j a_j P_j g_j / B   [W/Hz] over the transmitters j of other cells, a_j the share of the time that j is on
 *
 * It changes at the instant at which a transmitter goes on or off, and all other cells' rates with it.
 *
 * Limits: an interferer's gain is its mean over small-scale fading, its power is spread over the whole band whatever share
 * of it was granted, and one that is on for a share of the time counts with its mean: who meets whom on which subcarrier
 * and in which slot isn't followed. While clients move, gains are looked at again at each step.
 */
export class Interferers {
  readonly #on = new Map<string, Transmitter>();
  readonly #ether: Ether;

  constructor(ether: Ether) {
    this.#ether = ether;
  }

  /** A transmitter is on for another share of the time: 0 is off. */
  tune(name: string, order: number, cell: number, duty: number): void {
    if (duty > 0) this.#on.set(name, { name, order, cell, duty });
    else this.#on.delete(name);
    this.#ether.reshare(cell);
  }

  /** What a receiver hears of other cells than `cell` [W/Hz]. */
  density(receiver: string, cell: number): number {
    const others = [...this.#on.values()].filter((each) => each.cell !== cell).sort((a, b) => a.order - b.order);
    if (others.length === 0) return 0;
    const { interference, band, heardW } = this.#ether;
    const heard = others.map((each) => ({ cell: each.cell, receivedW: each.duty * heardW(receiver, each.name) }));
    return interference.powerW(cell, heard) / band;
  }
}
