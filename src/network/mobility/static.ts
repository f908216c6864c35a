import { z } from 'zod';
import { part } from '../../part.ts';
import type { Mobility } from '../contract.ts';

/** Nobody moves: every client stays where it was placed. */
export const staticPlaces = part(
  'mobility',
  'static',
  z.strictObject({}),
  (): Mobility => ({ step: Number.POSITIVE_INFINITY, place: (_, start) => start }),
);
