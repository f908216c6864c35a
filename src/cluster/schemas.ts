import { z } from 'zod';
import { ScenarioError } from '../errors.ts';
import type { Trial } from '../lab/trial.ts';
import type { OpenStudy } from './registry.ts';

/** What is read from a server may have been written by anyone: it is taken only in the shape that it should have. */

const backend = z.enum(['native', 'wasm', 'tensorflow']);
/** A path that the system can be asked for. */
const path = z
  .string()
  .min(1)
  .max(4096)
  .refine((text) => !text.includes('\0'));

const trialSchema = z.strictObject({
  source: z.strictObject({ module: path, exportName: z.string().optional() }),
  overrides: z.array(z.strictObject({ path: z.string(), value: z.string() })),
  seed: z.number(),
  backend,
  until: z.number().optional(),
});

const studySchema = z.strictObject({
  scenario: z.string(),
  trials: z.int().min(0),
  identity: z.strictObject({
    ...{ fadelab: z.string(), node: z.string(), processor: z.string(), backend, kernels: z.string().optional() },
    files: z.record(path, z.string()),
  }),
});

/** Also the name of the study's queue. */
const idSchema = z.uuid();

/** @throws ScenarioError where a job is none */
export function readTrial(job: unknown): Trial {
  const read = trialSchema.safeParse(job);
  if (read.success) return read.data;
  throw new ScenarioError({
    what: 'invalid job: a worker was given something other than a run',
    where: read.error.issues.map((each) => each.path.join('.') || 'job').join(', '),
    remedy: 'let nobody else write to the Redis server',
    code: 'SCENARIO_INVALID',
  });
}

/** Undefined for an entry that no asker wrote. */
export function readStudy(id: string, text: string): OpenStudy | undefined {
  if (!idSchema.safeParse(id).success) return undefined;
  const read = studySchema.safeParse(fromJson(text));
  return read.success ? (read.data as OpenStudy) : undefined;
}

/** Why a worker takes no part, in its own words. */
export const readReasons = (text: string): readonly string[] =>
  z.array(z.string()).safeParse(fromJson(text)).data ?? ['an answer that is none'];

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
