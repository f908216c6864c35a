import { describe, expect, it } from 'vitest';
import { ScenarioError } from '../../../src/errors.ts';
import * as g from '../../../src/graph/index.ts';
import { evaluate } from '../../../src/graph/reference/evaluate.ts';
import { runEverywhere as run } from '../../support/compiled.ts';
import { apart, numbers } from '../../support/graph.ts';
import { gradients } from '../../support/learners/cnn.ts';
import { decoding } from '../../support/learners/decoding.ts';
import { distillation } from '../../support/learners/distil.ts';
import { generatorSteps } from '../../support/learners/generator.ts';
import { mixedUpdate } from '../../support/learners/mixup-second-order.ts';
import { localUpdate } from '../../support/learners/mlp.ts';
import { decode, decoderBlocks } from '../../support/learners/transformer.ts';

const { floats, graph, integers } = g;

/** Random numbers in the tree of specs. */
function filled(specs: object, scale = 1, path = 'filled'): object {
  if ('kind' in specs) return numbers(path, g.sizeOf((specs as g.Spec).shape), [-scale, scale]);
  if (Array.isArray(specs)) return specs.map((each, k) => filled(each as object, scale, `${path}/${k}`));
  const entries = Object.entries(specs).map(([name, each]) => [name, filled(each as object, scale, `${path}/${name}`)]);
  return Object.fromEntries(entries);
}
const zeros = (count: number): number[] => new Array<number>(count).fill(0);

describe('a graph', () => {
  const evaluated = (x: g.Tensor) => Array.from(evaluate([x], new Map())[0]!);

  it('is written once, and makes what its function says', () => {
    const double = graph({ name: 'double', inputs: { x: floats(3) } }, ({ inputs: { x } }) => ({
      outputs: { y: g.multiply(2, x), sum: g.sum(x) },
    }));
    const { y, sum } = run(double, { inputs: { x: [1, 2, 4] } }).outputs;
    expect([Array.from(y), Array.from(sum)]).toEqual([[2, 4, 8], [7]]);
  });

  it('draws the same numbers for the same key, place and turn, and others elsewhere', () => {
    const luck = graph({ name: 'luck', draws: ['a', 'b'] }, ({ draws: { a, b } }) => ({
      outputs: {
        once: g.draw(a, [2]),
        again: g.draw(a, [2]),
        other: g.draw(b, [2]),
        later: g.draw(a, [2], g.constant(1)),
      },
    }));
    const { once, again, other, later } = run(luck, { draws: { a: [1, 2], b: [3, 4] } }).outputs;
    expect(again).toEqual(once);
    for (const each of [other, later]) expect(each).not.toEqual(once);
    for (const each of once) expect(each > 0 && each < 1).toBe(true);
  });

  it('takes the first of equals for the largest', () => {
    expect(evaluated(g.top(g.constant([1, 3, 3, 2], 1, 4), 3))).toEqual([1, 2, 3]);
  });

  it('hides keys from attention: who sees none gets the mean of all, not NaN', () => {
    const one = g.constant([1, 2, 3, 4], 1, 1, 2, 2);
    expect(evaluated(g.attention(one, one, one, g.constant(0, 1, 1, 2, 2)))).toEqual([2, 3, 2, 3]);
  });

  it('adds rows of equal indices in their order', () => {
    const index = g.constant([1, 1, 0], 3) as unknown as g.Integers;
    expect(evaluated(g.scatter(g.constant([1, 10, 100], 3), index, [2]))).toEqual([100, 11]);
  });
});

describe('what a stranger writes', () => {
  it('a convolutional network: its gradient by a pixel, through dropout, is that of finite differences', () => {
    const parameters = filled(gradients.signature.parameters!, 0.1);
    const x = numbers('images', 2 * 784, [0, 1]);
    const at = (moved: number) =>
      run(gradients, {
        parameters,
        inputs: { x: x.with(400, x[400]! + moved), y: [3, 5] },
        draws: { dropout: [1, 2] },
      });
    const slope = (at(1e-5).outputs.loss[0]! - at(-1e-5).outputs.loss[0]!) / 2e-5;
    expect(Math.abs(at(0).outputs.x[400]! - slope)).toBeLessThan(1e-8);
  });

  it('decoding with a cache gives the log-probabilities of one forward pass', () => {
    const blocks = decoderBlocks({ symbols: 5, places: 8, width: 4, layers: 2, wide: 6 });
    const parameters = filled(blocks);
    const [n, length, heads] = [3, 6, 2];
    const isGiven = Array.from({ length }, (_, t) => new Array<number>(n).fill(t < 2 ? 1 : 0));
    const prompt = Array.from({ length }, (_, t) => [0, 1, 2].map((k) => (t + k) % 5));
    const inputs = { prompt, isGiven };
    const drawn = run(decoding(blocks, { n, length, heads, width: 4 }), {
      parameters,
      inputs,
      draws: { tokens: [7, 9] },
    });
    const { tokens, l } = drawn.outputs;
    const rows = [0, 1, 2].map((k) => [prompt[0]![k]!, ...Array.from({ length: 5 }, (_, t) => tokens[t * n + k]!)]);
    const forced = graph(
      { name: 'forced', parameters: blocks, inputs: { rows: integers(n, length), at: integers(n, length) } },
      ({ parameters: p, inputs: at }) => {
        const logits = decode(p, g.gather(p.embed, at.rows) as g.Floats<3>, at.at, heads);
        const next = g.slice(at.rows, 1, 1, length);
        return { outputs: { l: g.transpose(g.logProbabilities(g.slice(logits, 1, 0, length - 1), next)) } };
      },
    );
    const whole = run(forced, { parameters, inputs: { rows, at: rows.map(() => [0, 1, 2, 3, 4, 5]) } }).outputs;
    expect(apart(l, whole.l)).toBeLessThan(1e-12);
  });

  const falls = (losses: Float64Array) => {
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
  };

  it('a distillation from two teachers lowers its loss, step by step in one loop', () => {
    const { parameters, inputs } = distillation.signature;
    const size = 2410;
    const made = run(distillation, {
      parameters: filled(parameters as object, 0.1),
      state: { m: zeros(size), v: zeros(size), power1: 1, power2: 1 },
      inputs: {
        teachers: filled((inputs as { teachers: object }).teachers, 0.1),
        x: Float64Array.from({ length: 20_480 }, (_, k) => Math.sin(k % 2048)),
        y: Array.from({ length: 320 }, (_, k) => (k % 32) % 10),
      },
    });
    falls(made.outputs.losses);
  });

  it('a conditional generator under a frozen teacher lowers its loss', () => {
    const generator = generatorSteps(2, 2);
    const { parameters, inputs } = generator.signature;
    const made = run(generator, {
      parameters: filled(parameters as object, 0.02),
      inputs: { teacher: filled((inputs as { teacher: object }).teacher, 0.05), classes: [1, 2, 1, 2] },
      draws: { noise: [3, 4] },
    });
    falls(made.outputs.losses);
  });

  it('steps whose loss holds a gradient run in one loop', () => {
    const labels = (shift: number) => Array.from({ length: 40 }, (_, k) => (k + shift) % 5);
    const made = run(mixedUpdate, {
      parameters: filled(mixedUpdate.signature.parameters as object),
      inputs: { x: numbers('x', 1280), y: labels(0), meanX: numbers('mean', 1280), meanY: labels(2) },
    });
    expect(made.outputs.losses.every(Number.isFinite)).toBe(true);
  });

  it('a local update keeps the shapes of its parameters, and reads rows of a table', () => {
    const { gives, signature } = localUpdate;
    expect(gives.parameters!.layers.map(({ kernel }) => kernel.shape)).toEqual([
      [784, 200],
      [200, 200],
      [200, 10],
    ]);
    expect((signature.inputs as { batch: g.Spec }).batch.shape).toEqual([40, 20]);
  });
});

describe('what is wrong is refused where it is written', () => {
  const x = g.input('x', floats(4, 35));
  const kernel = g.input('first/kernel', floats(36, 64));
  const bias = g.input('first/bias', floats(64));
  const refusal = (write: () => unknown): string => {
    try {
      write();
    } catch (error) {
      expect(error).toBeInstanceOf(ScenarioError);
      return (error as Error).message;
    }
    return 'nothing is refused';
  };

  it('with the operation, the pieces around it, its tensors, the line and a remedy', () => {
    const said = refusal(() => g.affine(x, { kernel, bias }));
    expect(said).toMatch(
      /^invalid affine › product: reshape \[4, 35\] · affine \[36, 64\] \(graph\.test\.ts:\d+\); let columns .*\[GRAPH_INVALID\]$/,
    );
  });

  it.each<[string, RegExp, () => unknown]>([
    [
      'ranks that differ',
      /add: .*\[2\] with .*\[2, 2\]/,
      () => g.add(g.constant([1, 2], 2) as never, g.constant(0, 2, 2)),
    ],
    ['a reshape of other size', /reshape: x \[4, 35\] to \[4, 36\]/, () => g.reshape(x, [4, 36])],
    ['an axis that is not there', /sum: axis 2 of x/, () => g.sum(x, 2)],
    ['a slice outside', /slice: 30 … 36 of axis 1/, () => g.slice(x, 1, 30, 36)],
    ['a transpose that forgets an axis', /transpose: order \[0, 0\]/, () => g.transpose(x, [0, 0])],
    ['too many of the largest', /top: 36 of x/, () => g.top(x, 36)],
    [
      'windows larger than images',
      /windows: 3 × 3/,
      () => g.windows(g.constant(0, 1, 2, 2, 1), { size: [3, 3], stride: 1, padding: [0, 0, 0, 0] }),
    ],
    ['a constant of other size', /constant: 3 numbers for \[2\]/, () => g.constant([1, 2, 3], 2)],
    ['nothing to concatenate', /concatenate: no tensors/, () => g.concatenate([])],
    [
      'a name that is a number',
      /graph: name "1" in inputs/,
      () => graph({ name: 'n', inputs: { 1: floats(2) } }, () => ({ outputs: {} })),
    ],
    ['a size of 0', /inputs\/x: \[0\]/, () => graph({ name: 'n', inputs: { x: floats(0) } }, () => ({ outputs: {} }))],
    ['a loop of no times', /scan: 0 times/, () => g.scan({ times: 0, carry: x, each: (carry) => ({ carry }) })],
    [
      'a loop over other counts',
      /scan: 3 times over x/,
      () => g.scan({ times: 3, carry: g.constant(0), over: x, each: (carry) => ({ carry }) }),
    ],
    [
      'a carry that changes its shape',
      /scan: carry loop \[\] becomes constant \[2\]/,
      () => g.scan({ times: 3, carry: g.constant(0) as g.Floats, each: () => ({ carry: g.constant(0, 2) }) }),
    ],
  ])('%s', (_, pattern, write) => {
    expect(refusal(write)).toMatch(pattern);
  });
});
