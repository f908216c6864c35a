/*
 * Programs of graphs as a Node-API library. What is given is checked on the other side, in src/graph/compile/native.ts,
 * which is the only caller.
 */
#include "../processor.h"
#include "program.c"

/* Tables of a program at most. */
#define TABLES 16
#define ARGUMENTS 4

/* Start of a typed array; 0 for anything else. */
static void *contents(napi_env env, napi_value array, napi_typedarray_type *type) {
  void *start = 0;
  if (napi_get_typedarray_info(env, array, type, 0, &start, 0, 0) != napi_ok) start = 0;
  return start;
}

/* run(words, tables, from, to): the place of the instruction that failed, or −1. */
static napi_value run_program(napi_env env, napi_callback_info info) {
  napi_value given[ARGUMENTS], result;
  size_t arguments = ARGUMENTS;
  uint32_t count = 0;
  int32_t from = 0, to = 0;
  napi_typedarray_type type = napi_float32_array;
  Table tables[TABLES];
  napi_get_cb_info(env, info, &arguments, given, 0, 0);
  float *memory = contents(env, given[0], &type);
  napi_get_array_length(env, given[1], &count);
  for (uint32_t k = 0; k < count && k < TABLES; k++) {
    napi_value rows;
    napi_get_element(env, given[1], k, &rows);
    tables[k].rows = contents(env, rows, &type);
    tables[k].is_bytes = type == napi_uint8_array;
  }
  napi_get_value_int32(env, given[2], &from);
  napi_get_value_int32(env, given[3], &to);
  napi_create_int32(env, fadelab_run(memory, tables, from, to), &result);
  return result;
}

/* Bytes from an array's start to the next cache line. */
static napi_value misalignment(napi_env env, napi_callback_info info) {
  napi_value given[ARGUMENTS], result;
  size_t arguments = ARGUMENTS;
  napi_typedarray_type type;
  napi_get_cb_info(env, info, &arguments, given, 0, 0);
  napi_create_int32(env, (int32_t)((64 - (uintptr_t)contents(env, given[0], &type) % 64) % 64), &result);
  return result;
}

/* Exports nothing but `digest` where it can't run. */
__attribute__((visibility("default"))) ON_ANY napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  set_text(env, exports, "digest", AS_TEXT(SOURCE_DIGEST));
  if (!runs_here()) return exports;
  set_number(env, exports, "lanes", LANES);
  set_number(env, exports, "slots", SLOTS);
  set_function(env, exports, "run", run_program);
  set_function(env, exports, "misalignment", misalignment);
  return exports;
}
