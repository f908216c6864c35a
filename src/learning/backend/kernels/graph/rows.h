/* Rows by their indices, of the memory or of a table outside of it. */
#ifndef FADELAB_GRAPH_ROWS_H
#define FADELAB_GRAPH_ROWS_H

#include "instruction.h"

#if defined(__wasm__)
/* Brings a row of so many numbers of a table, as it lies there, into the memory. */
__attribute__((import_module("tables"), import_name("fetch"))) extern void fetch_row(int32_t table, int32_t row,
                                                                                      int32_t width, void *to);
#endif

/*
 * `groups` times some rows of `size`, each `width` numbers, by `count` indices. The rows lie at `from`, unless `table` isn't
 * −1; room for one row of bytes is there then.
 */
typedef struct {
  Instruction head;
  int32_t place, from, table, room, index, groups, size, count, width;
} Rows;

INLINE void copy_words(float *to, const float *from, int32_t count) {
  for (int32_t j = 0; j < count; j++) ((int32_t *)to)[j] = ((const int32_t *)from)[j];
}

static void copy_of_table(const Machine *machine, const Rows *rows, int32_t row, float *to) {
  const Table *table = &machine->tables[rows->table];
#if defined(__wasm__)
  void *at = table->is_bytes ? machine->memory + rows->room : to;
  fetch_row(rows->table, row, rows->width, at);
  if (table->is_bytes) from_bytes(to, at, rows->width);
#else
  const int64_t from = (int64_t)row * rows->width;
  if (table->is_bytes) from_bytes(to, (const uint8_t *)table->rows + from, rows->width);
  else copy_words(to, (const float *)table->rows + from, rows->width);
#endif
}

/* 0, or 1 where an index is out of bounds. */
KERNEL static int32_t run_gather(Machine *machine, const Rows *rows) {
  const int32_t *index = integers(machine, rows->index);
  float *to = machine->memory + rows->place;
  for (int32_t g = 0; g < rows->groups; g++) {
    const float *from = machine->memory + rows->from + (int64_t)g * rows->size * rows->width;
    for (int32_t j = 0; j < rows->count; j++, to += rows->width) {
      const int32_t row = machine->index = *index++;
      if (row < 0 || row >= rows->size) return 1;
      if (rows->table >= 0) copy_of_table(machine, rows, row, to);
      else copy_words(to, from + (int64_t)row * rows->width, rows->width);
    }
  }
  return 0;
}

/* Adds rows at `from` to zeros, in ascending order of the index's own places. */
KERNEL static int32_t run_scatter(Machine *machine, const Rows *rows) {
  const int32_t *index = integers(machine, rows->index);
  const float *from = machine->memory + rows->from;
  fill(machine->memory + rows->place, 0, (int64_t)rows->groups * rows->size * rows->width);
  for (int32_t g = 0; g < rows->groups; g++) {
    float *to = machine->memory + rows->place + (int64_t)g * rows->size * rows->width;
    for (int32_t j = 0; j < rows->count; j++, from += rows->width) {
      const int32_t row = machine->index = *index++;
      if (row < 0 || row >= rows->size) return 1;
      float *own = to + (int64_t)row * rows->width;
      for (int32_t k = 0; k < rows->width; k++) own[k] += from[k];
    }
  }
  return 0;
}

#endif
