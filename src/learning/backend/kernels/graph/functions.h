/* Functions of vectors, for all 32-bit floats; to some 1e-7 relative. Same bits wherever nothing fuses or reorders. */
#ifndef FADELAB_GRAPH_FUNCTIONS_H
#define FADELAB_GRAPH_FUNCTIONS_H

#include "../vector.h"

#define INFINITE __builtin_inff()

/* 2ⁿ of whole n, |n| ≤ 126. */
INLINE vec power_of_two(ivec n) { return (vec)((n + isplat(127)) << 23); }

/*
 * eˣ: x = n ln 2 + r with |r| ≤ ½ ln 2, the Taylor series of eʳ, and 2ⁿ in two factors, so that results come near 0 and
 * infinity as floats do.
 */
INLINE vec exponential_of(vec x) {
  const vec magic = splat(12582912.0f); /* 1.5 · 2²³: adding it rounds to a whole number. */
  const vec inside = choose(x > splat(89), splat(89), choose(x < splat(-104), splat(-104), x));
  const vec shifted = inside * splat(1.44269504f) + magic;
  const vec n = shifted - magic;
  const vec r = inside - n * splat(0.693359375f) - n * splat(-2.12194440e-4f);
  vec q = splat(1.0f / 5040);
  q = q * r + splat(1.0f / 720);
  q = q * r + splat(1.0f / 120);
  q = q * r + splat(1.0f / 24);
  q = q * r + splat(1.0f / 6);
  q = q * r + splat(0.5f);
  q = q * r * r + r;
  const ivec whole = (ivec)shifted - (ivec)magic, half = whole >> 1;
  const vec first = power_of_two(half), second = power_of_two(whole - half);
  /* What isn't a number has no whole part, but stays none by q. */
  return (q * first + first) * second;
}

/* ln x: x = 2ᵉ m with m in [√½, √2), ln m = 2 (s + s³/3 + s⁵/5 + …), s = (m − 1) / (m + 1). */
INLINE vec logarithm_of(vec x) {
  const ivec is_small = x < splat(1.17549435e-38f);
  const vec scaled = choose(is_small, x * splat(8388608.0f), x);
  const ivec bits = (ivec)scaled;
  vec e = __builtin_convertvector(((bits >> 23) & isplat(255)) - isplat(127), vec) - choose(is_small, splat(23), splat(0));
  vec m = (vec)((bits & isplat(0x7fffff)) | isplat(0x3f800000));
  const ivec is_high = m > splat(1.41421356f);
  m = choose(is_high, m * splat(0.5f), m);
  e = choose(is_high, e + splat(1), e);
  const vec s = (m - splat(1)) / (m + splat(1)), z = s * s;
  vec sum = splat(1.0f / 11);
  sum = sum * z + splat(1.0f / 9);
  sum = sum * z + splat(1.0f / 7);
  sum = sum * z + splat(1.0f / 5);
  sum = sum * z + splat(1.0f / 3);
  const vec twice = s + s;
  const vec found = e * splat(0.693359375f) + ((twice * z * sum + e * splat(-2.12194440e-4f)) + twice);
  const vec none = splat(__builtin_nanf(""));
  vec y = choose(x == splat(INFINITE), x, found);
  y = choose(x == splat(0), splat(-INFINITE), y);
  return choose((x < splat(0)) | (x != x), none, y);
}

INLINE vec square_root(vec x) {
#if defined(__wasm__)
  return (vec)wasm_f32x4_sqrt((v128_t)x);
#else
  vec y;
  UNROLL for (int lane = 0; lane < LANES; lane++) y[lane] = __builtin_sqrtf(x[lane]);
  return y;
#endif
}

INLINE vec sigmoid_of(vec x) { return splat(1) / (splat(1) + exponential_of(-x)); }

/*
 * erf x: below 1 its series, 2/√π Σ (−1)ᵏ x²ᵏ⁺¹ / (k! (2k + 1)); above, 1 − t P(t) e^(−x²) with t = 1 / (1 + p x), to
 * 1.5e-7. Source: Abramowitz and Stegun, 7.1.5 and 7.1.26.
 */
INLINE vec error_function(vec x) {
  const vec z = x * x;
  vec near = splat(-1.0f / 6894720); /* k = 9: 9! · 19; the signs alternate up to 1/1 at k = 0. */
  near = near * z + splat(1.0f / 685440);
  near = near * z + splat(-1.0f / 75600);
  near = near * z + splat(1.0f / 9360);
  near = near * z + splat(-1.0f / 1320);
  near = near * z + splat(1.0f / 216);
  near = near * z + splat(-1.0f / 42);
  near = near * z + splat(1.0f / 10);
  near = near * z + splat(-1.0f / 3);
  near = near * z + splat(1);
  near = near * x * splat(1.128379167f);
  const ivec is_negative = x < splat(0);
  const vec size = choose(is_negative, -x, x);
  const vec t = splat(1) / (splat(1) + splat(0.3275911f) * size);
  vec p = splat(1.061405429f);
  p = p * t + splat(-1.453152027f);
  p = p * t + splat(1.421413741f);
  p = p * t + splat(-0.284496736f);
  p = p * t + splat(0.254829592f);
  const vec far = splat(1) - p * t * exponential_of(-z);
  return choose(size < splat(1), near, choose(is_negative, -far, far));
}

#endif
