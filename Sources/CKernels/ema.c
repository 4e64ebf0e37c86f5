#include "vector.h"

void lethe_gather_rows(const float *table, size_t width, const uint32_t *order, size_t n, float *out) {
  for (size_t i = 0; i < n; i++) memcpy(out + i * width, table + (size_t)order[i] * width, width * sizeof(float));
}

MULTIVERSION
size_t lethe_ema_update(const float *queries, const uint16_t *codes, size_t n, size_t count, size_t dimension, float decay,
                        float epsilon, float deadBelow, float *counts, float *sums, float *blocks, float *batchCounts,
                        float *batchSums, uint16_t *dead) {
  size_t blockCount = (count + 15) / 16, padded = blockCount * 16;
  memset(batchCounts, 0, padded * sizeof(float));
  memset(batchSums, 0, padded * dimension * sizeof(float));
  for (size_t i = 0; i < n; i++) {
    if (codes[i] == LETHE_NONE) continue;
    size_t key = codes[i];
    batchCounts[key] += 1.0f;
    float *sum = batchSums + key / 16 * dimension * 16 + key % 16;
    for (size_t j = 0; j < dimension; j++) sum[j * 16] += queries[i * dimension + j];
  }

  float fresh = 1.0f - decay;
  // Lanes past `count` never receive a query, so their N stays 0 and adds nothing to the total.
  double total = 0.0;
  for (size_t key = 0; key < padded; key++) {
    counts[key] = decay * counts[key] + fresh * batchCounts[key];
    total += (double)counts[key];
  }
  float whole = (float)total;
  float denominator = (float)(total + (double)count * (double)epsilon);
  for (size_t block = 0; block < blockCount; block++) {
    f32x16 smoothed = (LOAD(counts + block * 16) + epsilon) / denominator * whole;
    for (size_t j = 0; j < dimension; j++) {
      size_t at = (block * dimension + j) * 16;
      f32x16 sum = LOAD(sums + at) * decay + LOAD(batchSums + at) * fresh;
      STORE(sums + at, sum);
      STORE(blocks + at, sum / smoothed);
    }
  }

  size_t found = 0;
  for (size_t key = 0; key < count; key++)
    if (counts[key] < deadBelow) dead[found++] = (uint16_t)key;
  return found;
}
