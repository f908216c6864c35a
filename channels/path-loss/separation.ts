import type { LinkGeometry } from '../../src/network/contract.ts';
import type { Metres } from '../../src/units.ts';

/** Distance between two antennas through the air [m], from their horizontal distance and heights. */
export const separation = ({ distance, serverHeight, clientHeight }: LinkGeometry): Metres =>
  Math.hypot(distance, serverHeight - clientHeight);
