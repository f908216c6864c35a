import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tabledCrc32 } from '../../../src/math/crc32.ts';
import { bare, sealed, sealing, unsealing, unsealingWithin } from '../../../src/trace/seal.ts';

const line = fc.record({ at: fc.nat(), text: fc.string({ unit: 'binary' }) }).map((value) => JSON.stringify(value));

describe('a CRC-32', () => {
  it('has the check value of its definition', () => {
    expect(tabledCrc32('123456789', 0)).toBe(0xcbf43926);
  });

  it('is zlib’s, of any text and going on from any other', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(tabledCrc32(a, 0)).toBe(zlib.crc32(a, 0));
        expect(tabledCrc32(b, tabledCrc32(a, 0))).toBe(zlib.crc32(b, zlib.crc32(a, 0)));
      }),
    );
  });
});

describe('the seals of lines', () => {
  it('come off again, and leave the lines as they were', () => {
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const whole = lines.map(sealing());
        expect(whole.map(unsealing())).toEqual(lines);
        expect(whole.map(bare)).toEqual(lines);
        expect(sealed(whole)).toEqual(whole);
        for (const each of whole)
          expect(JSON.parse(each)).toMatchObject({ crc: expect.stringMatching(/^[0-9a-f]{8}$/) });
      }),
    );
  });

  it('come off lines as bytes as they come off lines as text, and only where no byte was changed', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (lines, place, flip) => {
          const whole = lines.map(sealing()).map((text) => Buffer.from(`${text}\n`));
          const bytes = Buffer.concat(whole);
          const texts = lines.map((text) => Buffer.from(text).toString());
          expect(unsealingWithin()(Buffer.from(bytes), bytes.length)).toEqual(texts);
          const at = place % bytes.length;
          bytes[at]! ^= flip;
          let before = 0;
          for (let rest = at; rest >= (whole[before] as Buffer).length; before++)
            rest -= (whole[before] as Buffer).length;
          expect(unsealingWithin()(bytes, bytes.length)).toEqual([...texts.slice(0, before), undefined]);
        },
      ),
    );
  });

  it('come off in pieces as they come off at once', () => {
    const whole = ['{"a":1}', '{"b":"ü"}', '{"c":3}'].map(sealing()).map((text) => Buffer.from(`${text}\n`));
    const unseal = unsealingWithin();
    expect(whole.flatMap((each) => unseal(each, each.length))).toEqual(['{"a":1}', '{"b":"ü"}', '{"c":3}']);
  });

  it('are checksums of all lines so far, as anyone can work them out', () => {
    const whole = ['{"a":1}', '{"b":"ü"}'].map(sealing());
    const crc = zlib.crc32(Buffer.from('{"a":1{"b":"ü"')).toString(16).padStart(8, '0');
    expect(whole[1]).toBe(`{"b":"ü","crc":"${crc}"}`);
  });
});
