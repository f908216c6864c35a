import { digest as plainDigest } from '../math/digest.ts';
import { nativeDigest } from './backend/compiled/native.ts';

/** The digest of a typed array, as `math/digest` has it, by the native library where that is here: each model has one. */
export const digest = (array: ArrayBufferView): string => nativeDigest(array) ?? plainDigest(array);

const known = new WeakMap<ArrayBufferView, string>();

/** The digest of an array that nobody writes to any more, such as a data set's, which is read through once for all runs. */
export function digestOnce(array: ArrayBufferView): string {
  const text = known.get(array) ?? digest(array);
  known.set(array, text);
  return text;
}
