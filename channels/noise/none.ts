import { z } from 'zod';
import type { Noise } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

/** A receiver without noise: the ideal that over-the-air sums are held against. Digital links then have an endless rate. */
export const noNoise = part('noise', 'none', z.strictObject({}), (): Noise => ({ powerW: () => 0 }));
