/* Losses of a batch's outputs z, one for each class, and the gradients of their mean. */
#ifndef FADELAB_LOSSES_H
#define FADELAB_LOSSES_H

#include "program.h"
#include "vector.h"

typedef struct {
  double loss;
  int32_t correct;
} Score;

INLINE int32_t largest(const float *z, int32_t classes) {
  int32_t best = 0;
  float top = z[0];
  for (int32_t j = 1; j < classes; j++) {
    const int32_t is_more = z[j] > top;
    top = is_more ? z[j] : top;
    best = is_more ? j : best;
  }
  return best;
}

/* Of one sample, T² Σ_j t_j (ln Σ e^(z/T) − z_j / T); gradient T (p Σ t − t) / divisor, p = softmax(z / T). */
static double cross_entropy(const Program *program, const float *z, int32_t best, int32_t label, const float *wanted,
                            float *g) {
  const int32_t classes = program->classes;
  const float warmth = program->temperature, cold = 1 / warmth;
  const vec top = splat(z[best]), inverse = splat(cold);
  double total = 0;
  for (int32_t j = 0; j < classes; j += LANES) {
    const vec power = exponential((load(z + j) - top) * inverse);
    for (int32_t l = 0; l < LANES && j + l < classes; l++) total += power[l];
    if (g) put(g + j, power, classes - j);
  }
  double mass = wanted ? 0 : 1, aimed = wanted ? 0 : (double)z[label];
  for (int32_t j = 0; wanted && j < classes; j++) {
    mass += wanted[j];
    aimed += (double)wanted[j] * z[j];
  }
  const double loss = mass * (logarithm(total) + (double)z[best] * cold) - aimed * cold;
  if (g) {
    const float scale = (float)(mass * warmth / (total * program->divisor));
    const float each = warmth / (float)program->divisor;
    for (int32_t j = 0; j < classes; j++) g[j] *= scale;
    if (!wanted) g[label] -= each;
    for (int32_t j = 0; wanted && j < classes; j++) g[j] -= wanted[j] * each;
  }
  return loss * warmth * warmth;
}

/* Of one sample, Σ_j (z_j − t_j)² / classes; gradient 2 (z − t) / (classes · divisor). */
static double squared_error(const Program *program, const float *z, int32_t label, const float *wanted, float *g) {
  const int32_t classes = program->classes;
  const float scale = 2 / ((float)classes * (float)program->divisor);
  double sum = 0;
  for (int32_t j = 0; j < classes; j++) {
    const float away = z[j] - (wanted ? wanted[j] : (float)(j == label));
    sum += (double)away * away;
    if (g) g[j] = away * scale;
  }
  return sum / classes;
}

/* Sum of a batch's losses and hits, and with `inward` the gradient of the sum over the divisor. */
static Score score_batch(const Run *run, float *inward) {
  const Program *program = run->program;
  const int32_t classes = program->classes;
  const int32_t *labels = (const int32_t *)(run->memory + program->labels);
  Score score = {0, 0};
  for (int32_t n = 0; n < run->batch; n++) {
    const int64_t at = (int64_t)n * classes;
    const float *z = run->memory + program->logits + at;
    const float *wanted = program->has_targets ? run->memory + program->targets + at : 0;
    const int32_t best = largest(z, classes);
    float *g = inward ? inward + at : 0;
    const double loss = program->loss == SQUARED_ERROR ? squared_error(program, z, labels[n], wanted, g)
                                                       : cross_entropy(program, z, best, labels[n], wanted, g);
    score.loss += loss;
    /* Outputs that are no numbers name no class: the loss of a sample shows it, as the largest of them can't. */
    score.correct += best == labels[n] && loss - loss == 0;
  }
  return score;
}

#endif
