#include "vector.h"

// Four rows by sixteen columns: 107 GFLOP/s with AVX-512 and with AVX2 on a Zen 5 core. 4 × 32 is 7 % faster on the first
// and a third slower on the second. Inputs are taken in chunks so that a panel's chunk stays in L1; partial sums go
// through memory between chunks, which keeps every output one chain of additions in the order of its inputs.
enum { TILE = 4, CHUNK = 256 };

void lethe_pack_panels(const float *projection, size_t codebooks, size_t inputs, size_t dimension, float *panels) {
  size_t columns = codebooks * dimension;
  for (size_t column = 0; column < (columns + 15) / 16 * 16; column++) {
    float *panel = panels + column / 16 * inputs * 16 + column % 16;
    if (column >= columns) {
      for (size_t x = 0; x < inputs; x++) panel[x * 16] = 0.0f;
      continue;
    }
    const float *source = projection + column / dimension * inputs * dimension + column % dimension;
    for (size_t x = 0; x < inputs; x++) panel[x * 16] = source[x * dimension];
  }
}

MULTIVERSION
void lethe_project(const float *const *rows, size_t n, size_t inputs, const float *panels, size_t panelCount, float *out,
                   size_t stride) {
  for (size_t start = 0; start < inputs; start += CHUNK) {
    size_t end = start + CHUNK < inputs ? start + CHUNK : inputs;
    for (size_t p = 0; p < panelCount; p++) {
      const float *panel = panels + p * inputs * 16;
      for (size_t i = 0; i < n; i += TILE) {
        const float *row[TILE];
        f32x16 sum[TILE];
        for (size_t r = 0; r < TILE; r++) {
          size_t source = i + r < n ? i + r : n - 1;
          row[r] = rows[source];
          sum[r] = start ? LOAD(out + source * stride + p * 16) : (f32x16){0};
        }
        for (size_t x = start; x < end; x++) {
          f32x16 weight = LOAD(panel + x * 16);
          for (size_t r = 0; r < TILE; r++) sum[r] += weight * row[r][x];
        }
        for (size_t r = 0; r < TILE && i + r < n; r++) STORE(out + (i + r) * stride + p * 16, sum[r]);
      }
    }
  }
}
