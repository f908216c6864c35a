/*
 * Weighted sums of vectors, as ../../../math/sum.ts has them, bit for bit: in 64 bits, in the given order, each product
 * rounded before it is added, and the sum rounded once.
 */
#include <stddef.h>

/* Elements that are summed at a time: their 64-bit sums stay in the first-level cache. */
#define SUM_STRIDE 512

/* The other kernels may fuse a product with a sum; here that would be another result. */
#if !defined(__wasm__) && (defined(__clang__) ^ defined(FUSES_INSIDE_EXPRESSIONS))
#error "this compiler would fuse sums under these flags, or nothing at all"
#endif
#if defined(__clang__)
#define UNFUSED
#define UNFUSED_BLOCK _Pragma("clang fp contract(off)")
#else
#define UNFUSED __attribute__((optimize("fp-contract=off")))
#define UNFUSED_BLOCK
#endif

UNFUSED static void add_weighted(double *restrict sums, const float *restrict vector, double weight, size_t count) {
  UNFUSED_BLOCK
  for (size_t i = 0; i < count; i++) sums[i] += weight * (double)vector[i];
}

static void weighted_sum(float *total, const float *const *vectors, const double *weights, size_t terms, size_t length) {
  double sums[SUM_STRIDE];
  for (size_t from = 0; from < length; from += SUM_STRIDE) {
    const size_t count = length - from < SUM_STRIDE ? length - from : SUM_STRIDE;
    for (size_t i = 0; i < count; i++) sums[i] = 0;
    for (size_t term = 0; term < terms; term++) add_weighted(sums, vectors[term] + from, weights[term], count);
    for (size_t i = 0; i < count; i++) total[from + i] = (float)sums[i];
  }
}
