#include "lanes.h"

// Two passes. The first writes all scores of four queries (4·4·K bytes, in L1 or L2) and keeps each lane's lowest. The
// width-th lowest of those sixteen is a bound that at least `width` keys meet, and few more than that; so the second pass
// compares sixteen scores at a time and inserts only a handful. Inserting as the scores come, with the width-th nearest so
// far as the bound, took three times as long at K 1024, width 8. It is what remains for widths above 16, with no bound.
enum { TILE = 4 };

// Inserts before the first worse score: equal scores stay in the order in which they came, that is by index.
ALWAYS_INLINE void insert(float *scores, uint16_t *codes, size_t width, float score, uint16_t code) {
  size_t place = width - 1;
  while (place > 0 && score < scores[place - 1]) {
    scores[place] = scores[place - 1];
    codes[place] = codes[place - 1];
    place--;
  }
  scores[place] = score;
  codes[place] = code;
}

ALWAYS_INLINE void keep_nearest(const float *scores, size_t blockCount, float bound, size_t width, float *kept,
                                uint16_t *codes) {
  for (size_t s = 0; s < width; s++) {
    kept[s] = INFINITE_F;
    codes[s] = LETHE_NONE;
  }
  for (size_t block = 0; block < blockCount; block++) {
    uint16_t bits;
    i32x16 candidate = LOAD(scores + block * 16) <= bound;
    LANES(candidate, bits);
    for (; bits; bits &= (uint16_t)(bits - 1)) {
      size_t key = block * 16 + (size_t)__builtin_ctz(bits);
      if (scores[key] < kept[width - 1]) insert(kept, codes, width, scores[key], (uint16_t)key);
      if (kept[width - 1] < bound) bound = kept[width - 1];
    }
  }
}

ALWAYS_INLINE void ranked_tile(const float *queries, size_t stride, size_t n, const float *blocks, const float *halves,
                               size_t blockCount, size_t dimension, size_t width, uint16_t *codes, size_t outputStride,
                               float *scratch) {
  size_t padded = blockCount * 16;
  float *scores = scratch, *kept = scratch + TILE * padded;
  for (size_t i = 0; i < n; i += TILE) {
    const float *query[TILE];
    f32x16 lowest[TILE];
    for (size_t r = 0; r < TILE; r++) {
      query[r] = queries + (i + r < n ? i + r : n - 1) * stride;
      lowest[r] = (f32x16){0} + INFINITE_F;
    }
    for (size_t block = 0; block < blockCount; block++) {
      f32x16 half = LOAD(halves + block * 16);
      f32x16 score[TILE] = {half, half, half, half};
      for (size_t j = 0; j < dimension; j++) {
        f32x16 key = LOAD(blocks + (block * dimension + j) * 16);
        for (size_t r = 0; r < TILE; r++) score[r] -= key * query[r][j];
      }
      for (size_t r = 0; r < TILE; r++) {
        i32x16 less = score[r] < lowest[r];
        lowest[r] = SELECT(less, score[r], lowest[r]);
        STORE(scores + r * padded + block * 16, score[r]);
      }
    }
    for (size_t r = 0; r < TILE && i + r < n; r++) {
      float bound = width <= 16 ? lethe_lane_bound(&lowest[r], width) : INFINITE_F;
      keep_nearest(scores + r * padded, blockCount, bound, width, kept, codes + (i + r) * outputStride);
    }
  }
}

MULTIVERSION
void lethe_ranked(const float *queries, size_t stride, size_t n, const float *blocks, const float *halves, size_t count,
                  size_t dimension, size_t width, uint16_t *codes, size_t outputStride, float *scratch) {
  size_t blockCount = (count + 15) / 16;
  switch (dimension) {
  case 8: ranked_tile(queries, stride, n, blocks, halves, blockCount, 8, width, codes, outputStride, scratch); break;
  case 14: ranked_tile(queries, stride, n, blocks, halves, blockCount, 14, width, codes, outputStride, scratch); break;
  case 16: ranked_tile(queries, stride, n, blocks, halves, blockCount, 16, width, codes, outputStride, scratch); break;
  default: ranked_tile(queries, stride, n, blocks, halves, blockCount, dimension, width, codes, outputStride, scratch);
  }
}
