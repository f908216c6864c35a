/**
 * Goal: readers take every event that a run can write, and no other. Method: the catalogue of events declares each field's
 * type; a value of that type is taken, and others aren't.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { wrongField } from '../../../src/trace/event-fields.ts';

const catalogue = readFileSync(new URL('../../../src/event.ts', import.meta.url), 'utf8').replace(
  /\/\*\*[\s\S]*?\*\//g,
  '',
);
const declared = [...catalogue.matchAll(/readonly (\w+)\??: ([^;}]+?)\s*[;}]/g)]
  .map(([, field, type]) => [field, type] as [string, string])
  .filter(([field]) => !['type', 'parameters', 'digest', 'slot'].includes(field));

const slots = [{ slot: 'client-0/v', model: 'abc' }];
const SAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  string: ['client-0'],
  'string | null': ['client-0', null],
  'readonly string[]': [[], ['client-0']],
  number: [0, -1.5, null],
  Measured: [1, null],
  'number | null': [1, null],
  'readonly number[]': [[], [1, null]],
  'readonly [a: number, b: number]': [[1, 2]],
  ModelVersion: ['abc'],
  'readonly MemorySlot[]': [[], slots],
  ControlVariate: [{ plus: 'a', minus: 'b' }, { plus: 'a' }],
  true: [true],
};
const EVENT = { at: 1, actor: 'client-0', kind: 'x' };

it('takes every field that the catalogue of events declares', () => {
  expect(declared.length).toBeGreaterThan(80);
  for (const [field, type] of declared) {
    expect(Object.keys(SAMPLES), `type of ${field}`).toContain(type);
    for (const value of SAMPLES[type] ?? [])
      expect([field, wrongField({ ...EVENT, [field]: value })]).toEqual([field, undefined]);
  }
});

it.each([{}, [{}], [[1]], true, undefined])('takes %j for no field', (value) => {
  for (const field of [...declared.map(([name]) => name), 'at', 'actor', 'kind', 'another']) {
    if (field === 'skipped' && value === true) continue;
    if (field === 'control' && JSON.stringify(value) === '{}') continue;
    expect(wrongField({ ...EVENT, [field]: value })).toBe(field);
  }
});

it.each([-1, 0.5, 2 ** 53, '1', null])('takes %j for no instant', (at) => {
  expect(wrongField({ ...EVENT, at })).toBe('at');
});
