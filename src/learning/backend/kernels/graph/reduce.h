/* Sums, and the places of the largest. */
#ifndef FADELAB_GRAPH_REDUCE_H
#define FADELAB_GRAPH_REDUCE_H

#include "instruction.h"

/* Sums at a time side by side, and partial sums of numbers in line: fixed, so that no processor's width shows. */
#define SUMS 256
#define PARTS 16

/*
 * Sums over axes, in 64 bits, in ascending order of their indices. Words: where they go, then how what stays is walked, and
 * how what is summed is, from the first place of each.
 */
typedef struct {
  Instruction head;
  int32_t place, count, terms, walks[];
} Sum;

/* Σ of numbers that lie in line, as PARTS sums that are then added pair by pair. */
static double sum_line(const float *from, int32_t count) {
  double parts[PARTS] = {0};
  int32_t j = 0;
  for (; j + PARTS <= count; j += PARTS) {
    for (int32_t l = 0; l < PARTS; l++) parts[l] += from[j + l];
  }
  for (int32_t l = 0; j + l < count; l++) parts[l] += from[j + l];
  for (int32_t width = PARTS / 2; width > 0; width /= 2) {
    for (int32_t l = 0; l < width; l++) parts[l] += parts[l + width];
  }
  return parts[0];
}

/* Of each number that stays, one after the other. */
static void sum_each(const Sum *sum, Walk stays, Walk summed, float *to) {
  const int32_t last = summed.rank - 1;
  const int32_t is_line = last >= 0 && summed.strides[last] == 1;
  const int32_t length = is_line ? summed.sizes[last] : 1;
  const float *start = summed.from;
  for (int32_t k = 0; k < sum->count; k++, advance(&stays, 1)) {
    Walk own = summed;
    own.from = stays.from + (summed.from - start);
    double total = 0;
    for (int32_t t = 0; t < sum->terms; t += length, advance(&own, length)) {
      total += is_line ? sum_line(own.from, length) : (double)*own.from;
    }
    to[k] = (float)total;
  }
}

/* Of numbers that stay side by side, many at a time. */
static void sum_side_by_side(const Sum *sum, Walk stays, Walk summed, float *to) {
  double sums[SUMS];
  const int32_t width = stays.sizes[stays.rank - 1];
  for (int32_t done = 0; done < sum->count;) {
    const int32_t left = width - stays.at[stays.rank - 1], some = left < SUMS ? left : SUMS;
    Walk own = summed;
    own.from = stays.from;
    for (int32_t j = 0; j < some; j++) sums[j] = 0;
    for (int32_t t = 0; t < sum->terms; t++, advance(&own, 1)) {
      for (int32_t j = 0; j < some; j++) sums[j] += own.from[j];
    }
    for (int32_t j = 0; j < some; j++) to[done + j] = (float)sums[j];
    advance(&stays, some);
    done += some;
  }
}

KERNEL static void run_sum(const Machine *machine, const Sum *sum) {
  const Walk stays = walk_of(machine, sum->walks);
  const Walk summed = walk_of(machine, sum->walks + walk_words(sum->walks));
  float *to = machine->memory + sum->place;
  const int32_t is_wide = stays.rank > 0 && stays.strides[stays.rank - 1] == 1 && stays.sizes[stays.rank - 1] > 1;
  if (is_wide) sum_side_by_side(sum, stays, summed, to);
  else sum_each(sum, stays, summed, to);
}

/* Places of the k largest of each row, largest first, of equals the lower. What isn't a number is never among them. */
typedef struct {
  Instruction head;
  int32_t place, from, rows, size, k;
} Top;

KERNEL static void run_top(const Machine *machine, const Top *top) {
  const float *x = machine->memory + top->from;
  int32_t *to = integers(machine, top->place);
  for (int32_t row = 0; row < top->rows; row++, x += top->size, to += top->k) {
    for (int32_t n = 0; n < top->k; n++) {
      int32_t best = -1;
      for (int32_t j = 0; j < top->size; j++) {
        const int32_t is_left = n == 0 || x[j] < x[to[n - 1]] || (x[j] == x[to[n - 1]] && j > to[n - 1]);
        if (is_left && x[j] == x[j] && (best < 0 || x[j] > x[best])) best = j;
      }
      to[n] = best < 0 ? 0 : best;
    }
  }
}

#endif
