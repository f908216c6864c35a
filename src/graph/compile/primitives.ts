import { sizeOf } from '../../math/shape.ts';
import type { Operation, Shape, Tensor } from '../tensor.ts';
import { KIND, read, type Word, walk, written } from './instructions.ts';
import { placeOf, viewOf } from './layout.ts';
import { copied, emit, freshPlace, type Lowering, room, setView } from './lowering.ts';
import { buffer, inOrder, joined, type Place, shifted, startOf, stridesOf, type View } from './view.ts';

type Lower = (lowering: Lowering, of: Operation) => void;

const shapeIn = ({ inputs }: Operation, index = 0): Shape => inputs[index]!.shape;

/** Rows of a turned left factor that are summed at a time, and numbers of a panel, as matrix.h has them. */
const TERMS = 128;
const PANEL_VECTORS = 2;

const constant: Lower = (lowering, of) => {
  const values = of.attributes.values!;
  const place = startOf(buffer(values.length, { constant: values, isKept: true }));
  const shape = of.shapes[0]!;
  setView(lowering, of, values.length === 1 ? { place, strides: shape.map(() => 0) } : inOrder(place, shape));
};

const draw: Lower = (lowering, of) => {
  const [key, at] = of.inputs as readonly [Tensor, Tensor];
  const from = [read(placeOf(lowering, key)), read(placeOf(lowering, at)), Number(at.kind === 'float')];
  const count = sizeOf(of.shapes[0]!);
  emit(lowering, KIND.draw, [written(freshPlace(lowering, of)), count, ...from], of);
};

const sum: Lower = (lowering, of) => {
  const { axes = [] } = of.attributes;
  const [x] = of.inputs as readonly [Tensor];
  const { place, strides } = viewOf(lowering, x);
  const among = (isSummed: boolean) => {
    const own = x.shape.flatMap((_, axis) => (axes.includes(axis) === isSummed ? [axis] : []));
    return { shape: own.map((axis) => x.shape[axis]!), strides: own.map((axis) => strides[axis]!) };
  };
  const [stays, summed] = [among(false), among(true)];
  const walks = [stays, summed].flatMap((each) => walk(place, joined(each.shape, each.strides)));
  const to = written(freshPlace(lowering, of));
  emit(lowering, KIND.sum, [to, sizeOf(stays.shape), sizeOf(summed.shape), ...walks], of);
};

const top: Lower = (lowering, of) => {
  const size = shapeIn(of).at(-1)!;
  const from = read(placeOf(lowering, of.inputs[0]!));
  const sizes = [sizeOf(shapeIn(of)) / size, size, of.shapes[0]!.at(-1)!];
  emit(lowering, KIND.top, [written(freshPlace(lowering, of)), from, ...sizes], of);
};

/** A factor as the kernel reads it, or undefined where its numbers lie otherwise. */
function factorOf({ place, strides }: View, shape: Shape): readonly Word[] | undefined {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const [down, right] = strides.slice(-2) as [number, number];
  const groups = joined(shape.slice(0, -2), strides.slice(0, -2));
  if (groups.sizes.length > 1) return undefined;
  const group = groups.strides[0] ?? 0;
  if (columns === 1 || right === 1) {
    if (rows === 1) return [read(place), columns, group, 0];
    if (down >= columns) return [read(place), down, group, 0];
  }
  if (rows === 1 || down === 1) {
    if (columns === 1) return [read(place), rows, group, 1];
    if (right >= rows) return [read(place), right, group, 1];
  }
  return undefined;
}

const product: Lower = (lowering, of) => {
  const factor = (x: Tensor): readonly Word[] => {
    const view = viewOf(lowering, x);
    return factorOf(view, x.shape) ?? factorOf(copied(lowering, view, x.shape, of), x.shape)!;
  };
  const [a, b] = of.inputs.map(factor) as [readonly Word[], readonly Word[]];
  const [m, n] = of.shapes[0]!.slice(-2) as [number, number];
  const depth = shapeIn(of).at(-1)!;
  const width = PANEL_VECTORS * lowering.widths.lanes;
  const panel = room(a[3] === 1 ? Math.min(depth, TERMS) * Math.ceil(n / width) * width : depth * width);
  const sizes = [sizeOf(of.shapes[0]!.slice(0, -2)), m, depth, n];
  const to = written(freshPlace(lowering, of));
  emit(lowering, KIND.product, [to, ...sizes, ...a, ...b, -1, 0, written(panel), 0, -1, -1], of);
};

/** Rows of x by an index: how many groups of them, rows in each, indices and numbers of a row. */
function rowSizes(shape: Shape, index: Shape, batch: number) {
  const [groups, size] = [sizeOf(shape.slice(0, batch)), shape[batch]!];
  return [groups, size, sizeOf(index.slice(batch)), sizeOf(shape.slice(batch + 1))];
}

const gather: Lower = (lowering, of) => {
  const [x, index] = of.inputs as readonly [Tensor, Tensor];
  const table = lowering.tables.get(x.operation) ?? -1;
  const sizes = rowSizes(x.shape, index.shape, of.attributes.batch ?? 0);
  const bytes = room(table < 0 ? 1 : Math.ceil(sizes[3]! / 4));
  const from = table < 0 ? read(placeOf(lowering, x)) : 0;
  const words = [from, table, written(bytes), read(placeOf(lowering, index)), ...sizes];
  emit(lowering, KIND.gather, [written(freshPlace(lowering, of)), ...words], of);
};

const scatter: Lower = (lowering, of) => {
  const [rows, index] = of.inputs as readonly [Tensor, Tensor];
  const sizes = rowSizes(of.shapes[0]!, index.shape, of.attributes.batch ?? 0);
  const words = [read(placeOf(lowering, rows)), -1, 0, read(placeOf(lowering, index)), ...sizes];
  emit(lowering, KIND.scatter, [written(freshPlace(lowering, of)), ...words], of);
};

/** Windows and images, whichever of them is made. */
const sliding =
  (kind: number, imagesOf: (of: Operation) => Shape, windowsOf: (of: Operation) => Shape): Lower =>
  (lowering, of) => {
    const { size, stride, padding } = of.attributes.window!;
    const from = read(placeOf(lowering, of.inputs[0]!));
    const to = written(freshPlace(lowering, of));
    const [, rows = 0, columns = 0] = windowsOf(of);
    const sizes = [...imagesOf(of), rows, columns, ...size, stride, ...padding.slice(0, 2)];
    emit(lowering, kind, [...(kind === KIND.windows ? [to, from] : [from, to]), ...sizes], of);
  };

const concatenate: Lower = (lowering, of) => {
  const axis = of.attributes.axes![0]!;
  const shape = of.shapes[0]!;
  const to = freshPlace(lowering, of);
  const pitch = sizeOf(shape.slice(axis));
  let from = 0;
  for (const x of of.inputs) {
    const view = viewOf(lowering, x);
    const width = sizeOf(x.shape.slice(axis));
    const place = shifted(to, from * stridesOf(shape)[axis]!);
    const [rows, run] = axis === 0 || pitch === width ? [1, sizeOf(x.shape)] : [sizeOf(shape.slice(0, axis)), width];
    emit(
      lowering,
      KIND.copy,
      [written(place), rows, run, pitch, ...walk(view.place, joined(x.shape, view.strides))],
      of,
    );
    from += x.shape[axis]!;
  }
};

/** What is given: a row of a table has no place, and only `gather` reads tables. */
const input: Lower = (lowering, of) => {
  if (lowering.views.has(of) || lowering.tables.has(of)) return;
  const place: Place = startOf(buffer(sizeOf(of.shapes[0]!), { isGiven: true }));
  setView(lowering, of, inOrder(place, of.shapes[0]!));
};

export const LOWER: Readonly<Record<string, Lower>> = {
  ...{ input, constant, draw, sum, top, product, gather, scatter, concatenate },
  windows: sliding(
    KIND.windows,
    (of) => shapeIn(of),
    (of) => of.shapes[0]!,
  ),
  overlap: sliding(
    KIND.overlap,
    (of) => of.shapes[0]!,
    (of) => shapeIn(of),
  ),
};
