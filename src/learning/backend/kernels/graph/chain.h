/*
 * Chains of elementwise steps, over blocks that stay in the first-level cache: each step reads what operands or earlier
 * steps hold of a block, and keeps its own, or writes it to the memory. So a chain costs one pass, however long it is.
 */
#ifndef FADELAB_GRAPH_CHAIN_H
#define FADELAB_GRAPH_CHAIN_H

#include "functions.h"
#include "instruction.h"

#define BLOCK 256
/* Operands and kept steps at most. */
#define SLOTS 32

enum { ADD = 1, MULTIPLY, DIVIDE, MAXIMUM, LESS, SELECT, EXP, LOG, TANH, SIGMOID, SQRT, ERF, TO_FLOAT, TO_INTEGER };
/* How an operand lies: number by number, one for all, or by a walk. */
enum { ALONG, ONE, APART };

/* Words: `operands` times (how it lies, walk), then `steps` times a Step. Slots of operands come first. */
typedef struct {
  Instruction head;
  int32_t count, operands, steps, words[];
} Chain;

/* One step: the slots that it reads, the slot that it fills, and where its numbers go, −1 for nowhere. */
typedef struct {
  int32_t code, a, b, c, slot, place;
} Step;

#define EACH(EXPRESSION)                                                  \
  for (int32_t j = 0; j < count; j += LANES) {                            \
    const vec x = load(a + j), y = load(b + j);                           \
    (void)y;                                                              \
    store(to + j, EXPRESSION);                                            \
  }                                                                       \
  break;

/* May run over by less than a vector. */
static void take(const Step *step, const float *a, const float *b, const float *c, float *to, int32_t count) {
  switch (step->code) {
    case ADD: EACH(x + y)
    case MULTIPLY: EACH(x * y)
    case DIVIDE: EACH(x / y)
    case MAXIMUM: EACH(choose(x < y, y, x))
    case LESS: EACH(choose(x < y, splat(1), splat(0)))
    case SELECT: EACH(choose(x == splat(0), load(c + j), y))
    case EXP: EACH(exponential_of(x))
    case LOG: EACH(logarithm_of(x))
    case TANH: EACH(hyperbolic_tangent(x))
    case SIGMOID: EACH(sigmoid_of(x))
    case SQRT: EACH(square_root(x))
    case ERF: EACH(error_function(x))
    case TO_FLOAT: EACH(__builtin_convertvector((ivec)x, vec))
    case TO_INTEGER:
      /* One at a time: what overruns may be no number that an integer can hold. */
      for (int32_t j = 0; j < count; j++) {
        const int32_t is_whole = a[j] > -2e9f && a[j] < 2e9f;
        ((int32_t *)to)[j] = is_whole ? (int32_t)a[j] : INT32_MIN;
      }
      break;
  }
}

KERNEL static void run_chain(const Machine *machine, const Chain *chain) {
  _Alignas(64) float kept[SLOTS][BLOCK];
  const float *slots[SLOTS];
  Walk walks[SLOTS];
  int32_t lies[SLOTS];
  const int32_t *words = chain->words;
  for (int32_t k = 0; k < chain->operands; k++) {
    lies[k] = words[0];
    walks[k] = walk_of(machine, words + 1);
    words += 1 + walk_words(words + 1);
    if (lies[k] != ALONG) slots[k] = kept[k];
    if (lies[k] == ONE) fill(kept[k], *walks[k].from, chain->count < BLOCK ? chain->count + LANES - 1 & -LANES : BLOCK);
  }
  const Step *steps = (const Step *)words;
  for (int32_t first = 0; first < chain->count; first += BLOCK) {
    const int32_t count = chain->count - first < BLOCK ? chain->count - first : BLOCK;
    for (int32_t k = 0; k < chain->operands; k++) {
      if (lies[k] == ALONG) slots[k] = walks[k].from + first;
      else if (lies[k] == APART) fetch(&walks[k], kept[k], count);
    }
    for (int32_t k = 0; k < chain->steps; k++) {
      const Step *step = &steps[k];
      /* Whole vectors only go straight to the memory: behind the numbers lie others. */
      float *place = step->place < 0 ? 0 : machine->memory + step->place + first;
      const int32_t is_straight = place && count % LANES == 0;
      float *to = is_straight ? place : kept[step->slot];
      take(step, slots[step->a], slots[step->b], slots[step->c], to, count);
      if (place && !is_straight) {
        for (int32_t j = 0; j < count; j++) ((int32_t *)place)[j] = ((const int32_t *)to)[j];
      }
      slots[step->slot] = to;
    }
  }
}

/* Numbers that lie apart, side by side in rows of `width`, `pitch` from one to the next. */
typedef struct {
  Instruction head;
  int32_t place, rows, width, pitch, walk[];
} Copy;

KERNEL static void run_copy(const Machine *machine, const Copy *copy) {
  Walk walk = walk_of(machine, copy->walk);
  float *to = machine->memory + copy->place;
  for (int32_t row = 0; row < copy->rows; row++, to += copy->pitch) fetch(&walk, to, copy->width);
}

#endif
