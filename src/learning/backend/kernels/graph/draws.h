/* Uniform numbers, as ../../../../math/philox.ts makes them: Salmon et al., SC 2011, §3.3. */
#ifndef FADELAB_GRAPH_DRAWS_H
#define FADELAB_GRAPH_DRAWS_H

#include "instruction.h"

/* The key's two words lie at `key`, the turn at `at`: an integer, or a float. */
typedef struct {
  Instruction head;
  int32_t place, count, key, at, is_float;
} Draw;

#define ROUNDS 10
/* The largest 32-bit float below 1. */
#define MOST 0.99999994f

/* The first word of the block (place, at, 0, 0). */
INLINE uint32_t first_word(uint32_t place, uint32_t at, uint32_t key0, uint32_t key1) {
  uint32_t w0 = place, w1 = at, w2 = 0, w3 = 0;
  for (int32_t round = 0; round < ROUNDS; round++) {
    const uint64_t a = (uint64_t)0xd2511f53 * w0, b = (uint64_t)0xcd9e8d57 * w2;
    w0 = (uint32_t)(b >> 32) ^ w1 ^ key0;
    w1 = (uint32_t)b;
    w2 = (uint32_t)(a >> 32) ^ w3 ^ key1;
    w3 = (uint32_t)a;
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
  return w0;
}

KERNEL static void run_draw(const Machine *machine, const Draw *draw) {
  const uint32_t *key = (const uint32_t *)integers(machine, draw->key);
  const float turn = machine->memory[draw->at];
  const uint32_t at = draw->is_float ? (uint32_t)(int32_t)turn : *(const uint32_t *)integers(machine, draw->at);
  float *to = machine->memory + draw->place;
  for (int32_t j = 0; j < draw->count; j++) {
    const float drawn = (float)(((double)first_word((uint32_t)j, at, key[0], key[1]) + 0.5) / 4294967296.0);
    to[j] = drawn > MOST ? MOST : drawn;
  }
}

#endif
