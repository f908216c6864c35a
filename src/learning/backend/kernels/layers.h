/* Layers without products: activations, pooling, dropout. */
#ifndef FADELAB_LAYERS_H
#define FADELAB_LAYERS_H

#include "program.h"
#include "vector.h"

static void activate_forward(const Run *run, const Operation *op) {
  const float *x = run->memory + op->input;
  float *y = run->memory + op->output;
  const int64_t count = (int64_t)run->batch * op->output_size;
  switch (op->activation) {
    case RELU:
      for (int64_t j = 0; j < count; j += LANES) store(y + j, relu(load(x + j)));
      break;
    case TANH:
      for (int64_t j = 0; j < count; j += LANES) store(y + j, hyperbolic_tangent(load(x + j)));
      break;
    case SIGMOID:
      for (int64_t j = 0; j < count; j += LANES) store(y + j, sigmoid(load(x + j)));
      break;
    case SQUARE:
      for (int64_t j = 0; j < count; j += LANES) store(y + j, load(x + j) * load(x + j));
      break;
    default:
      for (int64_t j = 0; j < count; j += LANES) store(y + j, load(x + j));
  }
}

/* to = gradient of the output · slope, which is known from the output, but for a square. */
static void slope(const Run *run, const Operation *op, float *to) {
  const float *x = run->memory + op->input;
  const float *y = run->memory + op->output;
  const float *g = run->memory + op->output_gradient;
  const int64_t count = (int64_t)run->batch * op->output_size;
  for (int64_t j = 0; j < count; j += LANES) {
    const vec out = load(y + j);
    vec inward = load(g + j);
    if (op->activation == RELU) inward = choose(out > splat(0), inward, splat(0));
    else if (op->activation == TANH) inward *= splat(1) - out * out;
    else if (op->activation == SIGMOID) inward *= out * (splat(1) - out);
    else if (op->activation == SQUARE) inward *= load(x + j) + load(x + j);
    store(to + j, inward);
  }
}

/* Largest number of each square, and where in it, the first of equals. What fills no square is left out. */
static void pool_forward(const Run *run, const Operation *op) {
  const int32_t channels = op->units, side = op->pool, line = op->width * channels;
  const int32_t rows = op->height / side, columns = op->width / side;
  float *y = run->memory + op->output;
  float *places = run->memory + op->places;
  for (int32_t n = 0; n < run->batch; n++) {
    for (int32_t row = 0; row < rows; row++) {
      const float *corner = run->memory + op->input + (int64_t)n * op->input_size + row * side * line;
      for (int32_t column = 0; column < columns; column++, corner += side * channels) {
        for (int32_t c = 0; c < channels; c += LANES) {
          vec best = load(corner + c);
          ivec place = isplat(0);
          for (int32_t k = 1; k < side * side; k++) {
            const vec x = load(corner + k / side * line + k % side * channels + c);
            const ivec is_more = x > best;
            best = choose(is_more, x, best);
            place = (isplat(k) & is_more) | (place & ~is_more);
          }
          store(y + c, best);
          store(places + c, (vec)place);
        }
        y += channels;
        places += channels;
      }
    }
  }
}

/*
 * Stores channels from c on of a pixel with `left` pixels to the end of its line, which are stored from left to right.
 * What runs over into those that follow is stored again; to load it back would wait for the store.
 */
INLINE void put_pixel(float *pixel, int32_t c, int32_t channels, int32_t left, vec value) {
  put(pixel + c, value, channels <= LANES && left * channels >= LANES ? LANES : channels - c);
}

static void pool_backward(const Run *run, const Operation *op) {
  const int32_t channels = op->units, side = op->pool, line = op->width * channels;
  const int32_t rows = op->height / side, columns = op->width / side;
  const float *g = run->memory + op->output_gradient;
  const float *places = run->memory + op->places;
  float *inward = run->memory + op->input_gradient;
  const int32_t is_covered = rows * side == op->height && columns * side == op->width;
  if (!is_covered) fill(inward, 0, (int64_t)run->batch * op->input_size);
  for (int32_t n = 0; n < run->batch; n++) {
    for (int32_t row = 0; row < rows; row++) {
      float *corner = inward + (int64_t)n * op->input_size + row * side * line;
      for (int32_t column = 0; column < columns; column++, corner += side * channels) {
        for (int32_t c = 0; c < channels; c += LANES) {
          const vec gradient = load(g + c);
          const ivec place = (ivec)load(places + c);
          for (int32_t k = 0; k < side * side; k++) {
            put_pixel(corner + k / side * line + k % side * channels, c, channels, (columns - column) * side - k % side,
                      choose(place == isplat(k), gradient, splat(0)));
          }
        }
        g += channels;
        places += channels;
      }
    }
  }
}

/* Mean of each square. */
static void average_forward(const Run *run, const Operation *op) {
  const int32_t channels = op->units, side = op->pool, line = op->width * channels;
  const int32_t rows = op->height / side, columns = op->width / side;
  const vec share = splat(1.0f / (float)(side * side));
  float *y = run->memory + op->output;
  for (int32_t n = 0; n < run->batch; n++) {
    for (int32_t row = 0; row < rows; row++) {
      const float *corner = run->memory + op->input + (int64_t)n * op->input_size + row * side * line;
      for (int32_t column = 0; column < columns; column++, corner += side * channels, y += channels) {
        for (int32_t c = 0; c < channels; c += LANES) {
          vec sum = splat(0);
          for (int32_t k = 0; k < side * side; k++) sum += load(corner + k / side * line + k % side * channels + c);
          store(y + c, sum * share);
        }
      }
    }
  }
}

static void average_backward(const Run *run, const Operation *op) {
  const int32_t channels = op->units, side = op->pool, line = op->width * channels;
  const int32_t rows = op->height / side, columns = op->width / side;
  const vec share = splat(1.0f / (float)(side * side));
  const float *g = run->memory + op->output_gradient;
  float *inward = run->memory + op->input_gradient;
  const int32_t is_covered = rows * side == op->height && columns * side == op->width;
  if (!is_covered) fill(inward, 0, (int64_t)run->batch * op->input_size);
  for (int32_t n = 0; n < run->batch; n++) {
    for (int32_t row = 0; row < rows; row++) {
      float *corner = inward + (int64_t)n * op->input_size + row * side * line;
      for (int32_t column = 0; column < columns; column++, corner += side * channels, g += channels) {
        for (int32_t c = 0; c < channels; c += LANES) {
          const vec each = load(g + c) * share;
          for (int32_t k = 0; k < side * side; k++) {
            put_pixel(corner + k / side * line + k % side * channels, c, channels, (columns - column) * side - k % side,
                      each);
          }
        }
      }
    }
  }
}

/* The finaliser of MurmurHash3 on 32 bits, as in dropout.ts. */
#define MIXED(h)                                                                                    \
  h = (h ^ (h >> 16)) * 0x85ebca6bu;                                                                \
  h = (h ^ (h >> 13)) * 0xc2b2ae35u;                                                                \
  h = h ^ (h >> 16);
#define GOLDEN 0x9e3779b9u

INLINE uint32_t mixed(uint32_t h) {
  MIXED(h)
  return h;
}

/* to[j] = from[j] · mask[j], j < count, where mask[j] is kept if mixed(counter + j φ) ≥ threshold, and else 0. */
INLINE void drop_run(float *to, const float *from, int32_t count, uint32_t counter, uint32_t threshold, float kept) {
  const uvec step = (uvec)isplat((int32_t)(LANES * GOLDEN));
  const uvec least = (uvec)isplat((int32_t)threshold);
  uvec counters;
  for (int32_t lane = 0; lane < LANES; lane++) counters[lane] = counter + (uint32_t)lane * GOLDEN;
  for (int32_t j = 0; j < count; j += LANES, counters += step) {
    uvec h = counters;
    MIXED(h)
    put(to + j, choose((ivec)(h >= least), load(from + j) * splat(kept), splat(0)), count - j);
  }
}

/* One draw for each number, or for each channel of a sample. */
static void drop(const Run *run, const Operation *op, const float *from, float *to) {
  const int32_t size = op->output_size, units = op->units;
  const int32_t count = run->batch * size;
  if (!run->drops) {
    for (int32_t j = 0; j < count; j += LANES) store(to + j, load(from + j));
    return;
  }
  const uint32_t seed = run->program->dropout_seed;
  const uint32_t key = mixed(mixed(mixed(seed) ^ (uint32_t)run->step) ^ (uint32_t)op->layer);
  if (!op->by_channel) {
    drop_run(to, from, count, key, op->threshold, op->kept);
    return;
  }
  for (int32_t j = 0; j < count; j += units) {
    const uint32_t first = (uint32_t)(j / size * units);
    drop_run(to + j, from + j, units, key + first * GOLDEN, op->threshold, op->kept);
  }
}

#endif
