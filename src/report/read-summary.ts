import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ScenarioError } from '../errors.ts';
import type { Summary } from '../scenario/summary.ts';

/** A summary as it lies in a folder: older ones say less. */
export type KeptSummary = Omit<Summary, 'energy' | 'staleness'> & Partial<Pick<Summary, 'energy' | 'staleness'>>;

const score = z.number().nullable();
const summarySchema = z.looseObject({
  ...{ scenario: z.string(), seed: z.number(), backend: z.string(), threads: z.number() },
  fingerprint: z.looseObject({ order: z.string(), values: z.string() }),
  ...{ rounds: z.number(), events: z.number(), virtualSeconds: z.number(), wallSeconds: z.number() },
  accuracy: z.looseObject({ final: score, best: score }),
  loss: z.looseObject({ final: score }),
  timeToAccuracy: z.record(z.string(), score),
  energyJoules: z.number(),
  energy: z.looseObject({ computing: z.number(), transmitting: z.number() }).optional(),
  ...{ uplinkBits: z.number(), dropouts: z.number() },
});

/**
 * The summary in a run's folder; undefined where there is none.
 *
 * @throws ScenarioError where it is none that a run wrote
 */
export function readSummary(folder: string): KeptSummary | undefined {
  const path = join(folder, 'summary.json');
  if (!existsSync(path)) return undefined;
  const result = summarySchema.safeParse(parsed(readFileSync(path, 'utf8')));
  if (result.success) return result.data as unknown as KeptSummary;
  const [issue] = result.error.issues;
  throw new ScenarioError({
    what: `invalid summary: ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}`,
    where: path,
    remedy: 'move it away, and the trace beside it is read alone',
    code: 'TRACE_INVALID',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
