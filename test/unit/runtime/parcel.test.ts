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
    const first = pack([stepOf(1, common), stepOf(2), stepOf(3, common)], false);
    const second = pack([stepOf(4, common)], false);
    expect([first.commons.size, second.commons.size]).toEqual([1, 0]);
    expect(unpack(sent(first))?.map(inputOf)).toEqual([
      { shared: [1, 2], own: 1 },
      { own: 2 },
      { shared: [1, 2], own: 3 },
    ]);
    expect(unpack(sent(second))?.map(inputOf)).toEqual([{ shared: [1, 2], own: 4 }]);
  });

  it('is asked for by a thread that lacks it, and comes with the group when it is packed whole', () => {
    const [pack, unpack] = [packing(), unpacking()];
    const steps = [stepOf(1, { shared: 1 }), stepOf(2, { shared: 2 })];
    pack(steps, false);
    expect(unpack(sent(pack(steps, false)))).toBeUndefined();
    expect(unpack(sent(pack(steps, true)))?.map(inputOf)).toEqual([
      { shared: 1, own: 1 },
      { shared: 2, own: 2 },
    ]);
  });

  it('is given up by a thread after others were used, and a group may have any number', () => {
    const [pack, unpack] = [packing(), unpacking()];
    const commons = Array.from({ length: 9 }, (_, shared) => ({ shared }));
    const all = commons.map((common, own) => stepOf(own, common));
    expect(unpack(sent(pack(all, false)))?.map(inputOf)).toEqual(
      commons.map(({ shared }) => ({ shared, own: shared })),
    );
    const lone = (at: number) => unpack(sent(pack([all[at] as Step], false)));
    expect(lone(8)?.map(inputOf)).toEqual([{ shared: 8, own: 8 }]);
    expect(lone(0)).toBeUndefined();
  });
});
