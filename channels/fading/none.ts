import { z } from 'zod';
import type { Fading } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

/** No small-scale fading: the gain is 1 for ever. */
export const noFading = part(
  'fading',
  'none',
  z.strictObject({}),
  (): Fading => ({
    coherence: Number.POSITIVE_INFINITY,
    gain: () => 1,
  }),
);
