import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packing, unpacking } from '../../../src/runtime/parcel.ts';
import { inputOf, type Step } from '../../../src/step.ts';

const stepOf = (own: number, common?: object): Step => ({
  ...{ module: 'm', name: 'n', input: { own } },
  ...(common === undefined ? {} : { common }),
});

/** As through a message. */
const sent = <Value>(value: Value): Value => structuredClone(value);

describe('What steps have in common', () => {
  it('travels once, and every step of every group has it', () => {
    const [pack, unpack] = [packing(), unpacking()];
    const common = { shared: [1, 2] };
    const first = pack([stepOf(1, common), stepOf(2), stepOf(3, common)]);
    const second = pack([stepOf(4, common)]);
    expect([first.commons.size, second.commons.size]).toEqual([1, 0]);
    expect(unpack(sent(first)).map(inputOf)).toEqual([
      { shared: [1, 2], own: 1 },
      { own: 2 },
      { shared: [1, 2], own: 3 },
    ]);
    expect(unpack(sent(second)).map(inputOf)).toEqual([{ shared: [1, 2], own: 4 }]);
  });

  it('is there for whatever groups a thread gets in a row', () => {
    const commons = Array.from({ length: 9 }, (_, shared) => ({ shared }));
    const group = fc.array(fc.nat(commons.length - 1), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(group, { maxLength: 12 }), (groups) => {
        const [pack, unpack] = [packing(), unpacking()];
        for (const each of groups) {
          const parcel = sent(pack(each.map((shared, own) => stepOf(own, commons[shared]))));
          expect(unpack(parcel).map(inputOf)).toEqual(each.map((shared, own) => ({ shared, own })));
        }
      }),
    );
  });

  it('is given up by a thread after four others were used, and then it travels again', () => {
    const pack = packing();
    const commons = Array.from({ length: 5 }, (_, shared) => ({ shared }));
    const travels = (at: number) => pack([stepOf(at, commons[at])]).commons.size === 1;
    expect([0, 1, 2, 3, 0, 4].map(travels)).toEqual([true, true, true, true, false, true]);
    expect([0, 2, 3, 4, 1].map(travels)).toEqual([false, false, false, false, true]);
  });

  it('travels again after a group that could not', () => {
    const common = { shared: 1 };
    const unpack = unpacking();
    unpack(sent(packing()([stepOf(1, common)])));
    expect(unpack(sent(packing()([stepOf(2, common)]))).map(inputOf)).toEqual([{ shared: 1, own: 2 }]);
  });
});
