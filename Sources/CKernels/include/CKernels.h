#pragma once

// The numeric kernels of the Bottleneck module: pure functions over the caller's memory. None allocates, keeps state or
// reads a clock; none checks its arguments, which the Swift side has done. Notation: C codebooks, K keys a codebook,
// d key dimension, V classes, D input dimension, k selected keys a codebook.
//
// Every result has the same bits on every CPU: each output is one chain of float operations in a fixed order, no
// multiply-add is fused (-ffp-contract=off), and nothing of libm is called. Sources compile to three x86-64 levels
// (baseline, v3 = AVX2, v4 = AVX-512) chosen at load time, and to one version elsewhere (vector.h).
//
//   kernel                    work                   bound (n queries or rows)
//   lethe_project             2·n·D·16·panels flop   arithmetic; a panel chunk of 256 inputs (16 KiB) stays in L1
//   lethe_nearest             2·n·K·d flop           arithmetic; one codebook's keys (4·K·d bytes) stay in L2
//   lethe_ranked              the same               the same, and a little more than m insertions a query
//   lethe_screened            2·n·K·d integer op     an eighth of the same at best, and the scores that are taken again
//   lethe_screened_within     the same               the same, without any score taken again
//   lethe_staircase           2·n·K'·d flop          arithmetic, K' keys that leave; one event for each Pareto step
//   lethe_gather_sum          n·C·k·V additions      one random row of 4·V bytes a vote
//   lethe_scatter             n·V additions          the same, read and written, for one codebook
//   lethe_softmax_gradient    n·V exponentials       arithmetic
//   lethe_ema_update          5·K·d flop             memory
//   lethe_curve_sweep         V additions an event   one random row an event
//
// Key blocks: keys lie as [ceil(K/16)][d][16] so that sixteen scores advance together; lanes past K hold zeros and a
// half-norm of +infinity. score(key) = |key|²/2 − q·key orders keys as Euclidean distance does and saves |q|².

#include <stddef.h>
#include <stdint.h>

/// The code that means "no key": a codebook without a selectable key, or padding behind the last candidate.
#define LETHE_NONE 0xFFFFu

// nearest.c

/// Copies keys [K][d] into key blocks [ceil(K/16)][d][16], zeros in the lanes past K.
void lethe_pack_keys(const float *keys, size_t count, size_t dimension, float *blocks);

/// Copies key blocks back to keys [K][d].
void lethe_unpack_keys(const float *blocks, size_t count, size_t dimension, float *keys);

/// Half of each key's squared norm, +infinity where `usable` (one byte a key, or NULL for all) is 0 and past K.
void lethe_half_norms(const float *blocks, const uint8_t *usable, size_t count, size_t dimension, float *halves);

/// The nearest key of each query: the lowest score, ties to the lowest index, LETHE_NONE where every score is +infinity
/// or NaN. `stride` counts floats between queries, `outputStride` codes between outputs.
void lethe_nearest(const float *queries, size_t stride, size_t n, const float *blocks, const float *halves, size_t count,
                   size_t dimension, uint16_t *codes, size_t outputStride);

// ranked.c

/// The `width` nearest keys of each query in order of (score, index), padded with LETHE_NONE. `scratch` holds
/// 4·16·ceil(K/16) + width floats: the scores of a tile of four queries, and the kept ones.
void lethe_ranked(const float *queries, size_t stride, size_t n, const float *blocks, const float *halves, size_t count,
                  size_t dimension, size_t width, uint16_t *codes, size_t outputStride, float *scratch);

// quantize.c

/// What screening needs to know of a codebook's keys beside their integers.
typedef struct {
  float scale;        ///< a key's number is about this times its integer
  float largestKey;   ///< the largest absolute number of a usable key
  float largestHalf;  ///< the largest finite half-norm
} lethe_screen;

/// Writes the keys of a codebook as negated 8-bit integers, four dimensions a word, to `bytes` [ceil(K/16)][ceil(d/4)][16], and what
/// belongs to each key in its bound to `offsets` [16·ceil(K/16)]. A key with a number above `limit` gets a bound without products: far
/// keys would coarsen all others. Returns 0, having written nothing of use, where keys are so large,
/// small or many-dimensional that integers can't stand for them.
int lethe_quantize_keys(const float *blocks, const float *halves, size_t count, size_t dimension, float limit, int32_t *bytes,
                        int32_t *offsets, lethe_screen *screen);

// screen.c

/// Whether this processor has the instructions that lethe_screened is made of (AVX-512 VNNI).
int lethe_can_screen(void);

/// The codes that lethe_nearest (width 1) and lethe_ranked (width up to 16) give, bit for bit, found by integers first. Returns how many
/// queries, from the first, it has done: it gives up where that is no quicker or a query is not finite. Adds the groups of sixteen keys
/// that it scored in float to `groups`. `scratch` holds 4·72·ceil(K/16) bytes.
size_t lethe_screened(const float *queries, size_t stride, size_t n, const float *blocks, const float *halves, size_t count,
                      size_t dimension, const int32_t *bytes, const int32_t *offsets, const lethe_screen *screen,
                      size_t width, uint16_t *codes, size_t outputStride, void *scratch, size_t *groups);

/// The groups of sixteen keys that may hold one whose score is at most a query's bound, ascending, to `lists` [n][ceil(K/16)], and how
/// many to `counts` [n]; none that holds such a key is left out. Returns how many queries it has done, gives up and needs `scratch` as
/// lethe_screened.
size_t lethe_screened_within(const float *queries, size_t stride, size_t n, const float *halves, size_t count, size_t dimension,
                             const int32_t *bytes, const int32_t *offsets, const lethe_screen *screen, const float *bounds,
                             uint16_t *lists, uint32_t *counts, void *scratch);

// staircase.c

/// Keys in blocks of sixteen, with their half-norms and their real indices.
typedef struct {
  const float *blocks, *halves;
  const uint16_t *labels;
  size_t count;
} lethe_key_blocks;

/// The scores of `count` keys given by position, +infinity for LETHE_NONE.
void lethe_score_keys(const float *query, const lethe_key_blocks *keys, size_t dimension, const uint16_t *positions, size_t count,
                      float *scores);

/// What one query selects as keys disappear one after the other. `leaving` holds those that do, the last to disappear first. On entry
/// `codes` and `scores` have the real indices and scores of the `width` nearest keys that stay, by (score, real index); on return those
/// of the nearest of all. Each leaving key that is among the `width` nearest of the staying ones, those before it and itself is an
/// event: its position goes to `entered`, the real index that it pushes out (LETHE_NONE if none) to `left`. Returns the number of
/// events; both lists have room for one more than there are leaving keys.
/// `open`, `openCount` of them ascending, are the groups of sixteen in which such a key may be; NULL for all.
size_t lethe_staircase(const float *query, const lethe_key_blocks *leaving, const uint16_t *open, size_t openCount,
                       size_t dimension, size_t width, uint16_t *codes, float *scores, uint16_t *entered, uint16_t *left);

// project.c

/// Packs the projections of `codebooks` codebooks, [codebooks][D][d], into panels [ceil(codebooks·d/16)][D][16]: column
/// c·d + j of the joint matrix is codebook c's column j; columns past the last are zero.
void lethe_pack_panels(const float *projection, size_t codebooks, size_t inputs, size_t dimension, float *panels);

/// out[i][p·16 + l] = Σ rows[i][x]·panels[p][x][l], x ascending, for n rows given by pointer. `stride` ≥ 16·panels.
void lethe_project(const float *const *rows, size_t n, size_t inputs, const float *panels, size_t panelCount, float *out,
                   size_t stride);

// ema.c

/// Copies rows `order[0..<n]` of a [.][width] table into a dense [n][width] one.
void lethe_gather_rows(const float *table, size_t width, const uint32_t *order, size_t n, float *out);

/// One step of the exponential moving average for one codebook: from a batch of queries [n][d] and their codes, updates
/// counts N [16·ceil(K/16)], sums m and keys (both key blocks). Writes the indices with N < deadBelow to `dead` and
/// returns how many. `batchCounts` (like N) and `batchSums` (like m) are scratch.
size_t lethe_ema_update(const float *queries, const uint16_t *codes, size_t n, size_t count, size_t dimension, float decay,
                        float epsilon, float deadBelow, float *counts, float *sums, float *blocks, float *batchCounts,
                        float *batchSums, uint16_t *dead);

// values.c

/// sums[v] = Σ over c, then s, of table[c][codes[c·width + s]][v], LETHE_NONE skipped, times `scale`: the logits of one
/// example. Rows of the table lie `stride` ≥ V floats apart, `keys` rows a codebook; `tableCount` is the number of floats
/// that may be read (rows are read in whole vectors where that stays inside).
void lethe_gather_sum(const float *table, size_t tableCount, size_t stride, size_t codebooks, size_t keys, size_t classes,
                      const uint16_t *codes, size_t width, size_t selected, float scale, float *sums);

/// table[codes[i]] −= step·gradients[i], i ascending, LETHE_NONE skipped. Rows of both are `stride` (a multiple of 16)
/// floats and 64-byte aligned; codes lie `codeStride` apart.
void lethe_scatter(float *table, size_t stride, const uint16_t *codes, size_t codeStride, const float *gradients, size_t n,
                   float step);

/// Adds to `counts` [C][K] how often each pair is among the first `selected` codes of `members`, rows of codes [N][C][width],
/// LETHE_NONE skipped. Returns 0 where another code is not below `keys`.
int lethe_count_codes(const uint16_t *codes, size_t codebooks, size_t width, size_t selected, size_t keys, const int64_t *members,
                      size_t n, uint32_t *counts);

/// The indices of counts above 0, ascending, to `pairs` (room for n + 1); returns how many.
size_t lethe_active_pairs(const uint32_t *counts, size_t n, uint32_t *pairs);

/// transposed[column·stride + i] = rows[i][column]: what lethe_scatter then reads codebook by codebook.
void lethe_transpose_codes(const uint16_t *const *rows, size_t n, size_t columns, uint16_t *transposed, size_t stride);

/// Σ x² in the order given.
double lethe_sum_of_squares(const float *x, size_t n);

// softmax.c

/// Turns logits (room for a multiple of 16; what lies past V is ignored) into softmax(logits) − target, zero past V, where
/// the target is 1 − smoothing for `label` plus smoothing/V for every class. Returns the cross-entropy against it.
double lethe_softmax_gradient(float *logits, size_t classes, uint32_t label, float smoothing);

/// exp(x) for x ≤ 0: a polynomial of degree 7 after reduction by ln 2, relative error below 2⁻²²; 0 below −87.
float lethe_exp_negative(float x);

/// The natural logarithm of a positive normal number by the atanh series, error within 2 units in the last place.
double lethe_log(double x);

// curve.c

/// Sorts events (threshold in the bits above 16) ascending by threshold below 2^bits, stable; `scratch` is as long.
void lethe_sort_events(uint64_t *events, uint64_t *scratch, size_t n, unsigned bits);

/// One example's path through the thresholds: see curve.c.
typedef struct {
  const float *table;        ///< values [C][K][V]
  size_t tableCount;         ///< floats in the table
  size_t codebooks, keys, classes, selected;
  const uint32_t *ranking;   ///< pair c·K + j that disappears when the threshold reaches its position + 1
  float scale;               ///< 1/(C·k)
  double slack;              ///< sums closer than this are compared by the exact float path
} lethe_curve_model;

/// Applies sorted events to the state of one example: `codes` [C][k] (updated), `sums` [V] scratch in double, `logits` [V]
/// scratch. Adds to `correct[t]` the change of "recognised" at threshold t; returns the smallest threshold from which the
/// example is never recognised again (0: never at all, UINT32_MAX: still at the end).
uint32_t lethe_curve_sweep(const lethe_curve_model *model, const uint64_t *events, size_t n, uint32_t label, uint16_t *codes,
                           double *sums, float *logits, int32_t *correct);

// rows.c

/// IEEE 754 binary16 to binary32, exactly, infinities and NaN included.
void lethe_widen_half(const uint16_t *in, size_t n, float *out);

/// out = in·scale + offset.
void lethe_widen_byte(const uint8_t *in, size_t n, float scale, float offset, float *out);

/// 1 where every number is finite, else 0.
int lethe_all_finite(const float *in, size_t n);

/// row[i] ← ±√(|row[i]|/Σ|row|) with its sign, for finite numbers; zeros where all are.
void lethe_power_normalize(float *row, size_t n);

/// The largest absolute value of n numbers, 0 for none; NaN counts for nothing.
float lethe_largest(const float *in, size_t n);

/// 1 where every code is below `keys` or LETHE_NONE, else 0: what makes the other kernels safe to call.
int lethe_codes_in_range(const uint16_t *codes, size_t n, size_t keys);
