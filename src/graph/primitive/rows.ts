import type { Floats, Integers, Kind, Shape, Tensor } from '../tensor.ts';
import { isSame } from '../tensor.ts';
import { made, need, say, sayShape } from '../write.ts';

const agrees = (shape: Shape, index: Integers, batch: number): boolean =>
  batch < shape.length && isSame(shape.slice(0, batch), index.shape.slice(0, batch));

/** Rows of x [...B, n, ...rest] by index [...B, ...J], B the first `batch` axes of both: [...B, ...J, ...rest]. */
export function gather<K extends Kind>(x: Tensor<number, K>, index: Integers, batch = 0): Tensor<number, K> {
  const isFitting = agrees(x.shape, index, batch);
  need(isFitting, 'gather', () => `${say(x)} by ${say(index)}`, `let the first ${batch} axes agree`);
  return made('gather', [x, index], [...index.shape, ...x.shape.slice(batch + 1)], { batch }, x.kind);
}

/** The adjoint of `gather`: zeros of a shape, to which rows are added in ascending order of the index's own places. */
export function scatter(rows: Floats, index: Integers, shape: Shape, batch = 0): Floats {
  const isFitting = agrees(shape, index, batch) && isSame(rows.shape, [...index.shape, ...shape.slice(batch + 1)]);
  need(
    isFitting,
    'scatter',
    () => `${say(rows)} by ${say(index)} into ${sayShape(shape)}`,
    'pass what gather would give',
  );
  return made('scatter', [rows, index], shape, { batch });
}
