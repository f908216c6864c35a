/*
 * The kernels as a Node-API library. Arguments are typed arrays; their sizes are checked on the other side, in
 * ../compiled/native.ts, which is the only caller.
 */
#include <node_api.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "digest.h"
#include "program.c"
#include "processor.h"
#include "sums.h"

#define ARGUMENTS_MOST 7

/* Start of a typed array, 0 for anything else. */
static void *contents(napi_env env, napi_value array, size_t *count) {
  void *start = 0;
  size_t length = 0;
  if (napi_get_typedarray_info(env, array, 0, &length, &start, 0, 0) != napi_ok) start = 0;
  if (count) *count = length;
  return start;
}

/* train(words, features, labels, targets, indices, batch, norms): the sum of the steps' losses. */
static napi_value train(napi_env env, napi_callback_info info) {
  napi_value given[ARGUMENTS_MOST], result;
  size_t count = ARGUMENTS_MOST, indices = 0;
  int32_t batch = 1;
  napi_get_cb_info(env, info, &count, given, 0, 0);
  float *memory = contents(env, given[0], 0);
  const void *features = contents(env, given[1], 0);
  const uint8_t *labels = contents(env, given[2], 0);
  const float *targets = contents(env, given[3], 0);
  const uint32_t *own = contents(env, given[4], &indices);
  napi_get_value_int32(env, given[5], &batch);
  double *norms = contents(env, given[6], 0);
  const int32_t steps = (int32_t)(indices / (size_t)batch);
  napi_create_double(env, fadelab_train(memory, features, labels, targets, own, steps, 0, norms), &result);
  return result;
}

/* evaluate(words, features, labels, targets, count, sums): all samples start at the first one. */
static napi_value evaluate(napi_env env, napi_callback_info info) {
  napi_value given[ARGUMENTS_MOST];
  size_t arguments = ARGUMENTS_MOST;
  int32_t count = 0;
  napi_get_cb_info(env, info, &arguments, given, 0, 0);
  float *memory = contents(env, given[0], 0);
  const void *features = contents(env, given[1], 0);
  const uint8_t *labels = contents(env, given[2], 0);
  const float *targets = contents(env, given[3], 0);
  napi_get_value_int32(env, given[4], &count);
  fadelab_evaluate(memory, features, labels, targets, count, contents(env, given[5], 0));
  return 0;
}

/* forward(words, features, labels, indices) */
static napi_value forward_only(napi_env env, napi_callback_info info) {
  napi_value given[ARGUMENTS_MOST];
  size_t arguments = ARGUMENTS_MOST, count = 0;
  napi_get_cb_info(env, info, &arguments, given, 0, 0);
  float *memory = contents(env, given[0], 0);
  const void *features = contents(env, given[1], 0);
  const uint8_t *labels = contents(env, given[2], 0);
  const uint32_t *own = contents(env, given[3], &count);
  fadelab_forward(memory, features, labels, own, (int32_t)count);
  return 0;
}

/* Bytes from an array's start to the next cache line. */
static napi_value misalignment(napi_env env, napi_callback_info info) {
  napi_value given[ARGUMENTS_MOST], result;
  size_t arguments = ARGUMENTS_MOST;
  napi_get_cb_info(env, info, &arguments, given, 0, 0);
  napi_create_int32(env, (int32_t)((64 - (uintptr_t)contents(env, given[0], 0) % 64) % 64), &result);
  return result;
}

/* murmur(array): the upper half of the digest of its bytes, as 16 hexadecimal digits; undefined of no typed array. */
static napi_value murmur_digits(napi_env env, napi_callback_info info) {
  /* In the order of napi_typedarray_type; the last, of two bytes, is the half floats' of later releases. */
  static const size_t SIZES[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8, 2};
  napi_value given[ARGUMENTS_MOST], result;
  size_t arguments = ARGUMENTS_MOST, count = 0;
  napi_typedarray_type type = napi_uint8_array;
  void *start = 0;
  uint32_t h[WORDS_OF_BLOCK];
  char digits[17];
  napi_get_cb_info(env, info, &arguments, given, 0, 0);
  if (napi_get_typedarray_info(env, given[0], &type, &count, &start, 0, 0) != napi_ok) return 0;
  if ((size_t)type >= sizeof SIZES / sizeof *SIZES) {
    napi_throw_type_error(env, 0, "an array of a kind that is not known");
    return 0;
  }
  murmur(start, count * SIZES[type], h);
  snprintf(digits, sizeof digits, "%08x%08x", (unsigned)h[0], (unsigned)h[1]);
  napi_create_string_latin1(env, digits, 16, &result);
  return result;
}

/* sum(total, vectors, weights): the total takes the weighted sum of an array of vectors as long as itself. */
static napi_value sum(napi_env env, napi_callback_info info) {
  napi_value given[ARGUMENTS_MOST], vector;
  size_t arguments = ARGUMENTS_MOST, length = 0, terms = 0;
  napi_get_cb_info(env, info, &arguments, given, 0, 0);
  float *total = contents(env, given[0], &length);
  const double *weights = contents(env, given[2], &terms);
  const float **vectors = malloc(terms * sizeof *vectors);
  if (vectors == 0) {
    napi_throw_range_error(env, 0, "Array buffer allocation failed");
    return 0;
  }
  for (size_t term = 0; term < terms; term++) {
    napi_get_element(env, given[1], (uint32_t)term, &vector);
    vectors[term] = contents(env, vector, 0);
  }
  weighted_sum(total, vectors, weights, terms, length);
  free(vectors);
  return 0;
}

/*
 * Asks for large pages under an array of bytes that is read in no order: a processor finds few small ones at once. To be
 * asked before anything is written there. Where there are none, nothing changes.
 */
static napi_value enlarge_pages(napi_env env, napi_callback_info info) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  napi_value given[ARGUMENTS_MOST];
  size_t arguments = ARGUMENTS_MOST, count = 0;
  napi_get_cb_info(env, info, &arguments, given, 0, 0);
  const uintptr_t start = (uintptr_t)contents(env, given[0], &count), page = (uintptr_t)sysconf(_SC_PAGESIZE);
  const uintptr_t from = (start + page - 1) / page * page, to = (start + count) / page * page;
  if (to > from) madvise((void *)from, to - from, MADV_HUGEPAGE);
#else
  (void)env, (void)info;
#endif
  return 0;
}

#if defined(__AVX512F__)
#define VECTORS "AVX-512"
#elif defined(__AVX__)
#define VECTORS "AVX2"
#elif defined(__aarch64__)
#define VECTORS "NEON"
#else
#define VECTORS "128-bit"
#endif

/* Exports nothing but `digest` where it can't run. */
__attribute__((visibility("default"))) ON_ANY napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  set_text(env, exports, "digest", AS_TEXT(SOURCE_DIGEST));
  if (!runs_here()) return exports;
  set_text(env, exports, "vectors", VECTORS);
  set_number(env, exports, "words", sizeof(Program) / 4 * 1000 + sizeof(Operation) / 4);
  set_number(env, exports, "tile", LANES * 1000 + TILE_ROWS);
  set_function(env, exports, "train", train);
  set_function(env, exports, "evaluate", evaluate);
  set_function(env, exports, "forward", forward_only);
  set_function(env, exports, "misalignment", misalignment);
  set_function(env, exports, "murmur", murmur_digits);
  set_function(env, exports, "sum", sum);
  set_function(env, exports, "enlargePages", enlarge_pages);
  return exports;
}
