import { expect, test } from 'vitest';
import { realise } from '../../../../src/part.ts';
import { quorum } from '../../../../src/policies/pacing/quorum.ts';
import { waitForAll } from '../../../../src/policies/pacing/wait-for-all.ts';

const collection = { round: 1, invited: 5, received: 0, lost: 0, overdue: false };

test('waiting for all closes once every invited client has been heard of, or at the deadline', () => {
  const closes = realise(waitForAll());
  expect(closes({ ...collection, received: 4 })).toBe(false);
  expect(closes({ ...collection, received: 5 })).toBe(true);
  expect(closes({ ...collection, received: 3, lost: 2 })).toBe(true);
  expect(closes({ ...collection, lost: 5 })).toBe(true);
  expect(closes({ ...collection, received: 1, overdue: true })).toBe(true);
});

test('a quorum closes at its number of updates, and sooner where no more can come', () => {
  const closes = realise(quorum({ updates: 3 }));
  expect(closes({ ...collection, received: 2, lost: 1 })).toBe(false);
  expect(closes({ ...collection, received: 3 })).toBe(true);
  expect(closes({ ...collection, received: 2, lost: 3 })).toBe(true);
  expect(closes({ ...collection, invited: 2, received: 2 })).toBe(true);
  expect(closes({ ...collection, overdue: true })).toBe(true);
  expect(quorum.schema.safeParse({ updates: 0 }).success).toBe(false);
});
