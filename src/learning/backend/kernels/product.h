/*
 * Matrix products. The right factor is read in panels of two vectors' width, packed where many rows share it; the left
 * one is read as it lies, by rows (forward, gradient of inputs) or by columns (gradient of kernels). Each number of a
 * product is one sum in one order, however the rows are cut into tiles: so the result for a sample doesn't depend on its
 * batch.
 */
#ifndef FADELAB_PRODUCT_H
#define FADELAB_PRODUCT_H

#include "vector.h"

/* A left factor. Row m starts at values + rows[m], or m · pitch, and is `segments` runs of `length`, `stride` apart. */
typedef struct {
  const float *values;
  const int32_t *rows;
  int32_t pitch, segments, length, stride;
} Windows;

/* A panel of the right factor: its rows, `pitch` apart. */
typedef struct {
  const float *values;
  int32_t pitch;
} Panel;

/* Where a product goes: row m to at + m · pitch, with a bias and relu where wanted. */
typedef struct {
  float *at;
  int32_t pitch;
  const float *bias;
  int32_t is_relu;
} Outcome;

/*
 * Stores a tile whose rows are pitch apart. Where rows touch, one that is stored whole runs over into the next, which
 * is stored after it: to load that back first would wait for the store.
 */
INLINE void put_tile(const int R, const int V, vec c[TILE_ROWS][2], float *to, int32_t pitch, int32_t width) {
  if (pitch == width && 2 * width >= V * LANES) {
    float *last = to + (R - 1) * pitch + (V - 1) * LANES;
    const vec behind = load(last);
    UNROLL for (int r = 0; r < R; r++) {
      UNROLL for (int v = 0; v < V; v++) {
        if (r < R - 1 || v < V - 1) store(to + r * pitch + v * LANES, c[r][v]);
      }
    }
    store(last, choose(lanes_below(width - (V - 1) * LANES), c[R - 1][V - 1], behind));
  } else {
    UNROLL for (int r = 0; r < R; r++) {
      UNROLL for (int v = 0; v < V; v++) put(to + (int64_t)r * pitch + v * LANES, c[r][v], width - v * LANES);
    }
  }
}

INLINE void window_tile(const int R, const int V, const Windows *a, int32_t m, const Panel *right,
                        const Outcome *out, int32_t column, int32_t width) {
  const float *panel = right->values;
  const int32_t pitch = right->pitch;
  const float *row[TILE_ROWS];
  vec c[TILE_ROWS][2];
  UNROLL for (int r = 0; r < R; r++) {
    row[r] = a->values + (a->rows ? a->rows[m + r] : (m + r) * a->pitch);
    c[r][0] = c[r][1] = splat(0);
  }
  const int32_t length = a->length;
  for (int32_t s = 0; s < a->segments; s++) {
    ROLLED for (int32_t p = 0; p < length; p++) {
      const vec b0 = load(panel);
      const vec b1 = V == 2 ? load(panel + LANES) : b0;
      UNROLL for (int r = 0; r < R; r++) {
        const vec x = splat(row[r][p]);
        c[r][0] += x * b0;
        if (V == 2) c[r][1] += x * b1;
      }
      panel += pitch;
    }
    UNROLL for (int r = 0; r < R; r++) row[r] += a->stride;
  }
  UNROLL for (int r = 0; r < R; r++) {
    UNROLL for (int v = 0; v < V; v++) {
      if (out->bias) c[r][v] += load(out->bias + column + v * LANES);
      if (out->is_relu) c[r][v] = relu(c[r][v]);
    }
  }
  put_tile(R, V, c, out->at + (int64_t)m * out->pitch + column, out->pitch, width);
}

/* target[r][·] += scale · Σ_p a[p · pitch + r] · panel[p][·] */
INLINE void column_tile(const int R, const int V, const float *a, int32_t pitch, int32_t count, const float *panel,
                        float *target, int32_t target_pitch, float scale, int32_t width) {
  vec c[TILE_ROWS][2];
  UNROLL for (int r = 0; r < R; r++) c[r][0] = c[r][1] = splat(0);
  ROLLED for (int32_t p = 0; p < count; p++) {
    const vec b0 = load(panel);
    const vec b1 = V == 2 ? load(panel + LANES) : b0;
    UNROLL for (int r = 0; r < R; r++) {
      const vec x = splat(a[r]);
      c[r][0] += x * b0;
      if (V == 2) c[r][1] += x * b1;
    }
    a += pitch;
    panel += V * LANES;
  }
  UNROLL for (int r = 0; r < R; r++) {
    UNROLL for (int v = 0; v < V; v++) {
      c[r][v] = load(target + (int64_t)r * target_pitch + v * LANES) + splat(scale) * c[r][v];
    }
  }
  put_tile(R, V, c, target, target_pitch, width);
}

#if TILE_ROWS == 4
#define EACH_TILE(DO) DO(1) DO(2) DO(3) DO(4)
#elif TILE_ROWS == 6
#define EACH_TILE(DO) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6)
#elif TILE_ROWS == 8
#define EACH_TILE(DO) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8)
#else
#define EACH_TILE(DO) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10)
#endif

/* Rows of the tile that starts at `from`, of `count` rows cut as evenly as it goes. */
INLINE int32_t tile_rows(int32_t left) {
  const int32_t tiles = (left + TILE_ROWS - 1) / TILE_ROWS;
  return (left + tiles - 1) / tiles;
}

INLINE int32_t width_of(int32_t column, int32_t columns) {
  return columns - column < PANEL ? columns - column : PANEL;
}

/* Floats in a row of a packed panel. */
INLINE int32_t panel_width(int32_t width) { return width > LANES ? PANEL : LANES; }

/* One panel of a product: rows from ≤ m < to, columns column … column + width − 1. */
static void window_panel(const Windows *a, int32_t from, int32_t to, const Panel *panel, const Outcome *out,
                         int32_t column, int32_t width) {
  for (int32_t m = from; m < to;) {
    const int32_t rows = tile_rows(to - m);
    switch (rows) {
#define TILE(R)                                                                                     \
  case R:                                                                                           \
    if (width > LANES) window_tile(R, 2, a, m, panel, out, column, width);                          \
    else window_tile(R, 1, a, m, panel, out, column, width);                                        \
    break;
      EACH_TILE(TILE)
#undef TILE
    }
    m += rows;
  }
}

/* One panel of a product with a transposed left factor, `rows` columns of which start at a. */
static void column_panel(const float *a, int32_t pitch, int32_t rows, int32_t count, const float *panel, float *target,
                         int32_t target_pitch, float scale, int32_t width) {
  for (int32_t i = 0; i < rows;) {
    const int32_t tile = tile_rows(rows - i);
    float *to = target + (int64_t)i * target_pitch;
    switch (tile) {
#define TILE(R)                                                                                     \
  case R:                                                                                           \
    if (width > LANES) column_tile(R, 2, a + i, pitch, count, panel, to, target_pitch, scale, width); \
    else column_tile(R, 1, a + i, pitch, count, panel, to, target_pitch, scale, width);             \
    break;
      EACH_TILE(TILE)
#undef TILE
    }
    i += tile;
  }
}

/* Panel of a factor [rows × pitch] from a column on. */
INLINE void pack(const float *factor, int32_t rows, int32_t pitch, int32_t width, float *panel) {
  for (int32_t p = 0; p < rows; p++, factor += pitch) {
    store(panel, load(factor));
    panel += LANES;
    if (width <= LANES) continue;
    store(panel, load(factor + LANES));
    panel += LANES;
  }
}

/* Panel of the transpose of a factor [· × pitch]: its row `column` is the panel's first column. */
INLINE void pack_transposed(const float *factor, int32_t rows, int32_t pitch, int32_t width, float *panel) {
  const int32_t lanes = width > LANES ? PANEL : LANES;
  for (int32_t lane = 0; lane < lanes; lane++) {
    const float *from = factor + (int64_t)lane * pitch;
    if (lane < width) for (int32_t p = 0; p < rows; p++) panel[p * lanes + lane] = from[p];
    else for (int32_t p = 0; p < rows; p++) panel[p * lanes + lane] = 0;
  }
}

#endif
