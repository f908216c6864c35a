import { z } from 'zod';
import { normal } from '../../src/math/distributions.ts';
import { square } from '../../src/math/power.ts';
import type { Stream } from '../../src/math/streams.ts';
import type { Mobility } from '../../src/network/contract.ts';
import { part } from '../../src/part.ts';
import { step } from './step.ts';

const options = z.strictObject({
  memory: z.number().min(0).max(1).default(0.9).describe('α: 0 draws each velocity anew, 1 keeps it for ever'),
  deviation: z.number().min(0).max(1000).default(1).describe('σ of each component of the velocity, m/s'),
  width: z.number().positive().max(1e6).default(500).describe('of the square around the home server that bounds it, m'),
  step,
});

/** A client's velocity in one step, and where it began without walls. */
interface Stride {
  readonly step: number;
  readonly x: number;
  readonly y: number;
  readonly vx: number;
  readonly vy: number;
}

/** Every so many strides one is kept for good, so that looking back doesn't begin at the start. */
const KEPT_EVERY = 64;

/** Mirrors an unbounded coordinate into −half … half, as often as it takes. */
function folded(coordinate: number, half: number): number {
  const period = 4 * half;
  const along = (((coordinate + half) % period) + period) % period;
  return along <= 2 * half ? along - half : 3 * half - along;
}

/**
 * Gauss–Markov mobility: a velocity that remembers itself, drawn anew in part at each step.
 *
 *   vₙ₊₁ = α vₙ + σ √(1 − α²) wₙ,   w ~ N(0, 1) in each component;   E v = 0,   E vₙ vₙ₊ₖ = σ² αᵏ
 *   x(t) moves at vₙ within step n, and is mirrored at the walls of a square around the home server
 *
 * It begins in its stationary state; step n takes draw n of the client's stream. The mean speed is σ √(π / 2).
 *
 * Limits: no mean drift; a turn at a wall mirrors the path and forgets nothing.
 * Source: Liang and Haas, Predictive distance-based mobility management for PCS networks, INFOCOM 1999.
 */
export const gaussMarkov = part('mobility', 'gauss-markov', options, (chosen): Mobility => {
  const { memory, deviation, width, step: span } = chosen;
  const fresh = deviation * Math.sqrt(1 - square(memory));
  const trails = new WeakMap<Stream, { kept: Stride[]; last: Stride }>();
  const first = (draws: Stream, x: number, y: number): Stride => {
    const source = draws.at(0);
    return { step: 0, x, y, vx: normal(source, 0, deviation), vy: normal(source, 0, deviation) };
  };
  const after = (draws: Stream, { step: number, x, y, vx, vy }: Stride): Stride => {
    const source = draws.at(number + 1);
    const turned = { vx: memory * vx + normal(source, 0, fresh), vy: memory * vy + normal(source, 0, fresh) };
    return { step: number + 1, x: x + vx * span, y: y + vy * span, ...turned };
  };
  const strideAt = (draws: Stream, start: { x: number; y: number }, number: number): Stride => {
    const begun = first(draws, start.x, start.y);
    const trail = trails.get(draws) ?? { kept: [begun], last: begun };
    trails.set(draws, trail);
    const kept = trail.kept[Math.min(Math.floor(number / KEPT_EVERY), trail.kept.length - 1)] as Stride;
    let stride = trail.last.step <= number && trail.last.step >= kept.step ? trail.last : kept;
    while (stride.step < number) {
      stride = after(draws, stride);
      if (stride.step === trail.kept.length * KEPT_EVERY) trail.kept.push(stride);
    }
    trail.last = stride;
    return stride;
  };
  return {
    step: span,
    place(draws, start, at) {
      const number = Math.floor(at / span);
      const { x, y, vx, vy } = strideAt(draws, start, number);
      const since = at - number * span;
      return { x: folded(x + vx * since, width / 2), y: folded(y + vy * since, width / 2) };
    },
  };
});
