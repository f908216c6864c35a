/* Dense layers and convolutions: y = x W + b, where the rows of x are samples, or windows that slide over images. */
#ifndef FADELAB_AFFINE_H
#define FADELAB_AFFINE_H

#include "product.h"
#include "program.h"

/* Rows of the left factor of the gradient of a kernel that are packed at once, and columns at most: half of the cache. */
#define BLOCK_ROWS 128
#define BLOCK_COLUMNS (LANES == 4 ? 8 * TILE_ROWS : 36 / TILE_ROWS * TILE_ROWS)
#define BLOCK_PITCH ((BLOCK_COLUMNS + LANES - 1) / LANES * LANES)
/* Products of so few rows read their factors as they lie: packing them would cost more than it saves. */
#define DIRECT_ROWS 64

/* Copies images into padded ones, whose borders are 0, or back. */
static void pad(const Operation *op, int32_t batch, float *images, float *padded, int32_t back) {
  const int32_t line = op->width * op->channels;
  for (int32_t n = 0; n < batch; n++) {
    for (int32_t y = 0; y < op->height; y++) {
      float *inner = padded + (int64_t)n * op->padded_size +
                     ((op->top + y) * op->padded_width + op->left) * op->channels;
      float *outer = images + (int64_t)n * op->input_size + (int64_t)y * line;
      float *to = back ? outer : inner;
      const float *from = back ? inner : outer;
      for (int32_t j = 0; j < line; j += LANES) put(to + j, load(from + j), line - j);
    }
  }
}

/* The left factor of a layer: its inputs, padded where it pads. */
INLINE Windows windows_of(const Run *run, const Operation *op) {
  return (Windows){
      .values = run->memory + (op->padded ? op->padded : op->input),
      .rows = op->rows ? (const int32_t *)(run->memory + op->rows) : 0,
      .pitch = op->depth,
      .segments = op->segments,
      .length = op->length,
      .stride = op->stride,
  };
}

static void affine_forward(const Run *run, const Operation *op) {
  float *memory = run->memory;
  if (op->padded) pad(op, run->batch, memory + op->input, memory + op->padded, 0);
  const Windows a = windows_of(run, op);
  const Outcome out = {memory + op->output, op->units, memory + op->bias, op->activation == RELU};
  const int32_t is_direct = run->batch * op->pixels <= DIRECT_ROWS;
  float *panel = memory + run->program->panels;
  for (int32_t column = 0; column < op->units; column += PANEL) {
    const int32_t width = width_of(column, op->units);
    const float *kernel = memory + op->kernel + column;
    const Panel right = is_direct ? (Panel){kernel, op->units} : (Panel){panel, panel_width(width)};
    if (!is_direct) pack(kernel, op->depth, op->units, width, panel);
    window_panel(&a, 0, run->batch * op->pixels, &right, &out, column, width);
  }
}

/* δ Wᵀ of a dense layer. */
static void dense_inward(const Run *run, const Operation *op) {
  float *memory = run->memory;
  const Windows a = {memory + op->output_gradient, 0, op->units, 1, op->units, 0};
  const Outcome out = {memory + op->input_gradient, op->depth, 0, 0};
  float *panel = memory + run->program->panels;
  for (int32_t column = 0; column < op->depth; column += PANEL) {
    const int32_t width = width_of(column, op->depth);
    pack_transposed(memory + op->kernel + (int64_t)column * op->units, op->units, op->units, width, panel);
    const Panel right = {panel, panel_width(width)};
    window_panel(&a, 0, run->batch, &right, &out, column, width);
  }
}

/* δ Wᵀ of a convolution: gradients of some patches at a time, which are then added up where their patches overlap. */
static void convolution_inward(const Run *run, const Operation *op) {
  float *memory = run->memory;
  float *panels = memory + run->program->panels;
  for (int32_t column = 0; column < op->depth; column += PANEL) {
    const int32_t width = width_of(column, op->depth);
    float *panel = panels + (int64_t)op->units * column;
    pack_transposed(memory + op->kernel + (int64_t)column * op->units, op->units, op->units, width, panel);
  }
  float *images = memory + (op->padded ? op->padded_gradient : op->input_gradient);
  fill(images, 0, (int64_t)run->batch * (op->padded ? op->padded_size : op->input_size));
  const int32_t *rows = (const int32_t *)(memory + op->rows);
  const int32_t count = run->batch * op->pixels;
  const int32_t most = run->program->patch_rows / op->depth;
  const int32_t group = most < TILE_ROWS ? TILE_ROWS : most;
  float *patches = memory + run->program->patches;
  const Outcome out = {patches, op->depth, 0, 0};
  for (int32_t m = 0; m < count; m += group) {
    const int32_t some = count - m < group ? count - m : group;
    const Windows a = {memory + op->output_gradient + (int64_t)m * op->units, 0, op->units, 1, op->units, 0};
    for (int32_t column = 0; column < op->depth; column += PANEL) {
      const int32_t width = width_of(column, op->depth);
      const Panel right = {panels + (int64_t)op->units * column, panel_width(width)};
      window_panel(&a, 0, some, &right, &out, column, width);
    }
    for (int32_t r = 0; r < some; r++) {
      for (int32_t s = 0; s < op->segments; s++) {
        add_run(images + rows[m + r] + s * op->stride, patches + r * op->depth + s * op->length, op->length);
      }
    }
  }
  if (op->padded) pad(op, run->batch, memory + op->input_gradient, images, 1);
}

/* Columns from ≤ i < to of some rows of the left factor, [rows × BLOCK_PITCH]. */
static void pack_columns(const Windows *a, int32_t first, int32_t rows, int32_t from, int32_t to, float *packed) {
  struct {
    int32_t from, at, length;
  } pieces[BLOCK_COLUMNS];
  int32_t count = 0;
  for (int32_t i = from; i < to; count++) {
    const int32_t inside = i % a->length;
    const int32_t left = a->length - inside < to - i ? a->length - inside : to - i;
    pieces[count].from = i / a->length * a->stride + inside;
    pieces[count].at = i - from;
    pieces[count].length = left;
    i += left;
  }
  for (int32_t p = 0; p < rows; p++, packed += BLOCK_PITCH) {
    const float *row = a->values + (a->rows ? a->rows[first + p] : (first + p) * a->pitch);
    for (int32_t k = 0; k < count; k++) copy_over(packed + pieces[k].at, row + pieces[k].from, pieces[k].length);
  }
}

/* Columns of the next block of so many that are left: an even share, so that no sliver remains. */
INLINE int32_t block_columns(int32_t left) {
  const int32_t blocks = (left + BLOCK_COLUMNS - 1) / BLOCK_COLUMNS;
  return (left + blocks - 1) / blocks;
}

/* target += scale · xᵀ δ, in blocks of rows; target [depth × units]. */
static void kernel_gradient(const Run *run, const Operation *op, float *target, float scale) {
  float *memory = run->memory;
  const Windows a = windows_of(run, op);
  float *panels = memory + run->program->panels;
  float *packed = memory + run->program->packed;
  const int32_t count = run->batch * op->pixels;
  const int32_t is_direct = a.rows == 0 && count <= DIRECT_ROWS;
  for (int32_t first = 0; first < count; first += BLOCK_ROWS) {
    const int32_t rows = count - first < BLOCK_ROWS ? count - first : BLOCK_ROWS;
    const float *delta = memory + op->output_gradient + (int64_t)first * op->units;
    for (int32_t column = 0; column < op->units; column += PANEL) {
      pack(delta + column, rows, op->units, width_of(column, op->units), panels + rows * column);
    }
    for (int32_t from = 0, to; from < op->depth; from = to) {
      to = from + block_columns(op->depth - from);
      if (!is_direct) pack_columns(&a, first, rows, from, to, packed);
      const float *left = is_direct ? a.values + from : packed;
      for (int32_t column = 0; column < op->units; column += PANEL) {
        column_panel(left, is_direct ? a.pitch : BLOCK_PITCH, to - from, rows, panels + rows * column,
                     target + (int64_t)from * op->units + column, op->units, scale, width_of(column, op->units));
      }
    }
  }
}

/* target += scale · Σ rows of δ */
static void bias_gradient(const Run *run, const Operation *op, float *target, float scale) {
  const float *delta = run->memory + op->output_gradient;
  const int32_t count = run->batch * op->pixels;
  for (int32_t j = 0; j < op->units; j += LANES) {
    vec sum = splat(0);
    for (int32_t m = 0; m < count; m++) sum += load(delta + (int64_t)m * op->units + j);
    put(target + j, load(target + j) + splat(scale) * sum, op->units - j);
  }
}

#endif
