#include "vector.h"

MULTIVERSION
void lethe_widen_half(const uint16_t *in, size_t n, float *out) {
  for (size_t i = 0; i < n; i++) {
    uint32_t half = in[i];
    // Exponent and fraction shifted into place are the number times 2⁻¹¹²; the product is exact, subnormals included.
    uint32_t shifted = (half & 0x7FFFu) << 13;
    float magnitude;
    memcpy(&magnitude, &shifted, 4);
    magnitude *= 0x1p112f;
    uint32_t bits;
    memcpy(&bits, &magnitude, 4);
    uint32_t special = (half & 0x7C00u) == 0x7C00u ? 0x7F800000u : 0u;
    bits = bits | special | (half & 0x8000u) << 16;
    memcpy(out + i, &bits, 4);
  }
}

MULTIVERSION
void lethe_widen_byte(const uint8_t *in, size_t n, float scale, float offset, float *out) {
  for (size_t i = 0; i < n; i++) out[i] = (float)in[i] * scale + offset;
}

MULTIVERSION
int lethe_all_finite(const float *in, size_t n) {
  uint32_t broken = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, in + i, 4);
    broken |= (bits & 0x7F800000u) == 0x7F800000u;
  }
  return broken == 0;
}

MULTIVERSION
float lethe_largest(const float *in, size_t n) {
  f32x16 largest = {0};
  for (size_t i = 0; i + 16 <= n; i += 16) {
    f32x16 size = (f32x16)((i32x16)LOAD(in + i) & 0x7FFFFFFF);
    largest = SELECT(size > largest, size, largest);
  }
  float found = 0.0f;
  for (size_t lane = 0; lane < 16; lane++) found = largest[lane] > found ? largest[lane] : found;
  for (size_t i = n / 16 * 16; i < n; i++) {
    float size = __builtin_fabsf(in[i]);
    found = size > found ? size : found;
  }
  return found;
}

MULTIVERSION
void lethe_power_normalize(float *row, size_t n) {
  double sum = 0.0;
  for (size_t i = 0; i < n; i++) sum += (double)__builtin_fabsf(row[i]);
  if (sum == 0.0) return;
  for (size_t i = 0; i < n; i++) {
    float root = __builtin_sqrtf((float)((double)__builtin_fabsf(row[i]) / sum));
    row[i] = __builtin_copysignf(root, row[i]);
  }
}

MULTIVERSION
int lethe_codes_in_range(const uint16_t *codes, size_t n, size_t keys) {
  uint16_t bound = (uint16_t)keys, broken = 0;
  for (size_t i = 0; i < n; i++) broken |= (uint16_t)(codes[i] >= bound && codes[i] != LETHE_NONE);
  return broken == 0;
}
