/**
 * Goal: what a compiled graph is given is taken as it is meant, or refused with its name. Method: small graphs on each back end.
 */
import { describe, expect, it } from 'vitest';
import { ScenarioError } from '../../../src/errors.ts';
import * as g from '../../../src/graph/index.ts';
import { compile } from '../../../src/graph/index.ts';
import { COMPILERS } from '../../support/compiled.ts';

const { floats, graph, integers } = g;

describe('rows of tables', () => {
  const lookup = graph(
    { name: 'lookup', inputs: { images: g.table(6, 5), labels: g.table(6), at: integers(3) } },
    ({ inputs: { images, labels, at } }) => ({ outputs: { x: g.gather(images, at), y: g.gather(labels, at) } }),
  );
  const bytes = Uint8Array.from({ length: 30 }, (_, k) => k * 8);
  const labels = Float32Array.of(0, 1, 2, 3, 4, 5);

  it.each(COMPILERS)('are read where they are, bytes as shares of 255, on %s', (backend) => {
    const { x, y } = compile(lookup, backend)({ inputs: { images: bytes, labels, at: [5, 0, 2] } }).outputs;
    const wanted = [5, 0, 2].flatMap((row) => Array.from(bytes.subarray(5 * row, 5 * row + 5), (each) => each / 255));
    expect(Array.from(x)).toEqual(wanted.map((each) => expect.closeTo(each, 6)));
    expect(Array.from(y)).toEqual([5, 0, 2]);
  });

  it.each(COMPILERS)('that are not there are refused, with the operation, its line and the index, on %s', (backend) => {
    const run = compile(lookup, backend);
    const given = { images: bytes, labels, at: [0, 1, 2] };
    const wanted =
      /^invalid gather: index 6 of inputs\/images \[6, 5\] by inputs\/at \[3\] \(graph lookup, given\.test\.ts:\d+\); pass 0 … 5 \[GRAPH_INVALID\]$/;
    expect(() => run({ inputs: { ...given, at: [0, 6, 1] } })).toThrow(wanted);
    expect(() => run({ inputs: { ...given, at: [0, -1, 1] } })).toThrow(/index -1/);
    expect(Array.from(run({ inputs: given }).outputs.y)).toEqual([0, 1, 2]);
  });

  it('of other size, or read otherwise than by rows, are refused', () => {
    expect(() => compile(lookup)({ inputs: { images: bytes.subarray(1), labels, at: [0, 1, 2] } })).toThrow(
      /invalid table: inputs\/images \[6, 5\] \(graph lookup\); pass 30 numbers/,
    );
    const whole = graph({ name: 'whole', inputs: { t: g.table(3) } }, ({ inputs: { t } }) => ({
      outputs: { y: g.multiply(2, t) },
    }));
    expect(() => compile(whole)).toThrow(/invalid multiply: table inputs\/t \[3\].*; read its rows by gather/);
  });

  it.each(COMPILERS)('in a loop leave the program as it was when one is not there, on %s', (backend) => {
    const walk = graph({ name: 'walk', inputs: { t: g.table(4), at: integers(3, 1) } }, ({ inputs: { t, at } }) => {
      const { gives } = g.scan({
        times: 3,
        carry: {},
        over: { at },
        each: (_, own) => ({ carry: {}, gives: g.gather(t, own.at) }),
      });
      return { outputs: { y: gives } };
    });
    const run = compile(walk, backend);
    const t = Float32Array.of(1, 2, 4, 8);
    expect(() => run({ inputs: { t, at: [1, 9, 0] } })).toThrow(/index 9/);
    expect(Array.from(run({ inputs: { t, at: [3, 2, 0] } }).outputs.y)).toEqual([8, 4, 1]);
  });
});

describe('what is given', () => {
  const double = graph({ name: 'double', inputs: { x: floats(3) } }, ({ inputs: { x } }) => ({
    outputs: { y: g.multiply(2, x) },
  }));

  it.each<[string, RegExp, object]>([
    ['nothing', /^invalid input: nothing for inputs\/x \(graph double\); pass 3 numbers for inputs\/x \[3\]/, {}],
    ['too few', /^invalid input: 2 numbers for inputs\/x \(graph double\); pass 3 numbers/, { inputs: { x: [1, 2] } }],
  ])('is refused where it is %s', (_, pattern, given) => {
    expect(() => compile(double)(given)).toThrow(ScenarioError);
    expect(() => compile(double)(given)).toThrow(pattern);
  });

  it('may be other numbers each time, and what was made before stays', () => {
    const run = compile(double);
    const once = run({ inputs: { x: [1, 2, 4] } }).outputs.y;
    run({ inputs: { x: [0, 0, 0] } });
    expect(Array.from(once)).toEqual([2, 4, 8]);
  });
});
