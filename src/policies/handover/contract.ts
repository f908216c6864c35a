import type { Decibels, Metres, Seconds } from '../../units.ts';

/** An edge server as a client sees it. */
export interface Reach {
  readonly id: string;
  /** 0-based index among edge servers. */
  readonly index: number;
  /** In the horizontal plane [m]; 0 for all where the channel knows no places. */
  readonly distance: Metres;
  /** Mean SNR of the client's link to it over the channel's bandwidth, path loss and shadowing without fading [dB]. */
  readonly snrDb: Decibels;
}

/** What a client has measured. */
export interface HandoverView {
  readonly client: string;
  /** Virtual seconds since the start. */
  readonly now: Seconds;
  /** The edge server whose cell it is in. */
  readonly serving: Reach;
  /** All edge servers in order, the serving one among them. */
  readonly servers: readonly Reach[];
}

/** Decides which edge server a client belongs to while a run goes on. */
export interface Handover {
  /** How often clients measure [s]. */
  readonly period: Seconds;
  /** For how long a client must want the same other server, measurement by measurement, before it is handed over [s]. */
  readonly timeToTrigger: Seconds;
  /** The server that the client should be with: one of `servers`. Pure. */
  wanted(view: HandoverView): Reach;
}
