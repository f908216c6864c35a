/*
 * Whether this processor has what a library was compiled for: it may have been built on another machine. Compiled for the
 * oldest processor of its kind, so that it runs where the rest would not.
 */
#ifndef FADELAB_PROCESSOR_H
#define FADELAB_PROCESSOR_H

#include <node_api.h>

#define TEXT(name) #name
#define AS_TEXT(name) TEXT(name)

#if defined(__x86_64__)
#define ON_ANY __attribute__((target("arch=x86-64")))
#else
#define ON_ANY
#endif

ON_ANY static int runs_here(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
#define NEEDS(feature) if (!__builtin_cpu_supports(feature)) return 0;
#if defined(__AVX__)
  NEEDS("avx")
#endif
#if defined(__AVX2__)
  NEEDS("avx2")
#endif
#if defined(__FMA__)
  NEEDS("fma")
#endif
#if defined(__AVX512F__)
  NEEDS("avx512f")
#endif
#if defined(__AVX512VL__)
  NEEDS("avx512vl")
#endif
#if defined(__AVX512DQ__)
  NEEDS("avx512dq")
#endif
#if defined(__AVX512BW__)
  NEEDS("avx512bw")
#endif
#endif
  return 1;
}

ON_ANY static void set_function(napi_env env, napi_value exports, const char *name, napi_callback call) {
  napi_value value;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, call, 0, &value);
  napi_set_named_property(env, exports, name, value);
}

ON_ANY static void set_text(napi_env env, napi_value exports, const char *name, const char *text) {
  napi_value value;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  napi_set_named_property(env, exports, name, value);
}

ON_ANY static void set_number(napi_env env, napi_value exports, const char *name, int32_t number) {
  napi_value value;
  napi_create_int32(env, number, &value);
  napi_set_named_property(env, exports, name, value);
}

#endif
