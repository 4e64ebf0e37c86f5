#include "vector.h"

// exp and log of our own: libm's differ between versions and processors, and then so would the trained values.
// exp(x) = 2ⁿ·exp(r), n the nearest integer to x/ln 2, |r| ≤ ln 2 / 2, where the first omitted Taylor term is 5·10⁻⁹.
// ln 2 is taken in two parts, the first with so few bits that n times it is exact.
#define LN2_HIGH 0x1.62e4p-1f
#define LN2_LOW 1.42860682e-6f

ALWAYS_INLINE void exp_negative(const f32x16 *in, f32x16 *out) {
  f32x16 x = *in, low = (f32x16){0} - 87.0f;
  i32x16 inside = x >= low;
  x = SELECT(inside, x, low);
  // Conversion truncates towards zero, and x is not positive: subtracting a half rounds to nearest.
  i32x16 n = __builtin_convertvector(x * 1.44269504f - 0.5f, i32x16);
  f32x16 whole = __builtin_convertvector(n, f32x16);
  f32x16 r = (x - whole * LN2_HIGH) - whole * LN2_LOW;
  f32x16 p = r * (1.0f / 5040.0f) + (1.0f / 720.0f);
  p = p * r + (1.0f / 120.0f);
  p = p * r + (1.0f / 24.0f);
  p = p * r + (1.0f / 6.0f);
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  f32x16 power = (f32x16)((i32x16)p + n * (1 << 23));
  *out = (f32x16)((i32x16)power & inside);
}

MULTIVERSION
float lethe_exp_negative(float x) {
  f32x16 in = (f32x16){0} + x, out;
  exp_negative(&in, &out);
  return out[0];
}

double lethe_log(double x) {
  uint64_t bits;
  memcpy(&bits, &x, 8);
  int exponent = (int)(bits >> 52) - 1023;
  bits = (bits & 0x000FFFFFFFFFFFFFu) | 0x3FF0000000000000u;
  double m;
  memcpy(&m, &bits, 8);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent++;
  }
  // log m = 2·(s + s³/3 + s⁵/5 + …) with s = (m−1)/(m+1), |s| ≤ 0.1716: the term in s²³ is below 2⁻⁶⁰ of the sum.
  double s = (m - 1.0) / (m + 1.0), square = s * s, sum = 0.0;
  for (int power = 21; power >= 3; power -= 2) sum = (sum + 1.0 / power) * square;
  return exponent * 0x1.62e42fefa39efp-1 + 2.0 * (s + s * sum);
}

MULTIVERSION
double lethe_softmax_gradient(float *logits, size_t classes, uint32_t label, float smoothing) {
  float highest = logits[0];
  double plain = 0.0;
  for (size_t v = 0; v < classes; v++) {
    if (logits[v] > highest) highest = logits[v];
    plain += (double)logits[v];
  }
  double own = (double)logits[label];
  size_t padded = (classes + 15) / 16 * 16;
  for (size_t v = classes; v < padded; v++) logits[v] = 0.0f;
  for (size_t v = 0; v < padded; v += 16) {
    f32x16 shifted = LOAD(logits + v) - highest, power;
    exp_negative(&shifted, &power);
    STORE(logits + v, power);
  }
  // In the order of the classes, one after the other: a sum over lanes would depend on how many there are.
  float sum = 0.0f;
  for (size_t v = 0; v < classes; v++) sum += logits[v];
  float even = smoothing / (float)classes;
  for (size_t v = 0; v < padded; v += 16) STORE(logits + v, LOAD(logits + v) / sum - even);
  logits[label] -= 1.0f - smoothing;
  for (size_t v = classes; v < padded; v++) logits[v] = 0.0f;
  double target = (1.0 - (double)smoothing) * own + (double)smoothing * (plain / (double)classes);
  return (double)highest + lethe_log((double)sum) - target;
}
