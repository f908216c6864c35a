import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { part, slot } from '../../../src/part.ts';
import { optionRows } from '../../../src/report/option-list.ts';

const fading = part('fading', 'rayleigh', z.strictObject({}), () => 0);
const schema = z.strictObject({
  rate: z.number().default(5).describe('bit/s'),
  mode: z.enum(['fast', 'slow']).default('slow'),
  nested: z.strictObject({ depth: z.int().optional().describe('levels') }).prefault({}),
  air: slot('fading')
    .default(() => fading())
    .describe('the air'),
  name: z.string(),
});

describe('optionRows', () => {
  it('finds every option, with its default, description and choices', () => {
    const rows = optionRows(schema, (kind) => (kind === 'fading' ? ['none', 'rayleigh'] : []));
    expect(rows).toEqual([
      { path: 'rate', default: '5', required: false, description: 'bit/s', choices: [] },
      { path: 'mode', default: 'slow', required: false, description: '', choices: ['fast', 'slow'] },
      { path: 'nested.depth', default: undefined, required: false, description: 'levels', choices: [] },
      { path: 'air', default: 'rayleigh', required: false, description: 'the air', choices: ['none', 'rayleigh'] },
      { path: 'name', default: undefined, required: true, description: '', choices: [] },
    ]);
  });
});
