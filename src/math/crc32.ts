/** The reflected polynomial of ISO 3309. */
const POLYNOMIAL = 0xedb88320;

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

/**
 * CRC-32 of a text's UTF-8 bytes, as zlib's `crc32`.
 *
 * @param before crc of what comes before, which this goes on from
 * @example tabledCrc32('123456789', 0) // 0xcbf43926
 */
export function tabledCrc32(text: string, before: number): number {
  let crc = ~before;
  for (const byte of Buffer.from(text)) crc = TABLE[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
