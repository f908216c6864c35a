import { type ChainForm, CODE, LIES, type Operand } from './chains.ts';
import { type Instruction, KIND, type Line, read, type Word, written } from './instructions.ts';
import { isInstruction, placesOf, settled } from './memory-plan.ts';
import type { Buffer, Place } from './view.ts';

/** What a chain makes, from its operands. */
type Expression = Operand | { readonly code: number; readonly of: readonly Expression[] };

/** Words of a product that say what is done with it, as ../../learning/backend/kernels/graph/matrix.h has them. */
const AT = { groups: 1, isTurned: 8, bias: 13, isRelu: 14, isAdded: 16, scales: 17 };

function expressionOf({ operands, steps }: ChainForm): Expression | undefined {
  const slots: Expression[] = [...operands];
  let last: Expression | undefined;
  for (const { code, reads, slot } of steps) {
    last = { code, of: reads.map((each) => slots[each]!) };
    slots[slot] = last;
  }
  return last;
}

const isOperand = (each: Expression | undefined): each is Operand => each !== undefined && 'lies' in each;
const isAlong = (each: Expression | undefined): each is Operand => isOperand(each) && each.lies === LIES.along;
const isZero = (each: Expression | undefined): boolean =>
  isOperand(each) && each.lies === LIES.one && each.place.buffer.constant?.[0] === 0;
/** A row that is read again for each row of `width` numbers. */
const isRow = (each: Expression | undefined, width: number): each is Operand =>
  isOperand(each) && each.lies === LIES.apart && each.axes.sizes.at(-1) === width && each.axes.strides.join() === '0,1';

/** A product, and what it becomes. */
interface Fusion {
  readonly product: Place;
  /** Other words of the product; undefined where it isn't one that can be so. */
  readonly change: (words: readonly Word[]) => readonly Word[] | undefined;
}

/** x W + b, and relu behind it. */
function epilogueOf(made: Expression, to: Place, width: number): Fusion | undefined {
  if (isOperand(made)) return undefined;
  const isRelu = made.code === CODE.maximum && isZero(made.of[0]);
  const inner = isRelu ? made.of[1] : made;
  if (inner === undefined) return undefined;
  const isSum = !isOperand(inner) && inner.code === CODE.add && inner.of.length === 2;
  const product = isSum ? inner.of[0] : inner;
  const bias = isSum ? inner.of[1] : undefined;
  if (!isAlong(product) || (isSum ? !isRow(bias, width) : !isRelu)) return undefined;
  return {
    product: product.place,
    change: (words) =>
      words[AT.isTurned] === 1
        ? undefined
        : words
            .with(0, written(to))
            .with(AT.bias, isRow(bias, width) ? read(bias.place) : -1)
            .with(AT.isRelu, Number(isRelu)),
  };
}

/** w ← w + s aᵀ b: a step that is taken where its gradient is made. */
function stepOf(made: Expression, to: Place): Fusion | undefined {
  if (isOperand(made) || made.code !== CODE.add || made.of.length !== 2) return undefined;
  const scales: Operand[] = [];
  let [kept, inner] = made.of as readonly [Expression, Expression | undefined];
  while (inner !== undefined && !isOperand(inner) && inner.code === CODE.multiply && inner.of.length === 2) {
    const one = inner.of.findIndex((each) => isOperand(each) && each.lies === LIES.one);
    if (one < 0) return undefined;
    scales.push(inner.of[one] as Operand);
    inner = inner.of[1 - one];
  }
  const isThere = isAlong(kept) && isSamePlace(kept.place, to);
  if (!isThere || !isAlong(inner) || scales.length > 2) return undefined;
  const [a, b] = scales;
  return {
    product: inner.place,
    change: (words) =>
      words[AT.isTurned] !== 1 || words[AT.groups] !== 1
        ? undefined
        : [
            written(to),
            ...words.slice(1, AT.isAdded),
            ...[1, a === undefined ? -1 : read(a.place), b === undefined ? -1 : read(b.place)],
          ],
  };
}

function isSamePlace(a: Place, b: Place): boolean {
  const [x, y] = [settled(a), settled(b)];
  return x.buffer === y.buffer && x.offset === y.offset && x.turns.length === 0 && y.turns.length === 0;
}

/** Lets products do what the chain behind them does, where that is all that reads them. */
export function fusedProducts(lines: readonly Line[], made: readonly Place[]): readonly Line[] {
  const reads = new Map<Buffer, number>();
  const count = (place: Place) => reads.set(place.buffer, (reads.get(place.buffer) ?? 0) + 1);
  lines.flatMap((line) => placesOf(line)).forEach(count);
  made.forEach(count);
  const left: (Line | undefined)[] = [...lines];
  /** Products since the last border of a loop, by what they make. */
  let products = new Map<Buffer, number>();
  lines.forEach((line, index) => {
    if (!isInstruction(line)) products = new Map();
    else if (line.kind === KIND.product) products.set(placesOf(line)[0]!.buffer, index);
    else if (line.chain !== undefined) {
      const fusion = fusionOf(line, line.chain);
      const at = fusion && products.get(fusion.product.buffer);
      if (fusion === undefined || at === undefined || fusion.product.buffer.into !== undefined) return;
      const product = lines[at] as Instruction;
      // It is written once and read once, and nothing that it reads changes before it is made where it goes.
      const isOnly =
        reads.get(fusion.product.buffer) === 2 &&
        !isChanged(lines.slice(at + 1, index), product, line.chain.places[0]!);
      const words = isOnly && isWholeOf(fusion.product, line) ? fusion.change(product.words) : undefined;
      if (words === undefined) return;
      left[at] = undefined;
      left[index] = { ...product, words };
    }
  });
  return left.filter((line) => line !== undefined);
}

function fusionOf(line: Instruction, form: ChainForm): Fusion | undefined {
  const [to] = form.places;
  const whole = expressionOf(form);
  if (form.places.length !== 1 || to === undefined || whole === undefined || form.steps.at(-1)!.place !== to)
    return undefined;
  return epilogueOf(whole, to, line.of.shapes[0]!.at(-1) ?? 0) ?? stepOf(whole, to);
}

const isWholeOf = ({ buffer, offset, turns }: Place, { words }: Instruction): boolean =>
  offset === 0 && turns.length === 0 && buffer.words === words[0];

const readBy = ({ words }: Instruction): ReadonlySet<Buffer> =>
  new Set(words.flatMap((word) => (typeof word === 'number' || word.isWritten ? [] : [settled(word.place).buffer])));

/** Whether lines, or what a product is to become, write what it reads. */
function isChanged(lines: readonly Line[], product: Instruction, to: Place): boolean {
  const own = readBy(product);
  const written = lines.flatMap((line) => (isInstruction(line) ? line.words : []));
  const isOver = written.some(
    (word) => typeof word !== 'number' && word.isWritten && own.has(settled(word.place).buffer),
  );
  return isOver || own.has(settled(to).buffer);
}
