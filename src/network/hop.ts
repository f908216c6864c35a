import type { Bits } from '../units.ts';
import type { Medium } from './medium.ts';

type Carrier<Load> = Pick<Medium<Load>, 'join' | 'leave' | 'advance'>;

/** One medium on a transfer's route. */
export interface Hop {
  readonly medium: Pick<Carrier<unknown>, 'leave' | 'advance'>;
  join(id: number, bits: Bits): void;
  readonly kind: 'uplink' | 'downlink' | 'wire';
  /** Of a hop between servers, the two. */
  readonly ends?: readonly [from: string, to: string];
}

/** @param load asked anew for each transfer: a client's link changes when it is handed over, a way when a link is cut */
export const hop = <Load>(
  kind: Hop['kind'],
  medium: Carrier<Load>,
  load: () => Load,
  ends?: readonly [from: string, to: string],
): Hop => ({
  ...{ kind, medium },
  join: (id, bits) => medium.join(id, load(), bits),
  ...(ends === undefined ? {} : { ends }),
});
