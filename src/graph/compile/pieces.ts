import { sizeOf } from '../../math/shape.ts';
import type { Operation, Tensor } from '../tensor.ts';
import { KIND, read, type Word, written } from './instructions.ts';
import { placeOf, viewOf } from './layout.ts';
import { emit, freshPlace, type Lowering } from './lowering.ts';
import { joined } from './view.ts';

type Lower = (lowering: Lowering, of: Operation) => void;

/** Log-probabilities of labels under logits. */
const likelihood: Lower = (lowering, of) => {
  const [logits, labels] = of.inputs as readonly [Tensor, Tensor];
  const from = [read(placeOf(lowering, logits)), read(placeOf(lowering, labels))];
  const sizes = [sizeOf(labels.shape), logits.shape.at(-1)!];
  emit(lowering, KIND.likelihood, [written(freshPlace(lowering, of)), ...from, ...sizes, 0, 0, 0], of);
};

/** Numbers in order, or one for all: where they start, and how far they are apart. */
function repeated(lowering: Lowering, x: Tensor): readonly Word[] {
  const { place, strides } = viewOf(lowering, x);
  const isOne = joined(x.shape, strides).strides.every((each) => each === 0);
  return isOne ? [read(place), 0] : [read(placeOf(lowering, x)), 1];
}

/** The gradient by the logits; there is none by the labels. */
const likelihoodGradient: Lower = (lowering, of) => {
  const [logits, labels, own, g] = of.inputs as readonly [Tensor, Tensor, Tensor, Tensor];
  const from = [logits, labels].map((each) => read(placeOf(lowering, each)));
  const sizes = [sizeOf(labels.shape), logits.shape.at(-1)!];
  const known = [read(placeOf(lowering, own)), ...repeated(lowering, g)];
  emit(lowering, KIND.likelihoodGradient, [written(freshPlace(lowering, of)), ...from, ...sizes, ...known], of);
};

/** A piece that a kernel stands for: how many inputs it takes, which of them are whole numbers, and how it is lowered. */
interface Piece {
  readonly inputs: number;
  readonly integers: readonly number[];
  readonly lower: Lower;
}

const PIECES: Readonly<Record<string, Piece>> = {
  'log-probabilities': { inputs: 2, integers: [1], lower: likelihood },
  'log-probabilities/gradient': { inputs: 4, integers: [1], lower: likelihoodGradient },
};

/** The kernel of a fused operation, where there is one. */
export function pieceOf({ name, label, inputs }: Operation): Piece | undefined {
  const piece = name === 'fused' && Object.hasOwn(PIECES, label) ? PIECES[label] : undefined;
  return piece?.inputs === inputs.length ? piece : undefined;
}
