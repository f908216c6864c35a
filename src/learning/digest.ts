import { digest as plainDigest } from '../math/digest.ts';
import { nativeDigest } from './backend/compiled/native.ts';

/** The digest of a typed array, as `math/digest` has it, by the native library where that is here: each model has one. */
export const digest = (array: ArrayBufferView): string => nativeDigest(array) ?? plainDigest(array);
