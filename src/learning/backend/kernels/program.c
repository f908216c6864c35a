/*
 * Training steps and evaluation of one model, in one memory that the engine lays out. All functions are called from one
 * thread at a time; nothing is kept but what lies in that memory.
 */
#include "affine.h"
#include "layers.h"
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
      case NORMALIZE: normalize_forward(run, op); break;
    }
  }
}

/*
 * Makes room for gradients of count numbers: w ← w − η λ w, or v ← μ v + λ w. Gradients are then added, to w with the
 * factor −η, to v with 1, and `settle` takes the step w ← w − η v.
 */
static void prepare(const Program *program, float *w, float *v, int32_t count) {
  const float decay = program->weight_decay, mu = program->momentum;
  if (program->only_gradient) return;
  if (mu != 0) {
    for (int32_t j = 0; j < count; j++) v[j] = mu * v[j] + decay * w[j];
  } else if (decay != 0) {
    const float shrink = program->learning_rate * decay;
    for (int32_t j = 0; j < count; j++) w[j] -= shrink * w[j];
  }
}

static void settle(const Program *program, float *w, const float *v, int32_t count) {
  if (program->only_gradient || program->momentum == 0) return;
  const float rate = program->learning_rate;
  for (int32_t j = 0; j < count; j++) w[j] -= rate * v[j];
}

/* Gradients of a layer's parameters, whose kernel and bias are neighbours, and its step. */
static void descend(const Run *run, const Operation *op) {
  const Program *program = run->program;
  const int32_t kernel = op->kind == AFFINE ? op->depth * op->units : op->units;
  const int32_t count = kernel + op->units;
  float *w = run->memory + op->kernel;
  float *v = run->memory + program->velocity + (op->kernel - program->parameters);
  const int32_t is_direct = program->momentum == 0 && !program->only_gradient;
  float *target = is_direct ? w : v;
  const float scale = is_direct ? -program->learning_rate : 1;
  prepare(program, w, v, count);
  if (op->kind == AFFINE) {
    kernel_gradient(run, op, target, scale);
    bias_gradient(run, op, target + kernel, scale);
  } else {
    const double *products = (const double *)(run->memory + op->moments) + 3 * op->units;
    for (int32_t c = 0; c < count; c++) target[c] += scale * (float)products[c];
  }
  settle(program, w, v, count);
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
        if (op->input_gradient) {
          if (op->rows) convolution_inward(run, op);
          else dense_inward(run, op);
        }
        descend(run, op);
        break;
      case ACTIVATE: slope(run, op, run->memory + op->input_gradient); break;
      case POOL: pool_backward(run, op); break;
      case DROP: drop(run, op, run->memory + op->output_gradient, run->memory + op->input_gradient); break;
      case NORMALIZE:
        normalize_backward(run, op);
        descend(run, op);
        break;
    }
  }
}

/* Samples of a batch, as floats, and their labels; indices 0 stand for consecutive samples. */
static void gather(const Run *run, const void *features, const uint8_t *labels, const uint32_t *indices) {
  const Program *program = run->program;
  const int32_t size = program->input_size;
  int32_t *own = (int32_t *)(run->memory + program->labels);
  for (int32_t n = 0; n < run->batch; n++) {
    const int64_t index = indices ? (int64_t)indices[n] : n;
    float *to = run->memory + program->input + (int64_t)n * size;
    own[n] = labels[index];
    if (program->is_bytes) {
      const uint8_t *from = (const uint8_t *)features + index * size;
      for (int32_t j = 0; j < size; j++) to[j] = (float)from[j] * (1.0f / 255.0f);
    } else {
      const float *from = (const float *)features + index * size;
      for (int32_t j = 0; j < size; j++) to[j] = from[j];
    }
  }
}

typedef struct {
  double loss;
  int32_t correct;
} Score;

/* −ln softmax(z)_y summed over the batch, hits, and with `inward` the gradient of the mean, (softmax(z) − e_y) / batch. */
static Score cross_entropy(const Run *run, float *inward) {
  const int32_t classes = run->program->classes;
  const int32_t *labels = (const int32_t *)(run->memory + run->program->labels);
  Score score = {0, 0};
  for (int32_t n = 0; n < run->batch; n++) {
    const float *z = run->memory + run->program->logits + (int64_t)n * classes;
    int32_t best = 0;
    for (int32_t j = 1; j < classes; j++) if (z[j] > z[best]) best = j;
    const vec top = splat(z[best]);
    double total = 0;
    for (int32_t j = 0; j < classes; j += LANES) {
      const vec power = exponential(load(z + j) - top);
      for (int32_t l = 0; l < LANES && j + l < classes; l++) total += power[l];
      if (inward) put(inward + n * classes + j, power, classes - j);
    }
    score.loss += logarithm(total) + z[best] - z[labels[n]];
    score.correct += best == labels[n];
    if (!inward) continue;
    const float scale = (float)(1 / (total * run->batch));
    float *g = inward + n * classes;
    for (int32_t j = 0; j < classes; j++) g[j] *= scale;
    g[labels[n]] -= 1.0f / (float)run->batch;
  }
  return score;
}

static double train_step(const Run *run, const void *features, const uint8_t *labels, const uint32_t *indices) {
  gather(run, features, labels, indices);
  forward(run);
  const Score score = cross_entropy(run, run->memory + run->program->logit_gradient);
  backward(run);
  return score.loss / run->batch;
}

/* Words of a program and of an operation, for the engine to check that it writes what is read here. */
EXPORT("words") int32_t fadelab_words(void) { return sizeof(Program) / 4 * 1000 + sizeof(Operation) / 4; }

/* Lanes and rows of a tile, from which scratch is sized. */
EXPORT("tile") int32_t fadelab_tile(void) { return LANES * 1000 + TILE_ROWS; }

/* Trains for some steps of the program's batch; the sum of their mean losses. `step` keys dropout. */
EXPORT("train")
double fadelab_train(float *memory, const void *features, const uint8_t *labels, const uint32_t *indices,
                     int32_t steps, int32_t step) {
  const Program *program = (const Program *)memory;
  const int32_t batch = program->batch;
  const int64_t bytes = (int64_t)batch * program->input_size * (program->is_bytes ? 1 : 4);
  double total = 0;
  for (int32_t k = 0; k < steps; k++) {
    const Run run = {memory, program, batch, step + k, !program->only_gradient, 1};
    if (indices) total += train_step(&run, features, labels, indices + (int64_t)k * batch);
    else total += train_step(&run, (const char *)features + k * bytes, labels + (int64_t)k * batch, 0);
  }
  return total;
}

/* Evaluates consecutive samples in blocks of the program's batch; writes loss sum and hits as two doubles. */
EXPORT("evaluate")
void fadelab_evaluate(float *memory, const void *features, const uint8_t *labels, int32_t count, double *sums) {
  const Program *program = (const Program *)memory;
  const int64_t bytes = (int64_t)program->input_size * (program->is_bytes ? 1 : 4);
  for (int32_t from = 0; from < count; from += program->batch) {
    const int32_t batch = count - from < program->batch ? count - from : program->batch;
    const Run run = {memory, program, batch, 0, 0, 0};
    gather(&run, (const char *)features + from * bytes, labels + from, 0);
    forward(&run);
    const Score score = cross_entropy(&run, 0);
    sums[0] += score.loss;
    sums[1] += score.correct;
  }
}
