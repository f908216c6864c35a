/* Windows that slide over images, and what they add up to where they overlap. */
#ifndef FADELAB_GRAPH_IMAGES_H
#define FADELAB_GRAPH_IMAGES_H

#include "instruction.h"

/* Images [count, height, width, channels], windows [count, rows, columns, high, wide, channels]; 0 beyond the border. */
typedef struct {
  Instruction head;
  int32_t windows, images, count, height, width, channels, rows, columns, high, wide, stride, top, left;
} Sliding;

/* One row of pixels of a window: which of them lie on the image, and where the first does. */
typedef struct {
  int32_t from, to;
  int64_t pixel;
} Line;

INLINE Line line_of(const Sliding *s, int32_t image, int32_t row, int32_t column, int32_t high) {
  const int32_t y = row * s->stride + high - s->top, x = column * s->stride - s->left;
  const int32_t from = x < 0 ? -x : 0, to = s->width - x < s->wide ? s->width - x : s->wide;
  if (y < 0 || y >= s->height || to <= from) return (Line){0, 0, 0};
  return (Line){from, to, (((int64_t)image * s->height + y) * s->width + x + from) * s->channels};
}

/* Visits the lines of all windows in order; `window` is where one lies among windows. */
#define EACH_LINE(s, DO)                                                                   \
  int64_t window = 0;                                                                      \
  for (int32_t image = 0; image < (s)->count; image++)                                     \
    for (int32_t row = 0; row < (s)->rows; row++)                                          \
      for (int32_t column = 0; column < (s)->columns; column++)                            \
        for (int32_t high = 0; high < (s)->high; high++, window += (s)->wide * (s)->channels) { \
          const Line line = line_of(s, image, row, column, high);                          \
          const int32_t from = line.from * (s)->channels, to = line.to * (s)->channels;    \
          DO                                                                               \
        }

KERNEL static void run_windows(const Machine *machine, const Sliding *sliding) {
  const float *images = machine->memory + sliding->images;
  float *windows = machine->memory + sliding->windows;
  EACH_LINE(sliding, {
    float *own = windows + window;
    const float *pixels = images + line.pixel;
    for (int32_t j = 0; j < from; j++) own[j] = 0;
    for (int32_t j = from; j < to; j++) own[j] = pixels[j - from];
    for (int32_t j = to; j < sliding->wide * sliding->channels; j++) own[j] = 0;
  })
}

KERNEL static void run_overlap(const Machine *machine, const Sliding *sliding) {
  float *images = machine->memory + sliding->images;
  const float *windows = machine->memory + sliding->windows;
  fill(images, 0, (int64_t)sliding->count * sliding->height * sliding->width * sliding->channels);
  EACH_LINE(sliding, {
    float *pixels = images + line.pixel;
    for (int32_t j = from; j < to; j++) pixels[j - from] += windows[window + j];
  })
}

#endif
