/**
 * Goal: a compiled graph makes what the evaluator in 64 bits makes. Method: every operation and piece, its gradient and that
 * one's gradient, on each back end; learners are held against it where they are tested.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as g from '../../../src/graph/index.ts';
import { compile } from '../../../src/graph/index.ts';
import { COMPILERS, runEverywhere } from '../../support/compiled.ts';
import { numbers } from '../../support/graph.ts';
import { CASES } from '../../support/graph-cases.ts';

const { floats, graph, integers } = g;

/** A graph of some inputs, and random numbers for them. */
function random(
  shapes: readonly (readonly number[])[],
  make: (...x: g.Floats[]) => object,
  range: readonly [number, number] = [-1, 1],
) {
  const inputs = Object.fromEntries(shapes.map((shape, k) => [`x${k}`, floats(...shape)]));
  const learner = graph({ name: 'random', inputs }, ({ inputs: x }) => ({
    outputs: make(...(Object.values(x) as g.Floats[])) as { y: g.Tensor },
  }));
  const values = shapes.map((shape, k) => [`x${k}`, numbers(`compiled/${k}`, g.sizeOf(shape), range)]);
  return { learner, given: { inputs: Object.fromEntries(values) } };
}

const projected = (x: g.Floats, name: string): g.Scalar =>
  g.sum(g.multiply(x, g.constant(numbers(name, g.sizeOf(x.shape)), ...x.shape)));

/** Adam's first step is the sign of a gradient: what is left of its derivative, 32 bits can't tell from 0. */
const CANCELLED = 'steps of Adam inside a step';

describe('a compiled graph makes what the evaluator makes, and its gradients once and twice, of', () => {
  it.each(Object.entries(CASES))('%s', (name, [shapes, make, range]) => {
    const { learner, given } = random(
      shapes,
      (...x) => {
        const y = make(...x);
        if (name === CANCELLED) return { y };
        const first = g.gradient(projected(y, 'first'), x);
        const along = first.map((each, k) => projected(each, `second/${k}`)).reduce((a, b) => g.add(a, b));
        return { y, first, second: g.gradient(along, x) };
      },
      range,
    );
    runEverywhere(learner, given);
  });
});

/** Sizes about the widths of vectors, tiles, partial sums and blocks. */
const SIZES = [1, 3, 4, 5, 15, 16, 17, 31, 33, 65, 129, 255, 257, 513];

describe('of whatever size', () => {
  it.each(SIZES)('%i numbers in a row', (n) => {
    const { learner, given } = random(
      [
        [3, n],
        [3, n],
        [n, 2],
      ],
      (a, b, c) => ({
        chain: g.select(g.less(a!, b!), g.divide(a!, g.add(2, b!)), g.maximum(g.multiply(a!, b!), g.sqrt(g.exp(b!)))),
        functions: g.add(g.log(g.add(2, a!)), g.tanh(a!), g.sigmoid(b!), g.erf(g.multiply(3, a!))),
        sums: [g.sum(a!), g.sum(a!, 0), g.sum(a!, 1), g.sum(g.transpose(a!), 0), g.sum(g.transpose(c!), 1)],
        products: [g.product(a!, c!), g.product(g.transpose(c!), g.transpose(a!)), g.product(g.transpose(a!), b!)],
        largest: g.top(a!, Math.min(n, 3)),
        moved: [g.transpose(a!), g.slice(a!, 1, n - 1, n), g.concatenate([a!, b!], 1), g.concatenate([a!, b!])],
      }),
    );
    runEverywhere(learner, given);
  });

  it.each(SIZES)('%i rows', (n) => {
    const { learner, given } = random(
      [
        [n, 5],
        [5, 7],
        [7, n],
      ],
      (a, b, c) => ({
        products: [g.product(a!, b!), g.product(g.product(a!, b!), c!), g.product(g.transpose(a!), g.transpose(c!))],
        sums: [g.sum(a!, 0), g.sum(g.multiply(a!, a!), 0, 1)],
        relu: g.relu(g.add(g.product(a!, b!), g.broadcast(g.slice(b!, 0, 0, 1), [n, 7]))),
      }),
    );
    runEverywhere(learner, given);
  });

  it('functions over all their range, at its ends and beyond', () => {
    const x = [0, 1e-30, 1e-3, 0.5, 1, 2, 5, 20, 60, 87, 88.5, 100, 1e4, Number.POSITIVE_INFINITY];
    const all = [...x, ...x.map((each) => -each)];
    const learner = graph({ name: 'range', inputs: { x: floats(all.length) } }, ({ inputs }) => {
      const made = [g.exp, g.log, g.tanh, g.sigmoid, g.sqrt, g.erf].map((of) => of(inputs.x));
      return { outputs: { made } };
    });
    const wanted = g.runReference(learner, { inputs: { x: all } }).outputs.made;
    for (const backend of COMPILERS) {
      const { made } = compile(learner, backend)({ inputs: { x: all } }).outputs;
      (made as readonly Float32Array[]).forEach((own, k) => {
        own.forEach((each, j) => {
          const expected = Math.fround((wanted as readonly Float64Array[])[k]![j]!);
          if (Number.isFinite(expected))
            expect(Math.abs(each - expected)).toBeLessThanOrEqual(1e-6 * Math.abs(expected) + 1e-37);
          else expect(each).toBe(expected);
        });
      });
    }
  });
});

describe('the memory', () => {
  it('is used again: a long chain of products takes no more than a few of them', () => {
    const chain = graph({ name: 'chain', inputs: { x: floats(40, 40) } }, ({ inputs: { x } }) => {
      let y = x as g.Matrix;
      for (let k = 0; k < 20; k += 1) y = g.tanh(g.product(y, x as g.Matrix));
      return { outputs: { y } };
    });
    const { size } = compile(chain);
    expect(size.words).toBeLessThan(8 * 1600 + 2000);
    expect(size.wordsApart).toBeGreaterThan(40 * 1600);
  });
});

describe('log-probabilities', () => {
  const shapes = [1, 3, 16, 17, 40] as const;
  it.each(shapes)('of %i labels, far from each other and near, and their gradients', (classes) => {
    const learner = graph(
      { name: 'likelihood', inputs: { z: floats(2, 5, classes), t: integers(2, 5), g: floats(2, 5) } },
      ({ inputs: { z, t, g: along } }) => {
        const l = g.logProbabilities(z, t);
        const first = g.gradient(g.sum(g.multiply(l, along)), z);
        return { outputs: { l, first, mean: g.gradient(g.mean(l), z), second: g.gradient(g.sum(g.square(first)), z) } };
      },
    );
    const z = numbers('z', 10 * classes, [-60, 60]).map((each, k) => (k < 5 * classes ? each / 60 : each));
    const t = Array.from({ length: 10 }, (_, k) => (k * 7) % classes);
    runEverywhere(learner, { inputs: { z, t, g: numbers('g', 10) } });
  });

  it.each(COMPILERS)('of a label that is not there are refused, on %s', (backend) => {
    const learner = graph({ name: 'wrong', inputs: { z: floats(2, 3), t: integers(2) } }, ({ inputs: { z, t } }) => ({
      outputs: { loss: g.crossEntropy(z, t) },
    }));
    expect(() => compile(learner, backend)({ inputs: { z: [1, 2, 3, 4, 5, 6], t: [0, 3] } })).toThrow(
      /^invalid log-probabilities: index 3 of inputs\/z \[2, 3\] by inputs\/t \[2\] \(graph wrong, compile\.test\.ts:\d+\); pass 0 … 2/,
    );
  });
});

// Of functions, products, sums, draws, rows and a loop. Another number means other bits than were ever given: say so.
const BITS = 'ae59a4ec710dc7ea';

describe('WebAssembly', () => {
  it('gives the same bits on every machine and release, in every instance', () => {
    const network = g.mlp([9, 12, 4]);
    const learner = g.training({
      ...{ name: 'bits', parameters: network.parameters, optimiser: g.adamW({ rate: 0.01 }), steps: 4 },
      ...{ inputs: { x: floats(11, 9), y: integers(11) }, draws: ['noise'] },
      loss: (p, { inputs: { x, y }, draws: { noise }, step }) => {
        const z = network.apply(p, g.dropout(g.gelu(g.tanh(x)), 0.3, noise!, step));
        return g.add(g.crossEntropy(z, y), g.mean(g.square(g.log(g.add(g.sigmoid(z), g.sqrt(g.exp(z)))))));
      },
    });
    const layers = [108, 48].map((count, k) => ({
      kernel: numbers(`k${k}`, count),
      bias: numbers(`b${k}`, [12, 4][k]!),
    }));
    const size = 108 + 12 + 48 + 4;
    const state = { m: numbers('m', size), v: numbers('v', size, [0.1, 1]), power1: 0.9, power2: 0.99 };
    const inputs = { x: numbers('x', 4 * 99), y: Array.from({ length: 44 }, (_, k) => k % 4) };
    const given = { parameters: { layers }, state, inputs, draws: { noise: [3_000_000_000, 7] } };
    const bits = () => {
      const { parameters, outputs } = compile(learner, 'wasm')(given);
      const hash = createHash('sha256').update(outputs.losses);
      for (const { kernel, bias } of parameters!.layers) hash.update(kernel).update(bias);
      return hash.digest('hex').slice(0, 16);
    };
    expect([bits(), bits()]).toEqual([BITS, BITS]);
    runEverywhere(learner, given);
  });
});

describe('a row', () => {
  it.each(COMPILERS)('has the same bits whichever rows are beside it, on %s', (backend) => {
    const network = g.mlp([37, 50, 19]);
    const layers = [1850, 950].map((count, k) => ({
      kernel: numbers(`row/k${k}`, count),
      bias: numbers(`row/b${k}`, [50, 19][k]!),
    }));
    const x = numbers('rows', 100 * 37);
    const made = (from: number, n: number) => {
      const inputs = { x: floats(n, 37), y: integers(n) };
      const learner = graph({ name: 'rows', parameters: network.parameters, inputs }, ({ parameters, inputs: at }) => {
        const z = network.apply(parameters, at.x);
        return { outputs: { z, soft: g.softmax(z), l: g.logProbabilities(z, at.y), sums: g.sum(z, 1) } };
      });
      const y = Array.from({ length: n }, (_, k) => (from + k) % 19);
      const given = { parameters: { layers }, inputs: { x: x.subarray(37 * from, 37 * (from + n)), y } };
      const { z, soft, l, sums } = compile(learner, backend)(given).outputs;
      return Array.from({ length: n }, (_, k) => [
        ...[...z.subarray(19 * k, 19 * k + 19), ...soft.subarray(19 * k, 19 * k + 19)],
        ...[l[k], sums[k]],
      ]);
    };
    const all = made(0, 100);
    for (const n of [1, 2, 5, 9, 11, 23, 64, 65]) expect(made(7, n)).toEqual(all.slice(7, 7 + n));
  });
});

describe('what is changed in place', () => {
  it('is not read where it has changed: a state by the product that makes the next, a matrix by its own step', () => {
    // More than a tile of rows, and than a panel of columns.
    const inputs = { h: floats(40, 70), w: floats(70, 70), b: floats(70) };
    const values = { h: numbers('h', 2800), w: numbers('w', 4900, [-0.2, 0.2]), b: numbers('b', 70) };
    const state = graph({ name: 'state', inputs }, ({ inputs: { h, w, b } }) => {
      const each = ({ h: own }: { readonly h: g.Matrix }) => ({
        carry: { h: g.relu(g.affine(own, { kernel: w, bias: b })) },
      });
      return { outputs: g.scan({ times: 3, carry: { h }, each }).carry };
    });
    const matrix = graph({ name: 'matrix', inputs }, ({ inputs: { w } }) => {
      const each = ({ w: own }: { readonly w: g.Matrix }) => ({
        carry: { w: g.subtract(own, g.multiply(0.1, g.product(g.transpose(own), own))) },
      });
      return { outputs: g.scan({ times: 3, carry: { w }, each }).carry };
    });
    runEverywhere(state, { inputs: values });
    runEverywhere(matrix, { inputs: values });
  });

  it('goes round in a loop: carries that take each other’s places, that stay, and that are kept of each turn', () => {
    const learner = graph({ name: 'round', inputs: { a: floats(300), b: floats(300) } }, ({ inputs: { a, b } }) => {
      const { carry, gives } = g.scan({
        times: 5,
        carry: { a, b, c: a, still: b },
        each: ({ a: x, b: y, c, still }, _, at) => ({
          carry: { a: y, b: x, c: g.add(c, g.multiply(0.5, x), g.broadcast(at, [300])), still },
          gives: { x, sum: g.add(x, c), c },
        }),
      });
      const slope = g.gradient(g.sum(g.multiply(carry.c, carry.a, carry.still)), { a, b });
      return { outputs: { carry, gives, slope } };
    });
    runEverywhere(learner, { inputs: { a: numbers('a', 300), b: numbers('b', 300) } });
  });

  it('a step of parameters leaves those that were given as they were, where they are asked for too', () => {
    const network = g.mlp([5, 4, 3]);
    const inputs = { x: floats(7, 5), y: integers(7) };
    const learner = graph(
      { name: 'step', parameters: network.parameters, inputs },
      ({ parameters, inputs: { x, y } }) => {
        const loss = g.crossEntropy(network.apply(parameters, x), y);
        const w = g.flat(parameters);
        const next = g.subtract(w, g.multiply(0.1, g.flat(g.gradient(loss, parameters))));
        return { parameters: g.unflat(next, parameters), outputs: { loss, before: w, after: next } };
      },
    );
    const layers = [
      { kernel: numbers('k0', 20), bias: numbers('b0', 4) },
      { kernel: numbers('k1', 12), bias: numbers('b1', 3) },
    ];
    runEverywhere(learner, { parameters: { layers }, inputs: { x: numbers('x', 35), y: [0, 1, 2, 0, 1, 2, 0] } });
  });
});
