/*
 * From gradients to steps. In the plain case a gradient is added to the parameters, or to their velocity, where it is
 * made. Where more is asked for (a proximal term, a correction, clipping, norms), it is collected apart, and one pass
 * over all parameters takes the step.
 */
#ifndef FADELAB_DESCENT_H
#define FADELAB_DESCENT_H

#include "affine.h"
#include "program.h"

INLINE int32_t has_parameters(const Operation *op) {
  return op->kind == AFFINE || op->kind == NORMALIZE || op->kind == NORMALIZE_GROUPS;
}

INLINE int32_t kernel_size(const Operation *op) { return op->kind == AFFINE ? op->depth * op->units : op->units; }

/* The place of an operation's parameters in another vector that is laid out like them. */
INLINE float *beside(const Run *run, const Operation *op, int32_t vector) {
  return run->memory + vector + (op->kernel - run->program->parameters);
}

/*
 * Makes room for gradients of count numbers: w ← w − η λ w, or v ← μ v + λ w. Gradients are then added, to w with the
 * factor −η, to v with 1, and `settle` takes the step w ← w − η v.
 */
static void prepare(const Program *program, float *w, float *v, int32_t count) {
  const float decay = program->weight_decay, mu = program->momentum;
  if (mu != 0) {
    for (int32_t j = 0; j < count; j++) v[j] = mu * v[j] + decay * w[j];
  } else if (decay != 0) {
    const float shrink = program->learning_rate * decay;
    for (int32_t j = 0; j < count; j++) w[j] -= shrink * w[j];
  }
}

static void settle(const Program *program, float *w, const float *v, int32_t count) {
  if (program->momentum == 0) return;
  const float rate = program->learning_rate;
  for (int32_t j = 0; j < count; j++) w[j] -= rate * v[j];
}

/* target += scale · gradient of an operation's parameters, whose kernel and bias are neighbours. */
static void add_gradient(const Run *run, const Operation *op, float *target, float scale) {
  if (op->kind == AFFINE) {
    kernel_gradient(run, op, target, scale);
    bias_gradient(run, op, target + kernel_size(op), scale);
  } else {
    const double *sums = (const double *)(run->memory + op->sums);
    for (int32_t c = 0; c < 2 * op->units; c++) target[c] += scale * (float)sums[c];
  }
}

/* The gradient of a layer's parameters, and its step unless that is taken later. */
static void descend(const Run *run, const Operation *op) {
  const Program *program = run->program;
  if (op->frozen) return;
  if (program->apart) {
    add_gradient(run, op, beside(run, op, program->gradient), 1);
    return;
  }
  const int32_t count = kernel_size(op) + op->units;
  float *w = run->memory + op->kernel, *v = beside(run, op, program->velocity);
  prepare(program, w, v, count);
  if (program->momentum == 0) add_gradient(run, op, w, -program->learning_rate);
  else add_gradient(run, op, v, 1);
  settle(program, w, v, count);
}

/* Σ x², in four sums of 64 bits. */
static double squares(const float *x, int32_t count) {
  double sums[4] = {0, 0, 0, 0};
  int32_t j = 0;
  for (; j + 4 <= count; j += 4) {
    for (int32_t l = 0; l < 4; l++) sums[l] += (double)x[j + l] * x[j + l];
  }
  for (; j < count; j++) sums[0] += (double)x[j] * x[j];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/* ‖∇ℓ‖ of what was collected, frozen layers apart. */
static double gradient_norm(const Run *run) {
  double sum = 0;
  for (int32_t k = 0; k < run->program->operations; k++) {
    const Operation *op = &run->program->list[k];
    if (!has_parameters(op) || op->frozen) continue;
    sum += squares(beside(run, op, run->program->gradient), kernel_size(op) + op->units);
  }
  return __builtin_sqrt(sum);
}

/* One step on the collected gradient: g = shrink ∇ℓ + μ (w − anchor) + correction + λ w, v ← m v + g, w ← w − η v. */
static void take_step(const Run *run, float shrink) {
  const Program *program = run->program;
  const float rate = program->learning_rate, decay = program->weight_decay, near = program->proximal;
  for (int32_t k = 0; k < program->operations; k++) {
    const Operation *op = &program->list[k];
    if (!has_parameters(op) || op->frozen) continue;
    const int32_t count = kernel_size(op) + op->units;
    float *w = run->memory + op->kernel, *g = beside(run, op, program->gradient);
    const float *anchor = beside(run, op, program->anchor), *correction = beside(run, op, program->correction);
    float *v = beside(run, op, program->velocity);
    for (int32_t j = 0; j < count; j++) g[j] = shrink * g[j] + decay * w[j];
    if (near != 0) for (int32_t j = 0; j < count; j++) g[j] += near * (w[j] - anchor[j]);
    if (program->has_correction) for (int32_t j = 0; j < count; j++) g[j] += correction[j];
    if (program->momentum != 0) {
      for (int32_t j = 0; j < count; j++) v[j] = program->momentum * v[j] + g[j];
      g = v;
    }
    for (int32_t j = 0; j < count; j++) w[j] -= rate * g[j];
  }
}

/* What is left of a step when all gradients are collected; the norm, where it is asked for. */
static void finish(const Run *run, double *norm) {
  const Program *program = run->program;
  if (!program->apart) return;
  const double most = program->clip_norm;
  const double length = norm || most > 0 ? gradient_norm(run) : 0;
  if (norm) *norm = length;
  if (!program->only_gradient) take_step(run, most > 0 && length > most ? (float)(most / length) : 1);
}

#endif
