import { expect, test } from 'vitest';
import * as channels from '../../../channels/index.ts';

test('every channel part has a name of its own within its kind, refuses unknown options and works without any', () => {
  const builders = Object.values(channels).filter((each) => 'partName' in each);
  const names = builders.map(({ kind, partName }) => `${kind}/${partName}`);
  expect(new Set(names).size).toBe(builders.length);
  for (const { schema, partName } of builders) {
    expect(partName).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(schema.safeParse({}).success).toBe(true);
    expect(schema.safeParse({ unheardOf: 1 }).success).toBe(false);
  }
});
