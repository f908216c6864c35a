import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharingCost } from '../../../src/coding/complexity.ts';

const paper = {
  ...{ clients: 20, shards: 1, privacy: 1, rows: 3000, rowLength: 794, parameters: 55_050 },
  ...{ degree: 8, fieldBits: 31 },
};

describe('the cost of secret sharing', () => {
  it('is that of the setting of the paper, on sorted MNIST with a network of two hidden layers', () => {
    expect(sharingCost(paper)).toEqual({
      shareElements: 3000 * 794,
      shareBits: 3000 * 794 * 31,
      sentElements: 19 * 3000 * 794,
      storedElements: 60_000 * 794,
      encodingProducts: 3000 * 794 * 20 * 2,
      uploadBits: 55_050 * 31,
      threshold: 9,
      toleratedDropouts: 11,
      decodingProducts: 9 * 55_050,
    });
  });

  it.each([
    // degree, K, T → R, D of twenty clients
    [8, 1, 1, 9, 11],
    [8, 2, 1, 17, 3],
    [8, 1, 2, 17, 3],
    [8, 2, 2, 25, -5],
    [4, 1, 1, 5, 15],
    [4, 2, 1, 9, 11],
    [2, 1, 1, 3, 17],
    [2, 3, 1, 7, 13],
  ])('degree %i, K = %i, T = %i: R = %i, D = %i', (degree, shards, privacy, threshold, toleratedDropouts) => {
    const found = sharingCost({ ...paper, degree, shards, privacy });
    expect(found).toMatchObject({ threshold, toleratedDropouts });
    // Shards divide what is sent, stored and computed on; each adds a row to the encoder and to the decoder.
    expect(found.shareElements * shards).toBe(sharingCost(paper).shareElements);
    expect(found.decodingProducts).toBe(shards * threshold * paper.parameters);
  });

  it('conserves elements: what all send and keep is what all store', () => {
    const sizes = fc.record({
      clients: fc.integer({ min: 1, max: 50 }),
      shards: fc.integer({ min: 1, max: 5 }),
      privacy: fc.integer({ min: 1, max: 5 }),
      rows: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(sizes, (each) => {
        const { clients, rows, shards } = each;
        const found = sharingCost({ ...paper, ...each, rows: rows * shards });
        expect(found.sentElements + found.shareElements).toBe(found.storedElements);
        expect(found.storedElements).toBe(clients * rows * paper.rowLength);
      }),
    );
  });
});
