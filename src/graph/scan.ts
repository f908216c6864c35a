import { bodyOf } from './body.ts';
import { hold } from './fused.ts';
import type { Higher, Integers, Lower, Tensor, Tree } from './tensor.ts';
import { isSame } from './tensor.ts';
import { leaves, rebuilt } from './trees.ts';
import { need, operation, say, tensor } from './write.ts';

// biome-ignore lint/complexity/noBannedTypes: nothing taken, nothing given
export type None = {};
/** Without a first axis that counts the times. */
export type Each<X> =
  X extends Tensor<infer R, infer K> ? Tensor<Lower<R>, K> : { readonly [N in keyof X]: Each<X[N]> };
/** With one. */
export type All<Y> = Y extends Tensor<infer R, infer K> ? Tensor<Higher<R>, K> : { readonly [N in keyof Y]: All<Y[N]> };

export interface Loop<C, X, Y> {
  readonly times: number;
  readonly carry: C;
  /** Read slice by slice along the first axes. */
  readonly over?: X;
  /** Whether it goes from the last slice to the first. */
  readonly isReversed?: boolean;
  readonly each: (carry: C, over: Each<X>, at: Integers<0>) => { readonly carry: C; readonly gives?: Y };
}

/**
 * A loop inside the kernel: `each` is written once and run `times` times. What it carries keeps its shapes; what it gives is
 * stacked along a new first axis, in the order of the slices. Gradients pass, as a loop the other way.
 *
 * @example scan({ times: 3, carry: h, over: x, each: (h, x) => { const next = tanh(add(h, x)); return { carry: next, gives: next }; } })
 */
export function scan<C extends Tree<Tensor>, X extends Tree<Tensor> = None, Y extends Tree<Tensor> = None>(
  loop: Loop<C, X, Y>,
): { readonly carry: C; readonly gives: All<Y> } {
  const { times, carry, over = {} as X, each } = loop;
  const [carried, sliced] = [leaves(carry), leaves(over)];
  need(Number.isInteger(times) && times >= 1, 'scan', () => `${times} times`, 'pass a whole number of at least 1');
  const isCounted = sliced.every(({ shape }) => shape[0] === times);
  need(isCounted, 'scan', () => `${times} times over ${sliced.map(say).join(', ')}`, 'let first axes count the times');
  const c = carried.map((like) => hold('loop', like, like.shape));
  const x = sliced.map((like) => hold('loop', like, like.shape.slice(1)));
  const at = hold('loop/at', { kind: 'integer' } as Tensor, []) as Integers<0>;
  // Trees are only taken apart and put together here; through their types the compiler would go on for ever.
  const write = each as unknown as (
    carry: object,
    over: object,
    at: Integers<0>,
  ) => { readonly carry: object; readonly gives?: object };
  const [own, slices] = [rebuilt(carry as object, (_, k) => c[k]), rebuilt(over as object, (_, k) => x[k])];
  const written = write(own, slices, at);
  const [next, gives] = [leaves(written.carry), leaves(written.gives ?? {})];
  const isKept = next.length === c.length && next.every(({ shape }, index) => isSame(shape, c[index]?.shape ?? []));
  need(
    isKept,
    'scan',
    () => `carry ${c.map(say).join(', ')} becomes ${next.map(say).join(', ')}`,
    'give back what was taken',
  );
  const body = bodyOf([...c, ...x, at], [...next, ...gives], c.length, x.length);
  // Behind what it gives come the carries before each time, which only a gradient reads.
  const stacked = [...gives, ...c];
  const whole = operation(
    'scan',
    [...carried, ...sliced, ...body.free],
    [...c.map(({ shape }) => shape), ...stacked.map(({ shape }) => [times, ...shape])],
    { times, body, isReversed: loop.isReversed ?? false },
    { kinds: [...c, ...stacked].map(({ kind }) => kind) },
  );
  return {
    carry: rebuilt(carry, (_, index) => tensor(whole, index)),
    gives: rebuilt(written.gives ?? {}, (_, index) => tensor(whole, c.length + index)) as unknown as All<Y>,
  };
}
