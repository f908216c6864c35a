import { z } from 'zod';
import type { TraceHeader } from './header.ts';

/** Whoever wrote a header may have meant harm: what is deeper than this is no description of a scenario. */
const DEPTH_MOST = 64;

const text = z
  .string()
  .max(10_000)
  .refine((value) => !value.includes('\0'), 'expected no NUL');
const time = z.number().min(0);
const set = z.array(text);

const headerSchema = z.looseObject({
  ...{ version: text, node: text, scenario: text, seed: z.int().min(0) },
  backend: z.enum(['native', 'wasm', 'tensorflow']),
  source: z
    .strictObject({
      ...{ base: text.optional(), scenario: text, exportName: text.optional(), set },
      fork: z.strictObject({ at: time, set }).optional(),
    })
    .optional(),
  task: z.record(z.string(), z.unknown()),
  options: z.looseObject({ until: z.looseObject({ time: time.optional() }).optional() }),
});

/** A header as it was written, its fields in their order; what is wrong with it where it is none. */
export function checkedHeader(candidate: object): TraceHeader | string {
  if (!isShallow(candidate, DEPTH_MOST)) return 'its header is nested without end';
  const { success, error } = headerSchema.safeParse(candidate);
  if (success) return candidate as TraceHeader;
  const [issue] = error.issues;
  return `its header has another ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}`;
}

const isShallow = (value: unknown, depth: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth > 0 && Object.values(value).every((each) => isShallow(each, depth - 1)));
