/** A small decoder whose rows are tokens or latent tokens; positions are given, so that a latent may share its token's. */
import {
  add,
  affine,
  attention,
  concatenate,
  constant,
  dense,
  divide,
  type Floats,
  fanIn,
  floats,
  gather,
  type Integers,
  layerNorm,
  logProbabilities,
  type Matrix,
  multiply,
  negate,
  normal,
  relu,
  reshape,
  type Scalar,
  starting,
  sum,
  type Tensors,
  transpose,
} from '../../../src/graph/index.ts';

const small = (shape: readonly number[], uniform: () => number) =>
  Array.from(
    { length: shape[0]! * shape[1]! },
    () => 0.05 * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
const linear = (from: number, to: number) => dense(from, to, fanIn);
const layer = (d: number, wide: number) => ({
  before: normal(d),
  q: linear(d, d),
  k: linear(d, d),
  v: linear(d, d),
  o: linear(d, d),
  between: normal(d),
  up: linear(d, wide),
  down: linear(wide, d),
});

export const decoderBlocks = ({
  symbols,
  places,
  width,
  layers,
  wide,
}: {
  symbols: number;
  places: number;
  width: number;
  layers: number;
  wide: number;
}) => ({
  embed: starting(floats(symbols, width), small),
  pos: starting(floats(places, width), small),
  layers: Array.from({ length: layers }, () => layer(width, wide)),
  last: normal(width),
  head: linear(width, symbols),
});
export type DecoderBlocks = ReturnType<typeof decoderBlocks>;
type Layer = Tensors<DecoderBlocks>['layers'][number];

const split = (x: Floats<3>, heads: number): Floats<4> => {
  const [b, t, d] = x.shape as [number, number, number];
  return transpose(reshape(x, [b, t, heads, d / heads]), [0, 2, 1, 3]);
};
/** Row i sees rows 0 … i. */
export const causal = (rows: number): Floats<4> =>
  constant(
    Float64Array.from({ length: rows * rows }, (_, k) => Number(k % rows <= Math.floor(k / rows))),
    1,
    1,
    rows,
    rows,
  );

function block(x: Floats<3>, p: Layer, heads: number, mask: Floats<4>): Floats<3> {
  const y = layerNorm(x, p.before);
  const seen = attention(
    split(affine(y, p.q), heads),
    split(affine(y, p.k), heads),
    split(affine(y, p.v), heads),
    mask,
  );
  const attended = add(x, affine(reshape(transpose(seen, [0, 2, 1, 3]), x.shape) as Floats<3>, p.o));
  return add(attended, affine(relu(affine(layerNorm(attended, p.between), p.up)), p.down));
}

/** Logits [batch, rows, symbols] of embedded rows at positions; the head's bias and last norm are blocks as any. */
export function decode(p: Tensors<DecoderBlocks>, rows: Floats<3>, positions: Integers<2>, heads: number): Floats<3> {
  const start = add(rows, gather(p.pos, positions) as Floats<3>);
  const last = p.layers.reduce((x, each) => block(x, each, heads, causal(rows.shape[1]!)), start);
  return affine(layerNorm(last, p.last), p.head);
}

/** Verbal rows and m latents Z [m, d] put in: row r takes entry `order[r]` of [tokens; Z]. The rest is frozen, as nobody asks for its gradient. */
export const withLatents = (p: Tensors<DecoderBlocks>, tokens: Integers<1>, z: Matrix, order: Integers<2>): Floats<3> =>
  gather(concatenate([gather(p.embed, tokens) as Matrix, z]), order) as Floats<3>;

/** −mean log π of the next verbal token at verbal rows, where the mask says so. */
export const nextTokenLoss = (logits: Floats<3>, verbal: Integers<1>, targets: Integers<1>, mask: Floats<1>): Scalar =>
  negate(
    divide(
      sum(
        multiply(
          logProbabilities(
            gather(reshape(logits, logits.shape.slice(1) as [number, number]), verbal) as Matrix,
            targets,
          ),
          mask,
        ),
      ),
      sum(mask),
    ),
  );
