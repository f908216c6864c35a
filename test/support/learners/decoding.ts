/** Decoding many sequences at once in one call: a scan over tokens that carries a key–value cache, and keeps log π of what it draws. */
import {
  add,
  affine,
  attention,
  broadcast,
  choose,
  constant,
  expand,
  type Floats,
  floats,
  gather,
  graph,
  type Integers,
  integers,
  layerNorm,
  less,
  logProbabilities,
  type Matrix,
  places,
  put,
  relu,
  reshape,
  sample,
  scan,
  slice,
  subtract,
  type Tensors,
  transpose,
} from '../../../src/graph/index.ts';
import type { decoderBlocks } from './transformer.ts';

type Decoder = Tensors<ReturnType<typeof decoderBlocks>>;
type Cache = readonly { readonly k: Floats<4>; readonly v: Floats<4> }[];

/** One row for each sequence at a place; the cache has room for all. */
function step(
  p: Decoder,
  tokens: Integers<1>,
  at: Integers<0>,
  cache: Cache,
  heads: number,
): { readonly logits: Matrix; readonly cache: Cache } {
  const n = tokens.shape[0]!;
  const width = p.pos.shape[1]!;
  const size = cache[0]!.k.shape[2]!;
  const row = (y: Matrix) => reshape(y, [n, heads, 1, width / heads]);
  const seen = reshape(subtract(1, less(broadcast(at, [size]), places(size))), [1, 1, 1, size]);
  let x = add(gather(p.embed, tokens) as Matrix, broadcast(expand(gather(p.pos, at) as Floats<1>, 0), [n, width]));
  const next = p.layers.map((layer, k) => {
    const y = layerNorm(x, layer.before);
    const [keys, values] = [
      put(cache[k]!.k, row(affine(y, layer.k)), at),
      put(cache[k]!.v, row(affine(y, layer.v)), at),
    ];
    const found = attention(row(affine(y, layer.q)), keys, values, seen);
    const attended = add(x, affine(reshape(transpose(found, [0, 2, 1, 3]), [n, width]), layer.o));
    x = add(attended, affine(relu(affine(layerNorm(attended, layer.between), layer.up)), layer.down));
    return { k: keys, v: values };
  });
  return { logits: affine(layerNorm(x, p.last), p.head), cache: next };
}

/** Feeds what is given and draws the rest, in one loop: prompts need no other program. Row t of the outputs is what follows token t. */
export const decoding = (
  blocks: ReturnType<typeof decoderBlocks>,
  { n, length, heads, width }: { n: number; length: number; heads: number; width: number },
) =>
  graph(
    {
      name: 'decoding',
      parameters: blocks,
      inputs: { prompt: integers(length, n), isGiven: floats(length, n) },
      draws: ['tokens'],
    },
    ({ parameters: p, inputs: { prompt, isGiven }, draws }) => {
      const empty = () => broadcast(constant(0), [n, heads, length, width / heads]);
      const { gives } = scan({
        times: length - 1,
        carry: {
          token: reshape(slice(prompt, 0, 0, 1), [n]),
          cache: blocks.layers.map(() => ({ k: empty(), v: empty() })) as Cache,
        },
        over: { given: slice(prompt, 0, 1, length), isGiven: slice(isGiven, 0, 1, length) },
        each: ({ token, cache }, over, at) => {
          const made = step(p, token, at, cache, heads);
          const next = choose(over.isGiven, over.given, sample(made.logits, draws.tokens, at));
          return {
            carry: { token: next, cache: made.cache },
            gives: { token: next, l: logProbabilities(made.logits, next) },
          };
        },
      });
      return { outputs: { tokens: gives.token, l: gives.l } };
    },
  );
