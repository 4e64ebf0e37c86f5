#include "outlier.h"
#include "vector.h"

// Keys as 8-bit integers, for screen.c, which says what they are good for.

int lethe_quantize_keys(const float *blocks, const float *halves, size_t count, size_t dimension, float limit, int32_t *bytes,
                        int32_t *offsets, lethe_screen *screen) {
  size_t blockCount = (count + 15) / 16, words = (dimension + 3) / 4;
  *screen = (lethe_screen){0};
  f32x16 highest = {0}, highestHalf = {0};
  i32x16 finite = (i32x16){0} - 1;
  for (size_t block = 0; block < blockCount; block++) {
    f32x16 half = LOAD(halves + block * 16);
    i32x16 usable = half < INFINITE_F;
    f32x16 kept = SELECT(usable, half, (f32x16){0});
    highestHalf = SELECT(kept > highestHalf, kept, highestHalf);
    for (size_t j = 0; j < dimension; j++) {
      f32x16 key = LOAD(blocks + (block * dimension + j) * 16);
      f32x16 size = (f32x16)((i32x16)key & 0x7FFFFFFF);
      finite &= (size < INFINITE_F) | ~usable;
      size = (f32x16)((i32x16)size & usable);
      highest = SELECT(size > highest, size, highest);
    }
  }
  float largest = 0.0f, largestHalf = 0.0f;
  for (size_t lane = 0; lane < 16; lane++) {
    if (!finite[lane]) return 0;
    if (highest[lane] > largest) largest = highest[lane];
    if (highestHalf[lane] > largestHalf) largestHalf = highestHalf[lane];
  }
  if (largest > limit) largest = limit;
  // Outside of this the scales or their product would not be normal numbers.
  if (dimension > 1024 || !(largest > 1e-15f && largest < 1e15f)) return 0;
  float inverse = 127.0f / largest;
  for (size_t block = 0; block < blockCount; block++) {
    i32x16 usable = LOAD(halves + block * 16) < INFINITE_F, sum = {0}, length = {0}, beyond = {0};
    for (size_t j = 0; j < dimension; j++) {
      f32x16 key = LOAD(blocks + (block * dimension + j) * 16);
      beyond |= (f32x16)((i32x16)key & 0x7FFFFFFF) > largest;
    }
    beyond &= usable;
    i32x16 kept = usable & ~beyond;
    for (size_t w = 0; w < words; w++) {
      i32x16 word = {0};
      for (size_t b = 0; b < 4 && w * 4 + b < dimension; b++) {
        f32x16 key = LOAD(blocks + (block * dimension + w * 4 + b) * 16) * inverse;
        i32x16 sign = (i32x16)key & (int32_t)0x80000000, half = (i32x16)((f32x16){0} + 0.5f);
        // Truncation after adding a half of the same sign rounds to nearest. Unusable keys may hold anything: they become 0.
        f32x16 rounded = (f32x16)((i32x16)(key + (f32x16)(half | sign)) & kept);
        i32x16 value = __builtin_convertvector(rounded, i32x16);
        sum += value;
        i32x16 negative = value < 0;
        length += (value ^ negative) - negative;
        // Negative, so that scores are sums.
        word |= (-value & 0xFF) << (int32_t)(8 * b);
      }
      memcpy(bytes + (block * words + w) * 16, &word, sizeof word);
    }
    // Queries are shifted by 128 to be unsigned, which adds 128·Σ(−k̂). Half of ‖k̂‖₁, a 1024th for the rounding of q/s, and 3
    // for the rounding of what the half-norms add.
    i32x16 offset = ((sum * 128 - length / 2 - length / 1024 - 3) & ~beyond) | (beyond & OUTLIER);
    memcpy(offsets + block * 16, &offset, sizeof offset);
  }
  screen->scale = largest / 127.0f;
  screen->largestKey = largest;
  screen->largestHalf = largestHalf;
  return 1;
}
