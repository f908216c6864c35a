import { z } from 'zod';
import type { Mobility } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';

/** Nobody moves: every client stays where it was placed. */
export const staticPlaces = part(
  'mobility',
  'static',
  z.strictObject({}),
  (): Mobility => ({ step: Number.POSITIVE_INFINITY, place: (_, start) => start }),
);
