/** What a graph is made of, as data: tensors, the operations that make them, and trees of both. */

export type Kind = 'float' | 'integer';
/** Sizes of the axes; none for a scalar. */
export type Shape = readonly number[];

/** One output of an operation; its shape is known when it is written down. R is its rank, `number` where types can't tell. */
export interface Tensor<R extends number = number, K extends Kind = Kind> {
  readonly shape: Shape;
  readonly rank: R;
  readonly kind: K;
  readonly operation: Operation;
  /** Which of the operation's outputs. */
  readonly output: number;
}
export type Floats<R extends number = number> = Tensor<R, 'float'>;
export type Integers<R extends number = number> = Tensor<R, 'integer'>;
export type Scalar = Floats<0>;
export type Vector = Floats<1>;
export type Matrix = Floats<2>;
/** The key of a named stream: a draw is a function of (key, place in its shape, `at`). */
export type Stream = Integers<1>;
/** What arithmetic takes: a plain number goes with every shape. */
export type Operand = Floats | number;

/** Records and lists of one kind of leaf, nested at will. */
export type Tree<L> = L | readonly Tree<L>[] | { readonly [name: string]: Tree<L> };

/** What differentiation and back ends must know; everything else is written with these. */
export type Primitive =
  | ('input' | 'constant' | 'draw' | 'stop')
  | ('add' | 'multiply' | 'divide' | 'maximum' | 'less' | 'select')
  | ('exp' | 'log' | 'tanh' | 'sigmoid' | 'sqrt' | 'erf')
  | ('sum' | 'top' | 'product' | 'gather' | 'scatter')
  | ('reshape' | 'transpose' | 'broadcast' | 'slice' | 'concatenate' | 'windows' | 'overlap')
  | ('scan' | 'fused');

export interface Operation {
  /** Counts up as operations are written, so ascending ids are an order of evaluation: the author's own. */
  readonly id: number;
  readonly name: Primitive;
  /** Of an input or a fused operation its name; of others the fused operations around them. */
  readonly label: string;
  readonly inputs: readonly Tensor[];
  /** Of each output. */
  readonly shapes: readonly Shape[];
  /** Of each output; one kind is that of all. */
  readonly kinds: readonly Kind[];
  readonly attributes: Attributes;
  /** The line that wrote it, of those that can fail when they run: by an index. */
  readonly line?: string | undefined;
}

export interface Attributes {
  /** `sum`: axes that are summed; `transpose`: where each axis comes from; `concatenate`: the one axis. */
  readonly axes?: readonly number[];
  /** `slice`: first index of each axis. */
  readonly starts?: readonly number[];
  /** `constant`: one for each place, or one for all. */
  readonly values?: ArrayLike<number>;
  /** `gather`, `scatter`: leading axes that tensor and index share. */
  readonly batch?: number;
  readonly window?: Window;
  readonly body?: Body;
  /** `scan`: how often. */
  readonly times?: number;
  readonly isReversed?: boolean;
}

/** Windows over images [n, height, width, channels]. */
export interface Window {
  readonly size: readonly [height: number, width: number];
  readonly stride: number;
  readonly padding: readonly [top: number, left: number, bottom: number, right: number];
}

/** What a scan repeats, or a fused operation stands for. */
export interface Body {
  readonly placeholders: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** What it takes from outside. */
  readonly free: readonly Tensor[];
  /** Of a scan: how many placeholders, and outputs, are carried, and how many placeholders are slices. */
  readonly carried: number;
  readonly sliced: number;
}

/** A named array to be: its shape, its kind and, of a parameter, how it starts. */
export interface Spec<R extends number = number, K extends Kind = Kind> {
  readonly shape: Shape & { readonly length: R };
  readonly kind: K;
  /** Numbers at the start of a run, by uniform draws; 0 where it is left out. */
  readonly start?: (shape: Shape, uniform: () => number) => ArrayLike<number>;
  /** False of running statistics: they travel in the vector, and no gradient reaches them. */
  readonly isTrained?: boolean;
  /** Rows in shared memory that only `gather` reads; bytes mean value / 255. Nothing copies them. */
  readonly isTable?: boolean;
}
export type Specs = Tree<Spec>;
/** The tensors that a tree of specs stands for. */
export type Tensors<S> =
  S extends Spec<infer R, infer K> ? Tensor<R, K> : { readonly [Name in keyof S]: Tensors<S[Name]> };

export type Lower<R extends number> = number extends R
  ? number
  : R extends 1
    ? 0
    : R extends 2
      ? 1
      : R extends 3
        ? 2
        : R extends 4
          ? 3
          : number;
export type Higher<R extends number> = number extends R
  ? number
  : R extends 0
    ? 1
    : R extends 1
      ? 2
      : R extends 2
        ? 3
        : R extends 3
          ? 4
          : number;

export const isSame = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

export const isFloat = (x: Tensor): x is Floats => x.kind === 'float';
