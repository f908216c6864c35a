/*
 * MurmurHash3, the variant with 128 bits out of 32-bit words, seed 0, as ../../../math/digest.ts has it.
 * Source: A. Appleby, SMHasher, MurmurHash3_x86_128 (public domain).
 */
#include <stdint.h>
#include <string.h>

#define WORDS_OF_BLOCK 4
#define BLOCK_BYTES 16

static const uint32_t FACTORS[WORDS_OF_BLOCK] = {0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93};

static inline uint32_t turned(uint32_t x, int by) { return x << by | x >> (32 - by); }

/*
 * A word as its lane takes it. Compilers would turn and multiply at once, which multiplies twice, or put lanes into a
 * vector, which they must leave at once for the sake of the others: so the product is out of their sight for a moment.
 */
static inline uint32_t scrambled(const uint8_t *from, int lane) {
  uint32_t word;
  memcpy(&word, from, sizeof word);
  word *= FACTORS[lane];
  __asm__("" : "+r"(word));
  return turned(word, 15 + lane) * FACTORS[(lane + 1) % WORDS_OF_BLOCK];
}

/* Spreads every bit of a word over all of its bits. */
static inline uint32_t spread(uint32_t x) {
  x = (x ^ x >> 16) * 0x85ebca6b;
  x = (x ^ x >> 13) * 0xc2b2ae35;
  return x ^ x >> 16;
}

/* Mixes whole blocks into the state. */
static void mix_blocks(uint32_t *h, const uint8_t *bytes, size_t blocks) {
  uint32_t a = h[0], b = h[1], c = h[2], d = h[3];
  for (size_t at = 0; at < blocks; at++, bytes += BLOCK_BYTES) {
    a = (turned(a ^ scrambled(bytes, 0), 19) + b) * 5 + 0x561ccd1b;
    b = (turned(b ^ scrambled(bytes + 4, 1), 17) + c) * 5 + 0x0bcaa747;
    c = (turned(c ^ scrambled(bytes + 8, 2), 15) + d) * 5 + 0x96cd1c35;
    d = (turned(d ^ scrambled(bytes + 12, 3), 13) + a) * 5 + 0x32ac3b17;
    __asm__("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d));
  }
  h[0] = a, h[1] = b, h[2] = c, h[3] = d;
}

/* Adds all lanes to the first, and then the first to all. */
static inline void stir(uint32_t *h) {
  h[0] += h[1] + h[2] + h[3];
  for (int lane = 1; lane < WORDS_OF_BLOCK; lane++) h[lane] += h[0];
}

/* Four words, the first the most significant of the published form. */
static void murmur(const uint8_t *bytes, size_t count, uint32_t *h) {
  const size_t blocks = count / BLOCK_BYTES;
  uint8_t tail[BLOCK_BYTES] = {0};
  memset(h, 0, BLOCK_BYTES);
  mix_blocks(h, bytes, blocks);
  for (size_t at = blocks * BLOCK_BYTES; at < count; at++) tail[at % BLOCK_BYTES] = bytes[at];
  for (int lane = 0; lane < WORDS_OF_BLOCK; lane++) h[lane] ^= scrambled(tail + 4 * lane, lane);
  for (int lane = 0; lane < WORDS_OF_BLOCK; lane++) h[lane] ^= (uint32_t)count;
  stir(h);
  for (int lane = 0; lane < WORDS_OF_BLOCK; lane++) h[lane] = spread(h[lane]);
  stir(h);
}
