import { enlargePages } from '../backend/compiled/native.ts';

/** Below, pages make no difference: so much of a data set is looked up at once anyway [bytes]. */
const LARGE = 2 ** 22;

/** So many bytes, all 0, that threads share, for samples that are read in no order. */
export function sharedBytes(length: number): Uint8Array<SharedArrayBuffer> {
  const bytes = new Uint8Array(new SharedArrayBuffer(length));
  if (length >= LARGE) enlargePages(bytes);
  return bytes;
}
