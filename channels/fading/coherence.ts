import { z } from 'zod';

/**
 * The option that all block-fading models share. The default is that of a pedestrian: 0.423 c / (f v) is 44 ms at
 * 3 km/h and 3.5 GHz (Rappaport, Wireless Communications, 2nd ed., §5.4.4), rounded.
 */
export const coherence = z
  .number()
  .positive()
  .default(0.05)
  .describe('length of a block, within which the gain stays, s');
