#include "vector.h"

// Four queries share each load of sixteen keys. On a Zen 5 core 4 × 16 reached 91 GFLOP/s with AVX-512 and 83 with AVX2 at
// d 14, K 1024; 8 × 16 and 4 × 32 gained nothing on one and lost up to 20 % on the other.
enum { TILE = 4 };

void lethe_pack_keys(const float *keys, size_t count, size_t dimension, float *blocks) {
  for (size_t block = 0; block * 16 < count; block++)
    for (size_t j = 0; j < dimension; j++)
      for (size_t lane = 0; lane < 16; lane++) {
        size_t key = block * 16 + lane;
        blocks[(block * dimension + j) * 16 + lane] = key < count ? keys[key * dimension + j] : 0.0f;
      }
}

void lethe_unpack_keys(const float *blocks, size_t count, size_t dimension, float *keys) {
  for (size_t key = 0; key < count; key++)
    for (size_t j = 0; j < dimension; j++) keys[key * dimension + j] = blocks[(key / 16 * dimension + j) * 16 + key % 16];
}

MULTIVERSION
void lethe_half_norms(const float *blocks, const uint8_t *usable, size_t count, size_t dimension, float *halves) {
  for (size_t block = 0; block * 16 < count; block++) {
    f32x16 sum = {0};
    for (size_t j = 0; j < dimension; j++) {
      f32x16 key = LOAD(blocks + (block * dimension + j) * 16);
      sum += key * key;
    }
    STORE(halves + block * 16, sum * 0.5f);
    for (size_t lane = 0; lane < 16; lane++) {
      size_t key = block * 16 + lane;
      if (key >= count || (usable && !usable[key])) halves[key] = INFINITE_F;
    }
  }
}

// `dimension` is a constant where this is called with one, so that the inner loop unrolls.
ALWAYS_INLINE void nearest_tile(const float *queries, size_t stride, size_t n, const float *blocks, const float *halves,
                                size_t blockCount, size_t dimension, uint16_t *codes, size_t outputStride) {
  for (size_t i = 0; i < n; i += TILE) {
    const float *query[TILE];
    f32x16 best[TILE];
    i32x16 at[TILE];
    for (size_t r = 0; r < TILE; r++) {
      // A tile past the end repeats the last query: one code path, and results that are thrown away.
      query[r] = queries + (i + r < n ? i + r : n - 1) * stride;
      best[r] = (f32x16){0} + INFINITE_F;
      at[r] = (i32x16){0} - 1;
    }
    for (size_t block = 0; block < blockCount; block++) {
      f32x16 half = LOAD(halves + block * 16);
      f32x16 score[TILE] = {half, half, half, half};
      for (size_t j = 0; j < dimension; j++) {
        f32x16 key = LOAD(blocks + (block * dimension + j) * 16);
        for (size_t r = 0; r < TILE; r++) score[r] -= key * query[r][j];
      }
      for (size_t r = 0; r < TILE; r++) {
        i32x16 less = score[r] < best[r];
        best[r] = SELECT(less, score[r], best[r]);
        at[r] = (less & (int32_t)block) | (~less & at[r]);
      }
    }
    for (size_t r = 0; r < TILE && i + r < n; r++) {
      float lowest = INFINITE_F;
      uint32_t code = LETHE_NONE;
      for (uint32_t lane = 0; lane < 16; lane++) {
        if (at[r][lane] < 0) continue;
        float score = best[r][lane];
        uint32_t key = (uint32_t)at[r][lane] * 16 + lane;
        if (score < lowest || (score == lowest && key < code)) {
          lowest = score;
          code = key;
        }
      }
      codes[(i + r) * outputStride] = (uint16_t)code;
    }
  }
}

MULTIVERSION
void lethe_nearest(const float *queries, size_t stride, size_t n, const float *blocks, const float *halves, size_t count,
                   size_t dimension, uint16_t *codes, size_t outputStride) {
  size_t blockCount = (count + 15) / 16;
  switch (dimension) {
  case 8: nearest_tile(queries, stride, n, blocks, halves, blockCount, 8, codes, outputStride); break;
  case 14: nearest_tile(queries, stride, n, blocks, halves, blockCount, 14, codes, outputStride); break;
  case 16: nearest_tile(queries, stride, n, blocks, halves, blockCount, 16, codes, outputStride); break;
  default: nearest_tile(queries, stride, n, blocks, halves, blockCount, dimension, codes, outputStride);
  }
}
