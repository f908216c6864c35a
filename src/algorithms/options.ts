import { z } from 'zod';
import { slot } from '../part.ts';
import { bySamples } from '../policies/aggregation/by-samples.ts';
import { waitForAll } from '../policies/pacing/wait-for-all.ts';
import type { Aggregation, Pacing } from '../policies/policy.ts';

export const isFunction = (value: unknown): boolean => typeof value === 'function';

const STEPS_MAX = 1_000_000;

export const localSteps = z
  .int()
  .min(1)
  .max(STEPS_MAX)
  .default(5)
  .describe('mini-batch steps of one local update (τ₁ in the SD-FEEL papers, κ₁ in HierFAVG)');

export const edgeRounds = z
  .int()
  .min(1)
  .max(STEPS_MAX)
  .default(1)
  .describe('edge rounds between two aggregations across edge servers (τ₂, κ₂)');

export const pacing = slot<Pacing>('pacing', isFunction)
  .default(() => waitForAll())
  .describe('when a round stops waiting');

export const aggregation = slot<Aggregation>('aggregation', isFunction)
  .default(() => bySamples())
  .describe('weights of updates');
