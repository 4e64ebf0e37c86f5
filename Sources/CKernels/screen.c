#include "lanes.h"
#include "outlier.h"

// Nearest keys by screening: every score is first taken with 8-bit integers, four products an instruction and lane, and
// only keys that could still be among the nearest are scored again in float, by the same chain of operations as in
// nearest.c. So the codes are the same bit for bit, whatever the processor; only the time differs.
//
// Notation of the bounds: q̂ = round(q/s), k̂ = round(k/t) with s = max|q|/127 over a chunk of queries and t = max|k|/127
// over a codebook; u = s·t. For a key's real score S = |k|²/2 − q·k,
//   |q·k − u·q̂·k̂| ≤ Σ|q|·|k − t·k̂| + Σ|t·k̂|·|q − s·q̂| ≤ ‖q‖₁·t/2 + u·‖k̂‖₁/2.
// The second term belongs to the key and is taken off its integer score, which so becomes a lower bound L with
// S ≥ u·L − ‖q‖₁·t/2 (less the rounding of the float chain, at most (d + 3)·2⁻²⁴ of the largest sum it can meet). A group
// of sixteen keys is scored again if the least L in it allows a score that is not above the width-th best found so far.

enum { GROUP = 16, TILE = 32, CHUNK = 256, WIDEST = 16, LARGEST = 1 << 28 };

#if defined(__x86_64__) && defined(__linux__)
#include <immintrin.h>

#define SCREENING __attribute__((target("arch=x86-64-v4,avx512vnni")))

int lethe_can_screen(void) { return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw"); }

/// A chunk of queries on its way through one codebook.
typedef struct {
  const float *queries, *blocks, *halves;
  size_t stride, blockCount, width;
  const int32_t *bytes, *bases;
  int32_t *minima;
  uint16_t *lists;
  float *scores;
  // Where groups are only to be listed: the bound of each query, and how many groups it leaves open.
  const float *bounds;
  uint32_t *counts;
  double unitsAScore, keyScale, rounding, largestKey, largestHalf;
} chunk_t;

// Sixteen numbers of a query from dimension `j` on, zeros past the last.
SCREENING ALWAYS_INLINE __m512 part(const float *query, size_t j, size_t dimension) {
  size_t left = dimension - j;
  return _mm512_maskz_loadu_ps(left < 16 ? (__mmask16)((1u << left) - 1) : 0xFFFF, query + j);
}

// The largest absolute number of the queries, infinity where one is not finite; the largest Euclidean norm to `norm`.
SCREENING ALWAYS_INLINE float largest_of(const float *queries, size_t stride, size_t n, size_t dimension, float *norm) {
  __m512 largest = _mm512_setzero_ps();
  float square = 0.0f;
  __mmask16 odd = 0;
  for (size_t i = 0; i < n; i++) {
    __m512 sum = _mm512_setzero_ps();
    for (size_t j = 0; j < dimension; j += 16) {
      __m512 x = _mm512_abs_ps(part(queries + i * stride, j, dimension));
      odd |= _mm512_cmp_ps_mask(x, _mm512_set1_ps(INFINITE_F), _CMP_NLT_UQ);
      largest = _mm512_max_ps(largest, x);
      sum = _mm512_add_ps(sum, _mm512_mul_ps(x, x));
    }
    float own = _mm512_reduce_add_ps(sum);
    if (own > square) square = own;
  }
  *norm = __builtin_sqrtf(square) * 1.001f;
  return odd ? INFINITE_F : _mm512_reduce_max_ps(largest);
}

// Sixteen queries as unsigned bytes, [word][query]; those past the last repeat it.
SCREENING ALWAYS_INLINE void quantize_queries(const chunk_t *c, size_t first, size_t n, float inverse, size_t dimension,
                                              __m512i *out) {
  uint32_t lanes[256][16];
  for (size_t r = 0; r < 16; r++) {
    const float *query = c->queries + (first + r < n ? first + r : n - 1) * c->stride;
    for (size_t j = 0; j < dimension; j += 16) {
      __m512i integers = _mm512_cvtps_epi32(_mm512_mul_ps(part(query, j, dimension), _mm512_set1_ps(inverse)));
      __m128i bytes = _mm512_cvtepi32_epi8(_mm512_add_epi32(integers, _mm512_set1_epi32(128)));
      uint32_t words[4];
      _mm_storeu_si128((__m128i *)words, bytes);
      for (size_t w = 0; w < 4 && j + w * 4 < dimension; w++) lanes[j / 4 + w][r] = words[w];
    }
  }
  for (size_t w = 0; w * 4 < dimension; w++) out[w] = _mm512_loadu_si512(lanes[w]);
}

// The least lower bound of each group for 32 queries, [group][32].
SCREENING ALWAYS_INLINE void group_minima(const chunk_t *c, const __m512i *q0, const __m512i *q1, size_t words) {
  for (size_t block = 0; block < c->blockCount; block++) {
    __m512i least0 = _mm512_set1_epi32(INT32_MAX), least1 = least0;
    const int32_t *base = c->bases + block * GROUP, *bytes = c->bytes + block * words * GROUP;
    for (size_t key = 0; key < GROUP; key++) {
      __m512i a = _mm512_set1_epi32(base[key]), b = a;
      for (size_t w = 0; w < words; w++) {
        __m512i word = _mm512_set1_epi32(bytes[w * GROUP + key]);
        a = _mm512_dpbusd_epi32(a, q0[w], word);
        b = _mm512_dpbusd_epi32(b, q1[w], word);
      }
      least0 = _mm512_min_epi32(least0, a);
      least1 = _mm512_min_epi32(least1, b);
    }
    _mm512_storeu_si512(c->minima + block * TILE, least0);
    _mm512_storeu_si512(c->minima + block * TILE + 16, least1);
  }
}

// The `width`-th least of the groups' minima, for each of sixteen queries: a sorting network of one insertion a group.
SCREENING ALWAYS_INLINE __m512i ranked_minimum(const chunk_t *c, size_t half, size_t width) {
  __m512i kept[WIDEST];
  for (size_t s = 0; s < width; s++) kept[s] = _mm512_set1_epi32(INT32_MAX);
  for (size_t block = 0; block < c->blockCount; block++) {
    __m512i x = _mm512_loadu_si512(c->minima + block * TILE + half * 16);
    for (size_t s = 0; s < width; s++) {
      __m512i lower = _mm512_min_epi32(kept[s], x);
      x = _mm512_max_epi32(kept[s], x);
      kept[s] = lower;
    }
  }
  return kept[width - 1];
}

// Lists, for each of sixteen queries, the groups whose minimum lies above `from` and not above `to`.
SCREENING ALWAYS_INLINE void list_open(const chunk_t *c, unsigned members, size_t half, __m512i from, __m512i to, uint32_t *counts) {
  for (size_t block = 0; block < c->blockCount; block++) {
    __m512i least = _mm512_loadu_si512(c->minima + block * TILE + half * 16);
    unsigned open = _mm512_cmple_epi32_mask(least, to) & _mm512_cmpgt_epi32_mask(least, from) & members;
    for (; open; open &= open - 1) {
      size_t r = (size_t)__builtin_ctz(open);
      c->lists[r * c->blockCount + counts[r]++] = (uint16_t)block;
    }
  }
}

// The lowest scores of a query so far, and where they were found: each lane's own.
typedef struct {
  f32x16 lowest;
  i32x16 at;
} lanes_t;

// Scores the groups `start` to `end` of a query's list in float. They come in any order, so equal scores go by index here.
SCREENING ALWAYS_INLINE void score_listed(const chunk_t *c, size_t r, size_t start, size_t end, const float *query,
                                          size_t dimension, size_t width, lanes_t *lanes) {
  for (size_t place = start; place < end; place++) {
    size_t block = c->lists[r * c->blockCount + place];
    f32x16 score = LOAD(c->halves + block * 16);
    for (size_t j = 0; j < dimension; j++) score -= LOAD(c->blocks + (block * dimension + j) * 16) * query[j];
    i32x16 number = (i32x16){0} + (int32_t)block;
    i32x16 better = (score < lanes->lowest) | ((score == lanes->lowest) & (number < lanes->at));
    lanes->lowest = SELECT(better, score, lanes->lowest);
    lanes->at = (better & number) | (~better & lanes->at);
    if (width > 1) STORE(c->scores + (place - start) * 16, score);
  }
}

// The lowest of sixteen lanes, ties to the lowest index.
SCREENING ALWAYS_INLINE uint16_t lowest_key(const lanes_t *lanes) {
  __m512 scores = (__m512)lanes->lowest;
  float lowest = _mm512_reduce_min_ps(scores);
  if (!(lowest < INFINITE_F)) return LETHE_NONE;
  __mmask16 same = _mm512_cmp_ps_mask(scores, _mm512_set1_ps(lowest), _CMP_EQ_OQ);
  __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  __m512i keys = _mm512_add_epi32(_mm512_slli_epi32((__m512i)lanes->at, 4), lane);
  return (uint16_t)_mm512_mask_reduce_min_epi32(same, keys);
}

// Takes the scores of the groups `start` to `end` of a query's list that are at most `bound` into its nearest keys, which are kept in
// order of (score, index).
SCREENING ALWAYS_INLINE void keep_lowest(const chunk_t *c, size_t r, size_t start, size_t end, float bound, size_t width,
                                         float *kept, uint16_t *codes) {
  for (size_t place = start; place < end; place++) {
    const float *scores = c->scores + (place - start) * 16;
    __m512 lanes = _mm512_loadu_ps(scores);
    // An unusable key scores +infinity: it is no candidate although an empty place is no nearer.
    unsigned open = _mm512_cmp_ps_mask(lanes, _mm512_set1_ps(bound), _CMP_LE_OQ) &
                    (unsigned)_mm512_cmp_ps_mask(lanes, _mm512_set1_ps(INFINITE_F), _CMP_LT_OQ);
    for (; open; open &= open - 1) {
      size_t lane = (size_t)__builtin_ctz(open), at = width;
      uint16_t code = (uint16_t)(c->lists[r * c->blockCount + place] * 16 + lane);
      float score = scores[lane];
      for (; at > 0 && (score < kept[at - 1] || (score == kept[at - 1] && code < codes[at - 1])); at--)
        if (at < width) kept[at] = kept[at - 1], codes[at] = codes[at - 1];
      if (at < width) kept[at] = score, codes[at] = code;
    }
  }
}

// The largest integer score at which a key of a query can still score `bound` or less.
SCREENING ALWAYS_INLINE int32_t limit_of(const chunk_t *c, const float *query, float bound, size_t dimension) {
  __m512 sizes = _mm512_setzero_ps();
  for (size_t j = 0; j < dimension; j += 16) sizes = _mm512_add_ps(sizes, _mm512_abs_ps(part(query, j, dimension)));
  double length = (double)_mm512_reduce_add_ps(sizes) * 1.0001;
  double slack = length * (c->keyScale * 0.5001 + c->largestKey * c->rounding) + c->largestHalf * c->rounding;
  double units = ((double)bound + slack) * c->unitsAScore + 2.0;
  return units < -2e9 ? INT32_MIN : units < 2e9 ? (int32_t)units : INT32_MAX;
}

// Lists for up to sixteen queries the groups that their bounds leave open. Returns how many.
SCREENING ALWAYS_INLINE size_t list_within(const chunk_t *all, size_t first, size_t n, size_t half, size_t dimension) {
  chunk_t c = *all;
  int32_t limits[16] = {0};
  size_t total = 0;
  c.lists += first * c.blockCount;
  for (size_t r = 0; r < n; r++) {
    limits[r] = limit_of(&c, c.queries + (first + r) * c.stride, c.bounds[first + r], dimension);
    c.counts[first + r] = 0;
  }
  list_open(&c, n < 16 ? (1u << n) - 1 : 0xFFFF, half, _mm512_set1_epi32(INT32_MIN), _mm512_loadu_si512(limits), c.counts + first);
  for (size_t r = 0; r < n; r++) total += c.counts[first + r];
  return total;
}

// The nearest keys of up to sixteen queries from the minima of all groups. First the groups that hold the least bounds: what they
// score is a bound itself, and then the few groups that it leaves open. Returns how many groups were scored.
SCREENING ALWAYS_INLINE size_t settle(const chunk_t *c, size_t first, size_t n, size_t half, size_t dimension, size_t width,
                                      uint16_t *codes, size_t outputStride) {
  uint32_t counts[16] = {0}, counted[16];
  int32_t limits[16] = {0};
  lanes_t lanes[16];
  float kept[16][WIDEST];
  unsigned members = n < 16 ? (1u << n) - 1 : 0xFFFF;
  __m512i least = ranked_minimum(c, half, width);
  list_open(c, members, half, _mm512_set1_epi32(INT32_MIN), least, counts);
  for (size_t r = 0; r < n; r++) {
    const float *query = c->queries + (first + r) * c->stride;
    uint16_t *out = codes + (first + r) * outputStride;
    for (size_t s = 0; s < width; s++) kept[r][s] = INFINITE_F, out[s] = LETHE_NONE;
    lanes[r].lowest = (f32x16){0} + INFINITE_F;
    lanes[r].at = (i32x16){0} + INT32_MAX / 16;
    score_listed(c, r, 0, counts[r], query, dimension, width, &lanes[r]);
    float bound = _mm512_reduce_min_ps((__m512)lanes[r].lowest);
    if (width > 1) {
      keep_lowest(c, r, 0, counts[r], lethe_lane_bound(&lanes[r].lowest, width), width, kept[r], out);
      bound = kept[r][width - 1];
    }
    limits[r] = limit_of(c, query, bound, dimension);
    counted[r] = counts[r];
  }
  list_open(c, members, half, least, _mm512_loadu_si512(limits), counts);
  size_t total = 0;
  for (size_t r = 0; r < n; r++) {
    const float *query = c->queries + (first + r) * c->stride;
    uint16_t *out = codes + (first + r) * outputStride;
    score_listed(c, r, counted[r], counts[r], query, dimension, width, &lanes[r]);
    if (width == 1) *out = lowest_key(&lanes[r]);
    else keep_lowest(c, r, counted[r], counts[r], kept[r][width - 1], width, kept[r], out);
    total += counts[r];
  }
  return total;
}

// What the integer scores of a group start from: half-norms in units and what was taken off for the keys' own terms. A key that is
// beyond integers has no products; for it S ≥ |k|²/2 − ‖q‖·|k| with the longest of the queries.
SCREENING ALWAYS_INLINE void lower_bounds(const chunk_t *c, size_t block, const int32_t *offsets, float norm, int32_t *bases) {
  __m512 half = _mm512_loadu_ps(c->halves + block * 16), scale = _mm512_set1_ps((float)c->unitsAScore);
  __m512i offset = _mm512_loadu_si512(offsets);
  __mmask16 beyond = _mm512_cmpeq_epi32_mask(offset, _mm512_set1_epi32(OUTLIER));
  __m512 product = _mm512_maskz_mul_ps(beyond, _mm512_sqrt_ps(_mm512_add_ps(half, half)), _mm512_set1_ps(norm));
  __m512 units = _mm512_mul_ps(_mm512_sub_ps(half, product), scale), size = _mm512_mul_ps(_mm512_add_ps(half, product), scale);
  // A float has 24 bits: what rounding may have added is taken off, and a lower bound may always be lower.
  units = _mm512_sub_ps(units, _mm512_mul_ps(size, _mm512_set1_ps(0x1p-20f)));
  __m512 limit = _mm512_set1_ps((float)LARGEST);
  units = _mm512_min_ps(_mm512_mask_mov_ps(limit, _mm512_cmp_ps_mask(half, _mm512_set1_ps(INFINITE_F), _CMP_LT_OQ), units), limit);
  // Only a key without products can be this low, so nothing overflows.
  units = _mm512_max_ps(units, _mm512_set1_ps(-2147483000.0f));
  __m512i own = _mm512_mask_mov_epi32(offset, beyond, _mm512_set1_epi32(-3));
  _mm512_storeu_si512(bases, _mm512_add_epi32(_mm512_cvttps_epi32(units), own));
}

SCREENING ALWAYS_INLINE size_t search_chunk(const chunk_t *c, size_t n, float inverse, size_t dimension, size_t words,
                                            uint16_t *codes, size_t outputStride) {
  size_t rechecked = 0;
  for (size_t first = 0; first < n; first += TILE) {
    __m512i q[2][256];
    quantize_queries(c, first, n, inverse, dimension, q[0]);
    quantize_queries(c, first + 16, n, inverse, dimension, q[1]);
    group_minima(c, q[0], q[1], words);
    for (size_t half = 0; half < 2 && first + half * 16 < n; half++) {
      size_t at = first + half * 16, left = n - at < 16 ? n - at : 16;
      if (c->bounds) {
        rechecked += list_within(c, at, left, half, dimension);
        continue;
      }
      rechecked += c->width == 1 ? settle(c, at, left, half, dimension, 1, codes, outputStride)
                                 : settle(c, at, left, half, dimension, c->width, codes, outputStride);
    }
  }
  return rechecked;
}

// Goes through the queries chunk by chunk as long as screening pays; returns how many it has done.
SCREENING
static size_t search_all(chunk_t *c, size_t n, size_t dimension, const int32_t *offsets, const lethe_screen *screen, void *scratch,
                         uint16_t *codes, size_t outputStride, size_t *groups) {
  const float *queries = c->queries, *bounds = c->bounds;
  uint16_t *lists = c->lists;
  uint32_t *counts = c->counts;
  int32_t *bases = scratch;
  size_t done = 0;
  c->bases = bases, c->minima = bases + c->blockCount * GROUP;
  c->keyScale = (double)screen->scale, c->largestKey = (double)screen->largestKey;
  c->rounding = (double)(dimension + 3) * 0x1p-24, c->largestHalf = (double)screen->largestHalf;
  while (done < n) {
    size_t size = n - done < CHUNK ? n - done : CHUNK, rechecked;
    uint16_t *out = codes ? codes + done * outputStride : codes;
    c->queries = queries + done * c->stride;
    if (bounds) c->bounds = bounds + done, c->lists = lists + done * c->blockCount, c->counts = counts + done;
    float norm, largest = largest_of(c->queries, c->stride, size, dimension, &norm), inverse = 127.0f / largest;
    if (!(largest > 1e-15f && largest < 1e15f)) break;
    c->unitsAScore = (double)inverse / c->keyScale;
    for (size_t block = 0; block < c->blockCount; block++) lower_bounds(c, block, offsets + block * 16, norm, bases + block * 16);
    switch (dimension) {
    case 8: rechecked = search_chunk(c, size, inverse, 8, 2, out, outputStride); break;
    case 14: rechecked = search_chunk(c, size, inverse, 14, 4, out, outputStride); break;
    case 16: rechecked = search_chunk(c, size, inverse, 16, 4, out, outputStride); break;
    case 32: rechecked = search_chunk(c, size, inverse, 32, 8, out, outputStride); break;
    default:
      switch ((dimension + 3) / 4) {
      case 1: rechecked = search_chunk(c, size, inverse, dimension, 1, out, outputStride); break;
      case 2: rechecked = search_chunk(c, size, inverse, dimension, 2, out, outputStride); break;
      case 3: rechecked = search_chunk(c, size, inverse, dimension, 3, out, outputStride); break;
      case 4: rechecked = search_chunk(c, size, inverse, dimension, 4, out, outputStride); break;
      default: rechecked = search_chunk(c, size, inverse, dimension, (dimension + 3) / 4, out, outputStride);
      }
    }
    *groups += rechecked;
    done += size;
    // Screening does not pay where more than a quarter is scored again.
    if (rechecked * 4 > size * c->blockCount) break;
  }
  return done;
}

size_t lethe_screened(const float *queries, size_t stride, size_t n, const float *blocks, const float *halves, size_t count,
                      size_t dimension, const int32_t *bytes, const int32_t *offsets, const lethe_screen *screen,
                      size_t width, uint16_t *codes, size_t outputStride, void *scratch, size_t *groups) {
  size_t blockCount = (count + 15) / 16;
  float *scores = (float *)scratch + blockCount * (GROUP + TILE);
  chunk_t c = {.queries = queries, .blocks = blocks, .halves = halves, .stride = stride, .blockCount = blockCount,
               .width = width, .bytes = bytes, .scores = scores, .lists = (uint16_t *)(scores + blockCount * GROUP)};
  return search_all(&c, n, dimension, offsets, screen, scratch, codes, outputStride, groups);
}

size_t lethe_screened_within(const float *queries, size_t stride, size_t n, const float *halves, size_t count, size_t dimension,
                             const int32_t *bytes, const int32_t *offsets, const lethe_screen *screen, const float *bounds,
                             uint16_t *lists, uint32_t *counts, void *scratch) {
  size_t groups = 0;
  chunk_t c = {.queries = queries, .halves = halves, .stride = stride, .blockCount = (count + 15) / 16, .bytes = bytes,
               .bounds = bounds, .lists = lists, .counts = counts};
  return search_all(&c, n, dimension, offsets, screen, scratch, 0, 0, &groups);
}

#else

int lethe_can_screen(void) { return 0; }

size_t lethe_screened(const float *queries, size_t stride, size_t n, const float *blocks, const float *halves, size_t count,
                      size_t dimension, const int32_t *bytes, const int32_t *offsets, const lethe_screen *screen,
                      size_t width, uint16_t *codes, size_t outputStride, void *scratch, size_t *groups) {
  (void)queries, (void)stride, (void)n, (void)blocks, (void)halves, (void)count, (void)dimension, (void)bytes;
  (void)offsets, (void)screen, (void)width, (void)codes, (void)outputStride, (void)scratch, (void)groups;
  return 0;
}

size_t lethe_screened_within(const float *queries, size_t stride, size_t n, const float *halves, size_t count, size_t dimension,
                             const int32_t *bytes, const int32_t *offsets, const lethe_screen *screen, const float *bounds,
                             uint16_t *lists, uint32_t *counts, void *scratch) {
  (void)queries, (void)stride, (void)n, (void)halves, (void)count, (void)dimension, (void)bytes, (void)offsets;
  (void)screen, (void)bounds, (void)lists, (void)counts, (void)scratch;
  return 0;
}

#endif
