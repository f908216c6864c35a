/*
 * Training steps and evaluation of one model, in one memory that the engine lays out. All functions are called from one
 * thread at a time; nothing is kept but what lies in that memory.
 */
#include "affine.h"
#include "descent.h"
#include "layers.h"
#include "losses.h"
#include "normalization.h"
#include "program.h"
#include "vector.h"

#if defined(__wasm__)
#define EXPORT(name) __attribute__((export_name(name)))
#else
#define EXPORT(name)
#endif

static void forward(const Run *run) {
  for (int32_t k = 0; k < run->program->operations; k++) {
    const Operation *op = &run->program->list[k];
    switch (op->kind) {
      case AFFINE: affine_forward(run, op); break;
      case ACTIVATE: activate_forward(run, op); break;
      case POOL: pool_forward(run, op); break;
      case DROP: drop(run, op, run->memory + op->input, run->memory + op->output); break;
      case AVERAGE: average_forward(run, op); break;
      case NORMALIZE: normalize_forward(run, op); break;
      case NORMALIZE_GROUPS: normalize_groups_forward(run, op); break;
    }
  }
}

static void backward(const Run *run) {
  const Program *program = run->program;
  for (int32_t k = program->operations - 1; k >= program->first; k--) {
    const Operation *op = &program->list[k];
    switch (op->kind) {
      case AFFINE:
        /* The mask of a fused relu is elementwise, so it can be made in place. */
        if (op->activation) slope(run, op, run->memory + op->output_gradient);
        /* Inputs' gradients come first: the step changes the kernel that they go through. */
        if (k > program->first) {
          if (op->rows) convolution_inward(run, op);
          else dense_inward(run, op);
        }
        descend(run, op);
        break;
      case ACTIVATE: slope(run, op, run->memory + op->input_gradient); break;
      case POOL: pool_backward(run, op); break;
      case DROP: drop(run, op, run->memory + op->output_gradient, run->memory + op->input_gradient); break;
      case AVERAGE: average_backward(run, op); break;
      case NORMALIZE:
        normalize_backward(run, op);
        descend(run, op);
        break;
      case NORMALIZE_GROUPS:
        normalize_groups_backward(run, op);
        descend(run, op);
        break;
    }
  }
}

/* Where samples lie; indices 0 stand for consecutive ones, targets 0 for the labels. `count` are in the list. */
typedef struct {
  const void *features;
  const uint8_t *labels;
  const float *targets;
  const uint32_t *indices;
  int64_t count;
} Samples;

/* Samples are asked for so many bytes ahead of their use: about a batch of small images, less than caches hold. */
#define BYTES_AHEAD 32768
#define AHEAD(bytes) (1 + BYTES_AHEAD / (bytes))

/* Which sample is the one at a place in the list. */
INLINE int64_t place(const Samples *samples, int64_t at) {
  return samples->indices ? (int64_t)samples->indices[at] : at;
}

/* Asks for a sample ahead of its use: batches jump about in a data set that no cache holds. */
INLINE void prefetch(const Samples *samples, int64_t bytes, int64_t at) {
#if !defined(__wasm__)
  const char *from = (const char *)samples->features + bytes * place(samples, at);
  for (int64_t j = 0; j < bytes; j += 64) __builtin_prefetch(from + j);
#else
  (void)samples, (void)bytes, (void)at;
#endif
}

/* Asks for the first samples of a list; each of them asks for one behind them in its turn. */
INLINE void prefetch_first(const Samples *samples, int64_t bytes) {
  const int64_t ahead = AHEAD(bytes) < samples->count ? AHEAD(bytes) : samples->count;
  for (int64_t n = 0; n < ahead; n++) prefetch(samples, bytes, n);
}

/* Bytes of one sample. */
INLINE int64_t sample_bytes(const Program *program) {
  return (int64_t)program->input_size * (program->is_bytes ? 1 : 4);
}

/* Samples of a batch from the one at `first` on: features as floats, labels and targets. */
static void gather(const Run *run, const Samples *samples, int64_t first) {
  const Program *program = run->program;
  const int32_t size = program->input_size, classes = program->classes;
  const int64_t bytes = sample_bytes(program), ahead = AHEAD(bytes);
  int32_t *own = (int32_t *)(run->memory + program->labels);
  for (int32_t n = 0; n < run->batch; n++) {
    const int64_t index = place(samples, first + n);
    float *to = run->memory + program->input + (int64_t)n * size;
    if (first + n + ahead < samples->count) prefetch(samples, bytes, first + n + ahead);
    own[n] = samples->labels[index];
    if (program->is_bytes) from_bytes(to, (const uint8_t *)samples->features + index * size, size);
    else copy(to, (const float *)samples->features + index * size, size);
    if (program->has_targets) {
      copy(run->memory + program->targets + (int64_t)n * classes, samples->targets + index * classes, classes);
    }
  }
}

static double train_step(const Run *run, const Samples *samples, int64_t first, double *norm) {
  const Program *program = run->program;
  gather(run, samples, first);
  if (program->fresh) fill(run->memory + program->gradient, 0, program->parameter_count);
  forward(run);
  const Score score = score_batch(run, run->memory + program->logit_gradient);
  backward(run);
  finish(run, norm);
  return score.loss / program->divisor;
}

/* Words of a program and of an operation, for the engine to check that it writes what is read here. */
EXPORT("words") int32_t fadelab_words(void) { return sizeof(Program) / 4 * 1000 + sizeof(Operation) / 4; }

/* Lanes and rows of a tile, from which scratch is sized. */
EXPORT("tile") int32_t fadelab_tile(void) { return LANES * 1000 + TILE_ROWS; }

/*
 * Takes some steps of the program's batch; the sum of their losses over the divisor. `step` keys dropout; `norms`, unless
 * 0, takes the norm of each step's gradient.
 */
EXPORT("train")
double fadelab_train(float *memory, const void *features, const uint8_t *labels, const float *targets,
                     const uint32_t *indices, int32_t steps, int32_t step, double *norms) {
  const Program *program = (const Program *)memory;
  const Samples samples = {features, labels, targets, indices, (int64_t)steps * program->batch};
  double total = 0;
  prefetch_first(&samples, sample_bytes(program));
  for (int32_t k = 0; k < steps; k++) {
    const Run run = {memory, program, program->batch, step + k, !program->only_gradient, 1};
    total += train_step(&run, &samples, (int64_t)k * program->batch, norms ? norms + k : 0);
  }
  return total;
}

/* Evaluates consecutive samples in blocks of the program's batch; adds loss sum and hits to two doubles. */
EXPORT("evaluate")
void fadelab_evaluate(float *memory, const void *features, const uint8_t *labels, const float *targets, int32_t count,
                      double *sums) {
  const Program *program = (const Program *)memory;
  const Samples samples = {features, labels, targets, 0, count};
  for (int32_t from = 0; from < count; from += program->batch) {
    const int32_t batch = count - from < program->batch ? count - from : program->batch;
    const Run run = {memory, program, batch, 0, 0, 0};
    gather(&run, &samples, from);
    forward(&run);
    const Score score = score_batch(&run, 0);
    sums[0] += score.loss;
    sums[1] += score.correct;
  }
}

/* Takes some samples, no more than a batch, through the program's operations; their values stay in the memory. */
EXPORT("forward")
void fadelab_forward(float *memory, const void *features, const uint8_t *labels, const uint32_t *indices,
                     int32_t count) {
  const Run run = {memory, (const Program *)memory, count, 0, 0, 0};
  const Samples samples = {features, labels, 0, indices, count};
  gather(&run, &samples, 0);
  forward(&run);
}
