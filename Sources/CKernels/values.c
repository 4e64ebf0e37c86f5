#include "vector.h"

// Votes are added codebook by codebook, so that logits are one chain of additions whoever asks for them: training,
// evaluation, and the curve of forgetting. Four vectors of classes at a time stay in registers.
ALWAYS_INLINE void gather_vectors(const float *table, size_t tableCount, size_t stride, size_t codebooks, size_t keys,
                                  size_t first, size_t classes, const uint16_t *codes, size_t width, size_t selected,
                                  float scale, float *sums, const size_t vectors) {
  f32x16 sum[4] = {{0}, {0}, {0}, {0}};
  for (size_t c = 0; c < codebooks; c++)
    for (size_t s = 0; s < selected; s++) {
      uint16_t code = codes[c * width + s];
      if (code == LETHE_NONE) continue;
      size_t at = (c * keys + code) * stride + first;
      float edge[64] = {0};
      const float *row = table + at;
      if (at + vectors * 16 > tableCount) {
        // The last rows of the table: whole vectors would read past its end.
        memcpy(edge, row, (tableCount - at) * sizeof(float));
        row = edge;
      }
      for (size_t v = 0; v < vectors; v++) sum[v] += LOAD(row + v * 16);
    }
  for (size_t v = 0; v < vectors; v++) {
    float lanes[16];
    STORE(lanes, sum[v] * scale);
    size_t at = first + v * 16;
    if (at < classes) memcpy(sums + at, lanes, (classes - at < 16 ? classes - at : 16) * sizeof(float));
  }
}

MULTIVERSION
void lethe_gather_sum(const float *table, size_t tableCount, size_t stride, size_t codebooks, size_t keys, size_t classes,
                      const uint16_t *codes, size_t width, size_t selected, float scale, float *sums) {
  for (size_t first = 0; first < classes; first += 64) {
    if (classes - first > 16)
      gather_vectors(table, tableCount, stride, codebooks, keys, first, classes, codes, width, selected, scale, sums, 4);
    else
      gather_vectors(table, tableCount, stride, codebooks, keys, first, classes, codes, width, selected, scale, sums, 1);
  }
}

MULTIVERSION
void lethe_scatter(float *table, size_t stride, const uint16_t *codes, size_t codeStride, const float *gradients, size_t n,
                   float step) {
  for (size_t i = 0; i < n; i++) {
    uint16_t code = codes[i * codeStride];
    if (code == LETHE_NONE) continue;
    float *row = table + (size_t)code * stride;
    const float *gradient = gradients + i * stride;
    for (size_t v = 0; v < stride; v += 16) STORE(row + v, LOAD(row + v) - LOAD(gradient + v) * step);
  }
}

MULTIVERSION
int lethe_count_codes(const uint16_t *codes, size_t codebooks, size_t width, size_t selected, size_t keys, const int64_t *members,
                      size_t n, uint32_t *counts) {
  // Thirty-two codebooks at a time: one line of a row at width 1, and their counters stay in the L2 cache while the members pass by.
  enum { SPAN = 32, AHEAD = 8 };
  size_t row = codebooks * width;
  uint16_t highest = 0;
  for (size_t first = 0; first < codebooks; first += SPAN) {
    size_t last = first + SPAN < codebooks ? first + SPAN : codebooks;
    for (size_t i = 0; i < n; i++) {
      const uint16_t *slot = codes + (size_t)members[i] * row + first * width;
      if (i + AHEAD < n) __builtin_prefetch(codes + (size_t)members[i + AHEAD] * row + first * width);
      uint32_t *base = counts + first * keys;
      for (size_t c = first; c < last; c++, slot += width, base += keys)
        for (size_t s = 0; s < selected; s++) {
          uint16_t code = slot[s];
          if (code < keys) base[code]++;
          else if (code != LETHE_NONE) highest = code;
        }
    }
  }
  return highest == 0;
}

size_t lethe_active_pairs(const uint32_t *counts, size_t n, uint32_t *pairs) {
  // Without branches: a fifth of all pairs in no pattern would be guessed wrongly.
  size_t found = 0;
  for (size_t i = 0; i < n; i++) {
    pairs[found] = (uint32_t)i;
    found += counts[i] != 0;
  }
  return found;
}

void lethe_transpose_codes(const uint16_t *const *rows, size_t n, size_t columns, uint16_t *transposed, size_t stride) {
  // Sixteen rows at a time: one cache line read per row, half a line written per column.
  for (size_t start = 0; start < n; start += 16) {
    size_t end = start + 16 < n ? start + 16 : n;
    for (size_t column = 0; column < columns; column++)
      for (size_t i = start; i < end; i++) transposed[column * stride + i] = rows[i][column];
  }
}

double lethe_sum_of_squares(const float *x, size_t n) {
  double sum = 0.0;
  for (size_t i = 0; i < n; i++) sum += (double)x[i] * (double)x[i];
  return sum;
}
