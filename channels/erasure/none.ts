import { z } from 'zod';
import type { Erasure } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

/** No packet is ever lost. */
export const noErasure = part(
  'erasure',
  'none',
  z.strictObject({}),
  (): Erasure => ({ meanTries: 1, bitsOnAir: (bits) => bits }),
);
