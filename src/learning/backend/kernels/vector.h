/* Vectors of 32-bit floats in the compiler's portable extension, and the few functions on them that a step needs. */
#ifndef FADELAB_VECTOR_H
#define FADELAB_VECTOR_H

#include <stdint.h>
#if defined(__wasm__)
#include <wasm_simd128.h>
#endif

/* A product is made in tiles of TILE_ROWS rows by two vectors: as many as the registers hold. More of them spill. */
#if defined(__AVX512F__)
#define LANES 16
#define TILE_ROWS 10
#elif defined(__AVX__)
#define LANES 8
#define TILE_ROWS 6
#elif defined(__aarch64__)
#define LANES 4
#define TILE_ROWS 8
#else
#define LANES 4
#define TILE_ROWS 4
#endif
#define PANEL (2 * LANES)

#define INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#define ROLLED _Pragma("clang loop unroll(disable)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#define ROLLED _Pragma("GCC unroll 1")
#endif

typedef float vec __attribute__((vector_size(4 * LANES)));
typedef int32_t ivec __attribute__((vector_size(4 * LANES)));
typedef uint32_t uvec __attribute__((vector_size(4 * LANES)));
/* The same in memory, where it need not be aligned. */
typedef float loose __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

INLINE vec load(const float *from) { return *(const loose *)from; }
INLINE void store(float *to, vec value) { *(loose *)to = value; }
/* x − 0 is x for every x, so this is one broadcast; x + 0 isn't x for −0, and would stay an addition. */
INLINE vec splat(float x) { return x - (vec){0}; }
INLINE ivec isplat(int32_t x) { return x - (ivec){0}; }

INLINE vec choose(ivec mask, vec yes, vec no) { return (vec)(((ivec)yes & mask) | ((ivec)no & ~mask)); }

/* Lanes 0 … count − 1. */
INLINE ivec lanes_below(int32_t count) {
#if LANES == 16
  const ivec lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#elif LANES == 8
  const ivec lane = {0, 1, 2, 3, 4, 5, 6, 7};
#else
  const ivec lane = {0, 1, 2, 3};
#endif
  return lane < isplat(count);
}

/* Stores the first `count` lanes; what lies behind them stays as it is. */
INLINE void put(float *to, vec value, int32_t count) {
  store(to, count >= LANES ? value : choose(lanes_below(count), value, load(to)));
}

/* to[j] += from[j], j < count; may read and rewrite up to a vector behind. */
INLINE void add_run(float *to, const float *from, int32_t count) {
  for (int32_t j = 0; j < count; j += LANES) put(to + j, load(to + j) + load(from + j), count - j);
}

/* Copies at least `count` floats, and up to a vector more: what lies behind is written afterwards. */
INLINE void copy_over(float *to, const float *from, int32_t count) {
  for (int32_t j = 0; j < count; j += LANES) store(to + j, load(from + j));
}

INLINE void fill(float *to, float value, int64_t count) {
  for (int64_t j = 0; j < count; j++) to[j] = value;
}

INLINE void copy(float *restrict to, const float *restrict from, int64_t count) {
  for (int64_t j = 0; j < count; j++) to[j] = from[j];
}

/* to[j] = from[j] / 255, j < count */
static void from_bytes(float *restrict to, const uint8_t *restrict from, int32_t count) {
  int32_t j = 0;
#if defined(__wasm__)
  /* Left to itself, the compiler converts one at a time. x in the low bits of 2²³ as a float is 2²³ + x. */
  for (; j + 16 <= count; j += 16) {
    const v128_t x = wasm_v128_load(from + j);
    const v128_t halves[2] = {wasm_u16x8_extend_low_u8x16(x), wasm_u16x8_extend_high_u8x16(x)};
    UNROLL for (int k = 0; k < 4; k++) {
      const v128_t half = halves[k / 2];
      const v128_t whole = k % 2 ? wasm_u32x4_extend_high_u16x8(half) : wasm_u32x4_extend_low_u16x8(half);
      const vec shifted = (vec)((ivec)whole | (ivec)splat(8388608.0f));
      store(to + j + 4 * k, (shifted - splat(8388608.0f)) * splat(1.0f / 255.0f));
    }
  }
#endif
  for (; j < count; j++) to[j] = (float)from[j] * (1.0f / 255.0f);
}

/* x where it is above 0; keeps not-a-number, so that a diverged run shows. */
INLINE vec relu(vec x) { return (vec)((ivec)x & ~(x < splat(0))); }

/*
 * eˣ − 1, to 1e-7 relative: x = n ln 2 + r with |r| ≤ ½ ln 2, then the Taylor series of eʳ − 1 and 2ⁿ from its bits.
 * Same bits on every processor that neither fuses nor reorders.
 */
INLINE vec power_less_one(vec x, vec *power_of_two) {
  const vec most = splat(87.0f);
  const vec magic = splat(12582912.0f); /* 1.5 · 2²³: adding it rounds to a whole number. */
  x = choose(x > most, most, choose(x < -most, -most, x));
  const vec shifted = x * splat(1.44269504f) + magic;
  const vec n = shifted - magic;
  const vec r = x - n * splat(0.693359375f) - n * splat(-2.12194440e-4f);
  vec q = splat(1.0f / 5040);
  q = q * r + splat(1.0f / 720);
  q = q * r + splat(1.0f / 120);
  q = q * r + splat(1.0f / 24);
  q = q * r + splat(1.0f / 6);
  q = q * r + splat(0.5f);
  q = q * r * r + r;
  const vec power = (vec)((((ivec)shifted - (ivec)magic) + isplat(127)) << 23);
  *power_of_two = power;
  return q;
}

INLINE vec exponential(vec x) {
  vec power;
  const vec q = power_less_one(x, &power);
  return q * power + power;
}

INLINE vec sigmoid(vec x) { return splat(1) / (splat(1) + exponential(-x)); }

/* tanh x = e / (e + 2), e = e²ˣ − 1 */
INLINE vec hyperbolic_tangent(vec x) {
  vec power;
  const vec q = power_less_one(x + x, &power);
  const vec e = q * power + (power - splat(1));
  const vec limit = splat(10);
  const vec y = e / (e + splat(2));
  return choose(x > limit, splat(1), choose(x < -limit, splat(-1), y));
}

/* ln x for x ≥ 1: x = 2ᵉ m with m near 1, ln m = 2 (s + s³/3 + s⁵/5 + …), s = (m − 1) / (m + 1). */
INLINE double logarithm(double x) {
  if (!(x < 1e300)) return x;
  union {
    double number;
    uint64_t bits;
  } m = {x};
  int32_t e = (int32_t)(m.bits >> 52) - 1023;
  m.bits = (m.bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL;
  if (m.number > 1.4142135623730951) {
    m.number *= 0.5;
    e += 1;
  }
  const double s = (m.number - 1) / (m.number + 1);
  const double z = s * s;
  double sum = 0;
  for (int32_t k = 21; k >= 1; k -= 2) sum = sum * z + 1.0 / k;
  return e * 0.6931471805599453 + 2 * s * sum;
}

#endif
