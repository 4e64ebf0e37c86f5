#include "vector.h"

// Most blocks hold nothing nearer than the width-th nearest so far, so one comparison of sixteen lanes settles them; the
// rest go through insertion, about width·ln(K/width) times a query when keys lie in no particular order.
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

ALWAYS_INLINE void ranked_tile(const float *queries, size_t stride, size_t n, const float *blocks, const float *halves,
                               size_t blockCount, size_t dimension, size_t width, uint16_t *codes, size_t outputStride,
                               float *scores) {
  for (size_t i = 0; i < n; i += TILE) {
    const float *query[TILE];
    for (size_t r = 0; r < TILE; r++) query[r] = queries + (i + r < n ? i + r : n - 1) * stride;
    size_t rows = n - i < TILE ? n - i : TILE;
    for (size_t r = 0; r < rows; r++)
      for (size_t s = 0; s < width; s++) {
        scores[r * width + s] = INFINITE_F;
        codes[(i + r) * outputStride + s] = LETHE_NONE;
      }
    for (size_t block = 0; block < blockCount; block++) {
      f32x16 half = LOAD(halves + block * 16);
      f32x16 score[TILE] = {half, half, half, half};
      for (size_t j = 0; j < dimension; j++) {
        f32x16 key = LOAD(blocks + (block * dimension + j) * 16);
        for (size_t r = 0; r < TILE; r++) score[r] -= key * query[r][j];
      }
      for (size_t r = 0; r < rows; r++) {
        float *mine = scores + r * width;
        uint16_t bits;
        i32x16 less = score[r] < mine[width - 1];
        LANES(less, bits);
        if (!bits) continue;
        float lanes[16];
        STORE(lanes, score[r]);
        for (; bits; bits &= (uint16_t)(bits - 1)) {
          unsigned lane = (unsigned)__builtin_ctz(bits);
          if (lanes[lane] < mine[width - 1])
            insert(mine, codes + (i + r) * outputStride, width, lanes[lane], (uint16_t)(block * 16 + lane));
        }
      }
    }
  }
}

MULTIVERSION
void lethe_ranked(const float *queries, size_t stride, size_t n, const float *blocks, const float *halves, size_t count,
                  size_t dimension, size_t width, uint16_t *codes, size_t outputStride, float *scores) {
  size_t blockCount = (count + 15) / 16;
  switch (dimension) {
  case 8: ranked_tile(queries, stride, n, blocks, halves, blockCount, 8, width, codes, outputStride, scores); break;
  case 14: ranked_tile(queries, stride, n, blocks, halves, blockCount, 14, width, codes, outputStride, scores); break;
  case 16: ranked_tile(queries, stride, n, blocks, halves, blockCount, 16, width, codes, outputStride, scores); break;
  default: ranked_tile(queries, stride, n, blocks, halves, blockCount, dimension, width, codes, outputStride, scores);
  }
}
