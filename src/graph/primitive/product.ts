import type { Floats } from '../tensor.ts';
import { isSame } from '../tensor.ts';
import { made, need, say } from '../write.ts';

/** [..., m, k] · [..., k, n], each entry summed in ascending k, whatever m, n and the leading axes are. */
export function product<R extends number>(a: Floats<R>, b: Floats<NoInfer<R>>): Floats<R> {
  const isFitting =
    a.rank >= 2 &&
    a.rank === b.rank &&
    a.shape.at(-1) === b.shape.at(-2) &&
    isSame(a.shape.slice(0, -2), b.shape.slice(0, -2));
  need(isFitting, 'product', () => `${say(a)} · ${say(b)}`, 'let columns of the first meet rows of the second');
  return made('product', [a, b], a.shape.with(-1, b.shape.at(-1) as number));
}
