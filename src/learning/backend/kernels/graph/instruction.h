/*
 * What a program of a graph is made of. The planner writes it, word by word: src/graph/compile/instructions.ts. Places are
 * counted in 32-bit words from the start of the memory; what lies there are 32-bit floats, or integers.
 */
#ifndef FADELAB_GRAPH_INSTRUCTION_H
#define FADELAB_GRAPH_INSTRUCTION_H

#include "../vector.h"

enum { CHAIN = 1, COPY, SUM, TOP, PRODUCT, GATHER, SCATTER, WINDOWS, OVERLAP, DRAW, LOOP, LIKELIHOOD, LIKELIHOOD_GRADIENT };

/*
 * Of every kernel: loops in loops would have its stack many times, and an engine compiles small functions sooner, and better.
 */
#define KERNEL __attribute__((noinline))

/* Axes of a tensor at most, once neighbours that lie in line are joined. */
#define RANK_MOST 8

/* Rows that lie outside of the memory: floats, or bytes which mean value / 255. */
typedef struct {
  const void *rows;
  int32_t is_bytes;
} Table;

typedef struct {
  float *memory;
  const Table *tables;
  /* The index that is out of bounds, where an instruction says that one is. */
  int32_t index;
} Machine;

/* What every instruction begins with: `words` is the length of it all. */
typedef struct {
  int32_t kind, words;
} Instruction;

INLINE int32_t *integers(const Machine *machine, int32_t place) { return (int32_t *)(machine->memory + place); }

/* Visits numbers that lie apart, in the order of their indices, the last fastest. */
typedef struct {
  const float *from;
  int32_t rank;
  const int32_t *sizes, *strides;
  int32_t at[RANK_MOST];
} Walk;

/* In an instruction: place, rank, sizes, strides. */
INLINE int32_t walk_words(const int32_t *words) { return 2 + 2 * words[1]; }

INLINE Walk walk_of(const Machine *machine, const int32_t *words) {
  const int32_t rank = words[1];
  return (Walk){.from = machine->memory + words[0], .rank = rank, .sizes = words + 2, .strides = words + 2 + rank};
}

/* Goes on by `count` of the last axis, which has at least so many left. */
INLINE void advance(Walk *walk, int32_t count) {
  int32_t axis = walk->rank - 1;
  if (axis < 0) return;
  walk->at[axis] += count;
  walk->from += (int64_t)walk->strides[axis] * count;
  while (axis > 0 && walk->at[axis] == walk->sizes[axis]) {
    walk->from -= (int64_t)walk->strides[axis] * walk->sizes[axis];
    walk->at[axis] = 0;
    axis -= 1;
    walk->at[axis] += 1;
    walk->from += walk->strides[axis];
  }
}

/* Copies the next numbers, whatever they mean. */
static void fetch(Walk *walk, float *to, int32_t count) {
  const int32_t last = walk->rank - 1;
  while (count > 0) {
    const int32_t left = last < 0 ? 1 : walk->sizes[last] - walk->at[last];
    const int32_t some = left < count ? left : count, stride = last < 0 ? 0 : walk->strides[last];
    const int32_t *from = (const int32_t *)walk->from;
    int32_t *own = (int32_t *)to;
    if (stride == 1) for (int32_t j = 0; j < some; j++) own[j] = from[j];
    else if (stride == 0) for (int32_t j = 0; j < some; j++) own[j] = *from;
    else for (int32_t j = 0; j < some; j++) own[j] = from[(int64_t)j * stride];
    advance(walk, some);
    to += some;
    count -= some;
  }
}

#endif
