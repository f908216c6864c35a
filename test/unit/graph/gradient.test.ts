/**
 * Goal: differentiation is right for every operation, once and twice. Method: gradients of random projections against
 * central differences of fourth order, in 64 bits, away from ties and kinks.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as g from '../../../src/graph/index.ts';
import { evaluate } from '../../../src/graph/reference/evaluate.ts';
import { gradientErrors } from '../../support/graph.ts';
import { CASES, type Make } from '../../support/graph-cases.ts';

const TOLERANCE = 1e-7;
describe('gradients agree with finite differences, once and twice, of', () => {
  it.each(Object.entries(CASES))('%s', (luck, [shapes, make, range]) => {
    const { first, second } = gradientErrors(shapes, make, { luck, ...(range && { range }) });
    expect(first).toBeLessThan(TOLERANCE);
    expect(second).toBeLessThan(TOLERANCE);
  });

  it('smooth operations one behind the other, whichever they are and of whatever shape', () => {
    const smooth: readonly Make[] = [
      (x) => g.tanh(x!),
      (x) => g.sigmoid(x!),
      (x) => g.exp(g.multiply(0.5, x!)),
      (x) => g.erf(x!),
      (x) => g.softmax(x!),
      (x) => g.logSoftmax(x!),
      (x) => g.divide(x!, g.add(1, g.square(x!))),
      (x) => g.multiply(x!, g.mean(x!, -1)),
      (x) => g.transpose(g.product(x!, g.transpose(x!))),
      (x) => g.gelu(x!),
    ];
    const chain = fc.array(fc.constantFrom(...smooth.keys()), { minLength: 2, maxLength: 3 });
    void fc.assert(
      fc.property(chain, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 }), (steps, n, m) => {
        const { first, second } = gradientErrors([[n, m]], (x) => steps.reduce((y, k) => smooth[k]!(y), x as g.Floats));
        expect(first).toBeLessThan(1e-6);
        expect(second).toBeLessThan(1e-6);
      }),
      { numRuns: 40 },
    );
  });
});

describe('where there is a kink', () => {
  const at = (make: (x: g.Scalar) => g.Scalar, value: number) => {
    const x = g.input('x', g.floats()) as g.Scalar;
    return evaluate([g.gradient(make(x), x)], new Map([[x.operation, [Float64Array.of(value)]]]))[0]![0];
  };

  it('relu and |x| have no slope, bounds let the gradient pass, and of equals the first has it', () => {
    expect(at(g.relu, 0)).toBe(0);
    expect(at(g.abs, 0)).toBe(0);
    expect(at((x) => g.clip(x, 0, 1), 0)).toBe(1);
    expect(at((x) => g.clip(x, 0, 1), 1)).toBe(1);
    expect(at((x) => g.maximum(x, 0), 0)).toBe(1);
  });

  it('a branch that is not taken has no gradient, if its argument was made harmless too', () => {
    const isThere = (x: g.Scalar) => g.less(0, x);
    const shielded = (x: g.Scalar) => g.select(isThere(x), g.log(g.select(isThere(x), x, 1)), 0);
    expect(at(shielded, 0)).toBe(0);
    expect(at(shielded, 2)).toBe(0.5);
    expect(at((x) => g.select(isThere(x), x, Number.NEGATIVE_INFINITY), 2)).toBe(1);
  });

  it('nothing passes what is stopped, and what does not lead there has a gradient of 0', () => {
    expect(at((x) => g.multiply(x, g.stop(x)), 3)).toBe(3);
    expect(at(() => g.constant(2), 3)).toBe(0);
  });
});
