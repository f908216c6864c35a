/* Products of matrices, as they lie or turned, many of a kind behind each other. */
#ifndef FADELAB_GRAPH_MATRIX_H
#define FADELAB_GRAPH_MATRIX_H

#include "../product.h"
#include "instruction.h"

/* Rows of a turned left factor at a time: their sums are then added to those before. */
#define TERMS 128
/* Its columns at a time: whole tiles. */
#define COLUMNS (LANES == 4 ? 8 * TILE_ROWS : 36 / TILE_ROWS * TILE_ROWS)
/* Products of so few rows read the right factor as it lies: packing would cost more than it saves. */
#define DIRECT_ROWS 64

/* A factor: its place, words from row to row and from matrix to matrix, and whether its rows are what it is written by. */
typedef struct {
  int32_t place, pitch, group, is_turned;
} Factor;

/* [m × depth] · [depth × n]. */
typedef struct {
  Instruction head;
  int32_t place, groups, m, depth, n;
  Factor a, b;
  /* A row that is added to each, −1 for none; 1 for relu behind it; room for a panel of the right factor,
     or for all panels of TERMS of its rows where the left one is turned. */
  int32_t bias, is_relu, panel;
  /* 1 to add to what is there, by two scales, −1 for none: of turned left factors alone. */
  int32_t is_added, scales[2];
} Product;

/* A panel of the right factor, from a row on. */
INLINE void pack_right(const Product *product, const float *b, int32_t first, int32_t rows, int32_t column, int32_t width,
                       float *panel) {
  const int32_t pitch = product->b.pitch;
  if (product->b.is_turned) pack_transposed(b + (int64_t)column * pitch + first, rows, pitch, width, panel);
  else pack(b + (int64_t)first * pitch + column, rows, pitch, width, panel);
}

KERNEL static void multiply_rows(const Machine *machine, const Product *product, const float *a, const float *b, float *to) {
  float *panel = machine->memory + product->panel;
  const float *bias = product->bias < 0 ? 0 : machine->memory + product->bias;
  const Windows left = {a, 0, product->a.pitch, 1, product->depth, 0};
  const Outcome out = {to, product->n, bias, product->is_relu};
  const int32_t is_direct = !product->b.is_turned && product->m <= DIRECT_ROWS;
  for (int32_t column = 0; column < product->n; column += PANEL) {
    const int32_t width = width_of(column, product->n);
    const Panel right = is_direct ? (Panel){b + column, product->b.pitch} : (Panel){panel, panel_width(width)};
    if (!is_direct) pack_right(product, b, 0, product->depth, column, width, panel);
    window_panel(&left, 0, product->m, &right, &out, column, width);
  }
}

KERNEL static void multiply_columns(const Machine *machine, const Product *product, const float *a, const float *b, float *to) {
  float *panels = machine->memory + product->panel;
  const int32_t n = product->n;
  float scale = 1;
  for (int32_t k = 0; k < 2; k++) scale *= product->scales[k] < 0 ? 1 : machine->memory[product->scales[k]];
  if (!product->is_added) fill(to, 0, (int64_t)product->m * n);
  for (int32_t first = 0; first < product->depth; first += TERMS) {
    const int32_t terms = product->depth - first < TERMS ? product->depth - first : TERMS;
    for (int32_t column = 0; column < n; column += PANEL) {
      pack_right(product, b, first, terms, column, width_of(column, n), panels + (int64_t)terms * column);
    }
    /* A few whole rows at a time: they stay in the cache, and the next are close. */
    for (int32_t from = 0; from < product->m; from += COLUMNS) {
      const int32_t some = product->m - from < COLUMNS ? product->m - from : COLUMNS;
      const float *left = a + (int64_t)first * product->a.pitch + from;
      for (int32_t column = 0; column < n; column += PANEL) {
        column_panel(left, product->a.pitch, some, terms, panels + (int64_t)terms * column,
                     to + (int64_t)from * n + column, n, scale, width_of(column, n));
      }
    }
  }
}

KERNEL static void run_product(const Machine *machine, const Product *product) {
  for (int32_t g = 0; g < product->groups; g++) {
    const float *a = machine->memory + product->a.place + (int64_t)g * product->a.group;
    const float *b = machine->memory + product->b.place + (int64_t)g * product->b.group;
    float *to = machine->memory + product->place + (int64_t)g * product->m * product->n;
    if (product->a.is_turned) multiply_columns(machine, product, a, b, to);
    else multiply_rows(machine, product, a, b, to);
  }
}

#endif
