/** Goal: digests don't depend on what makes them. Method: properties over arrays of every kind, against the plain digest. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasNative, nativeDigest } from '../../../src/learning/backend/compiled/native.ts';
import { sharedBytes } from '../../../src/learning/dataset/shared-bytes.ts';
import { digest } from '../../../src/learning/digest.ts';
import { digest as plainDigest } from '../../../src/math/digest.ts';

type View = ArrayBufferView;
type ViewOf = {
  readonly BYTES_PER_ELEMENT: number;
  new (memory: SharedArrayBuffer, from: number, length: number): View;
};

const views: readonly ViewOf[] = [
  Uint8Array,
  Int8Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
];

describe('the digest of a model', () => {
  it('is the plain one, whatever the array and its place in memory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(views.length - 1), fc.nat(3), (bytes, kind, skipped) => {
        const Kind = views[kind] as ViewOf;
        const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
        shared.set(bytes);
        const whole = Math.floor(bytes.length / Kind.BYTES_PER_ELEMENT);
        const from = Math.min(skipped, whole);
        const view = new Kind(shared.buffer, from * Kind.BYTES_PER_ELEMENT, whole - from);
        expect(digest(view)).toBe(plainDigest(view));
      }),
    );
  });

  it('is that of its bytes for a view without a type, too', () => {
    const bytes = Uint8Array.of(3, 1, 4, 1, 5, 9);
    expect(digest(new DataView(bytes.buffer))).toBe(plainDigest(bytes));
  });

  it.skipIf(!hasNative())('comes from the native library where that is built', () => {
    expect(nativeDigest(new Float32Array([1, -2.5, 3e-9]))).toBe('367735acdaffae01');
  });
});

describe('shared bytes', () => {
  it('are all 0 and can be written, on large pages or small ones', () => {
    for (const length of [1, 4095, 2 ** 22 + 3]) {
      const bytes = sharedBytes(length);
      expect(bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(bytes.every((byte) => byte === 0)).toBe(true);
      bytes.fill(7);
      expect([bytes.length, bytes[0], bytes[length - 1]]).toEqual([length, 7, 7]);
    }
  });
});
