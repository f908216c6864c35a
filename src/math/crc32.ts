/** The reflected polynomial of ISO 3309. */
const POLYNOMIAL = 0xedb88320;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

/** `SLICES[k]` of a byte: its part in the crc once k more bytes have come behind it. */
const SLICES = [TABLE];
for (let slice = 1; slice < 4; slice++) {
  SLICES.push((SLICES[slice - 1] as Int32Array).map((rest) => TABLE[rest & 255]! ^ (rest >>> 8)));
}
const [FIRST, SECOND, THIRD, FOURTH] = SLICES as [Int32Array, Int32Array, Int32Array, Int32Array];

/**
 * CRC-32 of a text's UTF-8 bytes, as zlib's `crc32`.
 *
 * @param before crc of what comes before, which this goes on from
 * @example tabledCrc32('123456789', 0) // 0xcbf43926
 */
export function tabledCrc32(text: string, before: number): number {
  const bytes = Buffer.from(text);
  return crc32Within(bytes, 0, bytes.length, before);
}

/**
 * CRC-32 of the bytes [from, to), four at a time (Kounavis and Berry, Novel table lookup-based algorithms for
 * high-performance CRC generation, IEEE Trans. Comput. 57, 2008, recalled): for pieces that are too short for a call of
 * zlib's.
 */
export function crc32Within(bytes: Uint8Array, from: number, to: number, before: number): number {
  let crc = ~before;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc = FOURTH[crc & 255]! ^ THIRD[(crc >>> 8) & 255]! ^ SECOND[(crc >>> 16) & 255]! ^ FIRST[crc >>> 24]!;
  }
  for (; at < to; at++) crc = TABLE[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
