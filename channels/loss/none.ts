import { z } from 'zod';
import type { Loss } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

/** No transfer is ever lost as a whole. */
export const noLoss = part('loss', 'none', z.strictObject({}), (): Loss => lossless);

/** A channel that has this one needn't ask. */
export const lossless: Loss = { attempts: 1, isLost: () => false };
