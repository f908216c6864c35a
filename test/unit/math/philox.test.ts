import { expect, test } from 'vitest';
import { philox } from '../../../src/math/philox.ts';

/** Random123 1.14, tests/kat_vectors, the three lines `philox4x32 10`: counter, key, output. */
const KNOWN_ANSWERS = [
  '00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8',
  'ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd',
  '243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1',
];

test.each(KNOWN_ANSWERS)('a block equals the published known answer %s', (line) => {
  const [c0, c1, c2, c3, k0, k1, ...expected] = line.split(' ').map((word) => Number.parseInt(word, 16));
  const output = new Uint32Array(4);
  philox(c0!, c1!, c2!, c3!, k0!, k1!, output);
  expect([...output]).toEqual(expected);
});

test('a block agrees with the definition in exact integers, for words of any sign and size', () => {
  const words = [0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xdeadbeef, 0x0000ffff, 0xffff0000];
  const output = new Uint32Array(4);
  words.forEach((word, i) => {
    const at = (offset: number): number => words[(i + offset) % words.length]!;
    philox(word, at(1), at(2), at(3), at(4), at(5), output);
    expect([...output]).toEqual(exactPhilox([word, at(1), at(2), at(3)], [at(4), at(5)]));
  });
});

/** The paper's definition, word for word, with integers of any size. */
function exactPhilox(counter: number[], key: number[]): number[] {
  const mask = 0xffffffffn;
  let [x0, x1, x2, x3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round += 1) {
    const [a, b] = [x0 * 0xd2511f53n, x2 * 0xcd9e8d57n];
    [x0, x1, x2, x3] = [(b >> 32n) ^ x1 ^ k0, b & mask, (a >> 32n) ^ x3 ^ k1, a & mask];
    [k0, k1] = [(k0 + 0x9e3779b9n) & mask, (k1 + 0xbb67ae85n) & mask];
  }
  return [x0, x1, x2, x3].map(Number);
}
