import { present } from '../assert.ts';
import type { Message } from '../event.ts';
import type { Bits, Decibels, Instant, Seconds } from '../units.ts';
import type { Hop } from './hop.ts';

/** What became of a transfer, as its sender hears of it. */
export interface Delivered {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly message: Message;
  /** Of the message; what was on the air, losses included, is on the bill. */
  readonly bits: Bits;
  readonly seconds: Seconds;
  /** Of an upload, as it began; see `upload.finished`. */
  readonly snrDb: Decibels | undefined;
}

/** A message on its way, hop by hop. */
export interface Transfer {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly message: Message;
  readonly bits: Bits;
  /** Numbers its draws among those of its sender's updates; undefined of other messages, which are numbered as they go. */
  readonly turn: number | undefined;
  readonly began: Instant;
  readonly snrDb: Decibels | undefined;
  route: readonly Hop[];
  hop: number;
  /** How often it has been sent over its present hop. */
  tries: number;
  /** When it was last sent, and how many bits that puts on the air. */
  sentAt: Instant;
  onAir: Bits;
}

/** The hop that it is on. */
export const hopOf = ({ route, hop }: Transfer): Hop => present(route[hop], 'hop');

/** Whose access link a hop over the air takes. */
export const clientOf = ({ from, to }: Transfer, { kind }: Hop): string => (kind === 'uplink' ? from : to);

/** Whose it is, and how often it has been sent. */
export const inWords = (transfer: Transfer | undefined): string =>
  transfer === undefined ? 'a transfer' : `${transfer.from} to ${transfer.to}, try ${transfer.tries}`;
