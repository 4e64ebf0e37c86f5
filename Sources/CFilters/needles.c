#include "include/CFilters.h"

// A polynomial hash modulo 2⁶⁴, rolled over the bytes: h' = (h − (out + 1)·B³¹)·B + (in + 1). The one added keeps leading zeros
// from vanishing. Low bits of such a hash are weak, so the filter looks at the high ones.
#define BASE 0x9E3779B97F4A7C15u

static uint64_t top_power(void) {
  uint64_t power = 1;
  for (int i = 1; i < LETHE_NEEDLE; i++) power *= BASE;
  return power;
}

uint64_t lethe_needle_hash(const uint8_t *bytes) {
  uint64_t hash = 0;
  for (int i = 0; i < LETHE_NEEDLE; i++) hash = hash * BASE + bytes[i] + 1;
  return hash;
}

size_t lethe_find_needle(
    const uint8_t *bytes, size_t n, size_t start, const uint64_t *filter, unsigned filter_bits, uint64_t *hash) {
  if (n < LETHE_NEEDLE || start > n - LETHE_NEEDLE) return n;
  uint64_t power = top_power(), h = lethe_needle_hash(bytes + start);
  for (size_t i = start;; i++) {
    uint64_t slot = h >> (64 - filter_bits);
    if (filter[slot >> 6] >> (slot & 63) & 1) {
      *hash = h;
      return i;
    }
    if (i + LETHE_NEEDLE >= n) return n;
    h = (h - (bytes[i] + (uint64_t)1) * power) * BASE + bytes[i + LETHE_NEEDLE] + 1;
  }
}
