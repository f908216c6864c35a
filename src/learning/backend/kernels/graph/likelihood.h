/* Log-probabilities of labels under logits, and their gradient. */
#ifndef FADELAB_GRAPH_LIKELIHOOD_H
#define FADELAB_GRAPH_LIKELIHOOD_H

#include "functions.h"
#include "instruction.h"

/* Of each of `rows` rows of logits, by the label of each: l, or from l and its gradient, so many words apart, that of the
   logits. */
typedef struct {
  Instruction head;
  int32_t place, logits, labels, rows, classes, likelihood, gradient, stride;
} Likelihood;

/* ln Σ eᶻ less the largest z, in 64 bits. */
INLINE float log_sum(const float *z, int32_t classes, float most) {
  double total = 0;
  for (int32_t j = 0; j < classes; j += LANES) {
    const vec power = exponential_of(load(z + j) - splat(most));
    const int32_t count = classes - j < LANES ? classes - j : LANES;
    for (int32_t lane = 0; lane < count; lane++) total += power[lane];
  }
  return (float)logarithm(total);
}

/* z_label − ln Σ eᶻ. 0, or 1 where a label is out of bounds. */
KERNEL static int32_t run_likelihood(Machine *machine, const Likelihood *of) {
  const float *z = machine->memory + of->logits;
  float *to = machine->memory + of->place;
  for (int32_t row = 0; row < of->rows; row++, z += of->classes) {
    const int32_t label = machine->index = integers(machine, of->labels)[row];
    if (label < 0 || label >= of->classes) return 1;
    float most = z[0];
    for (int32_t j = 1; j < of->classes; j++) most = z[j] > most ? z[j] : most;
    to[row] = (z[label] - most) - log_sum(z, of->classes, most);
  }
  return 0;
}

/* g (1 at the label − e^(z − ln Σ eᶻ)), where l = z_label − ln Σ eᶻ is known. */
KERNEL static int32_t run_likelihood_gradient(Machine *machine, const Likelihood *of) {
  const float *z = machine->memory + of->logits;
  float *to = machine->memory + of->place;
  for (int32_t row = 0; row < of->rows; row++, z += of->classes, to += of->classes) {
    const int32_t label = machine->index = integers(machine, of->labels)[row];
    if (label < 0 || label >= of->classes) return 1;
    const vec known = splat(machine->memory[of->likelihood + row]), chosen = splat(z[label]);
    const float g = machine->memory[of->gradient + row * of->stride];
    for (int32_t j = 0; j < of->classes; j += LANES) {
      const vec power = exponential_of((load(z + j) - chosen) + known);
      put(to + j, splat(-g) * power, of->classes - j);
    }
    to[label] += g;
  }
  return 0;
}

#endif
