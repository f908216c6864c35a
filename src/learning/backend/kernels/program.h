/* A training program in memory. The engine writes it, word by word: src/learning/backend/compiled/words.ts. */
#ifndef FADELAB_PROGRAM_H
#define FADELAB_PROGRAM_H

#include <stdint.h>

enum { AFFINE = 1, ACTIVATE = 2, POOL = 3, DROP = 4, NORMALIZE = 5, AVERAGE = 6, NORMALIZE_GROUPS = 7 };
enum { LINEAR = 0, RELU = 1, TANH = 2, SIGMOID = 3, SQUARE = 4 };
enum { CROSS_ENTROPY = 0, SQUARED_ERROR = 1 };

/*
 * One operation. Places are counted in 32-bit words from the start of the memory. Values of a batch are [batch × size],
 * images among them channels last.
 */
typedef struct {
  int32_t kind;
  /* Values that it reads and writes; they may be the same place for ACTIVATE, but for SQUARE. */
  int32_t input, output;
  /* Gradients of its output, which it reads, and of its input, which it writes; input_gradient is 0 if nobody asks. */
  int32_t output_gradient, input_gradient;
  /* Numbers of one sample. */
  int32_t input_size, output_size;
  /* Of AFFINE kernel [depth × units] and bias [units]; of normalizations gamma and beta. */
  int32_t kernel, bias;
  /* AFFINE: columns of the product; for the others channels. */
  int32_t units;
  /* AFFINE: a row of its left factor is `segments` runs of `length` numbers, `stride` apart; depth is their product. */
  int32_t depth, segments, length, stride;
  /* AFFINE: rows of the product in one sample, and where the offsets of all rows are listed; 0 where rows are dense. */
  int32_t pixels, rows;
  /* AFFINE: relu fused into the product. */
  int32_t activation;
  /* AFFINE: where inputs and gradients are padded, and their size; 0 without padding. */
  int32_t padded, padded_gradient, padded_size;
  /* Input images, padding before them, width with padding. */
  int32_t height, width, channels, top, left, padded_width;
  /* POOL, AVERAGE: side of a square; POOL: where the places of the maxima are kept. */
  int32_t pool, places;
  /* DROP: index of the layer, smallest hash that is kept, and 1 for one draw a channel. */
  int32_t layer;
  uint32_t threshold;
  float kept;
  int32_t by_channel;
  /* NORMALIZE: running statistics, their share that a step keeps, and the rest. */
  int32_t running_mean, running_variance;
  float keep, take;
  /* Normalizations: ε, and where the moments, and the gradients of gamma and beta, are kept in 64 bits. */
  float epsilon;
  int32_t moments, sums;
  /* NORMALIZE_GROUPS: how many groups of channels. */
  int32_t groups;
  /* 1 where its parameters stay. */
  int32_t frozen;
} Operation;

typedef struct {
  int32_t operations, batch, classes;
  /* 1 where features are bytes, which mean value / 255. */
  int32_t is_bytes;
  /* Numbers of one sample, and where a batch of them goes. */
  int32_t input_size, input;
  int32_t logits, logit_gradient;
  int32_t labels;
  /* What is charged: the loss, wanted outputs [batch × classes] where there are any, the temperature, and what a sum of
     losses is divided by: the samples of a mean. */
  int32_t loss, has_targets, targets;
  float temperature;
  int32_t divisor;
  /* Vectors that are laid out alike. Anchor and correction are only there where they are asked for. */
  int32_t parameters, parameter_count, velocity, gradient, anchor, correction;
  /* Scratch: packed factors of products, and rows of patch gradients. */
  int32_t panels, packed, patches, patch_rows;
  float learning_rate, momentum, weight_decay, proximal, clip_norm;
  int32_t has_correction;
  uint32_t dropout_seed;
  /* 1 to leave the parameters alone; 1 to add gradients to `gradient` first; 1 to zero that before each step. */
  int32_t only_gradient, apart, fresh;
  /* First operation with parameters that move. */
  int32_t first;
  Operation list[];
} Program;

/* What an operation needs to know of its run. */
typedef struct {
  float *memory;
  const Program *program;
  int32_t batch, step;
  /* 1 with dropout; 1 with the moments of the batch instead of the running ones. */
  int32_t drops, trains;
} Run;

#endif
