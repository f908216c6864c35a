import { z } from 'zod';
import type { Interference } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

/** Cells don't hear each other: nothing is worked out. */
export const noInterference = part(
  'interference',
  'none',
  z.strictObject({}),
  (): Interference | undefined => undefined,
);
