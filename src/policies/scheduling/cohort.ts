import { z } from 'zod';

/** The option that sampling policies share. */
export const cohort = z.int().min(1).default(10).describe('clients to invite; all reachable ones where fewer');
