#include "vector.h"

// How one example fares as pairs disappear one by one. Sums are kept in double and updated by differences, which costs V
// operations an event instead of C·k·V; where the two best classes lie closer than both roundings together could move
// them (`slack`), the float logits are computed as inference does, so every answer equals inference's.

void lethe_sort_events(uint64_t *events, uint64_t *scratch, size_t n, unsigned bits) {
  enum { DIGIT = 10 };
  uint64_t *from = events, *to = scratch;
  for (unsigned shift = 0; shift < bits; shift += DIGIT) {
    size_t starts[1 << DIGIT] = {0};
    for (size_t i = 0; i < n; i++) starts[from[i] >> (16 + shift) & ((1 << DIGIT) - 1)]++;
    size_t sum = 0;
    for (size_t digit = 0; digit < 1 << DIGIT; digit++) {
      size_t here = starts[digit];
      starts[digit] = sum;
      sum += here;
    }
    for (size_t i = 0; i < n; i++) to[starts[from[i] >> (16 + shift) & ((1 << DIGIT) - 1)]++] = from[i];
    uint64_t *swap = from;
    from = to;
    to = swap;
  }
  if (from != events) memcpy(events, from, n * sizeof(uint64_t));
}

ALWAYS_INLINE void add_row(const lethe_curve_model *model, size_t codebook, size_t key, double sign, double *sums) {
  const float *row = model->table + (codebook * model->keys + key) * model->classes;
  for (size_t v = 0; v < model->classes; v++) sums[v] += sign * (double)row[v];
}

// Rows are met in no order that the processor could foresee, but it is known some steps ahead which come next.
enum { AHEAD = 12 };

ALWAYS_INLINE void expect_row(const lethe_curve_model *model, size_t codebook, size_t key) {
  const float *row = model->table + (codebook * model->keys + key) * model->classes;
  __builtin_prefetch(row);
  __builtin_prefetch(row + model->classes - 1);
}

ALWAYS_INLINE void expect_event(const lethe_curve_model *model, uint64_t event) {
  uint32_t pair = model->ranking[(event >> 16) - 1];
  expect_row(model, 0, pair);
  uint16_t returning = (uint16_t)event;
  if (returning != LETHE_NONE) expect_row(model, pair / model->keys, returning);
}

ALWAYS_INLINE double margin_of(const lethe_curve_model *model, const double *sums, uint32_t label) {
  double best = -__builtin_inf();
  for (size_t v = 0; v < model->classes; v++) {
    double sum = v == label ? -__builtin_inf() : sums[v];
    best = sum > best ? sum : best;
  }
  return sums[label] - best;
}

static int recognised_exactly(const lethe_curve_model *model, const uint16_t *codes, uint32_t label, float *logits) {
  lethe_gather_sum(model->table, model->tableCount, model->classes, model->codebooks, model->keys, model->classes, codes,
                   model->selected, model->selected, model->scale, logits);
  size_t best = 0;
  for (size_t v = 1; v < model->classes; v++)
    if (logits[v] > logits[best]) best = v;
  return best == label;
}

MULTIVERSION
uint32_t lethe_curve_sweep(const lethe_curve_model *model, const uint64_t *events, size_t n, uint32_t label, uint16_t *codes,
                           double *sums, float *logits, int32_t *correct) {
  size_t votes = 0, selected = model->selected;
  memset(sums, 0, model->classes * sizeof(double));
  size_t slots = model->codebooks * selected;
  for (size_t c = 0; c < model->codebooks; c++)
    for (size_t s = 0; s < selected; s++) {
      size_t next = c * selected + s + AHEAD;
      if (next < slots && codes[next] != LETHE_NONE) expect_row(model, next / selected, codes[next]);
      if (codes[c * selected + s] != LETHE_NONE) {
        add_row(model, c, codes[c * selected + s], 1.0, sums);
        votes++;
      }
    }
  for (size_t e = 0; e < AHEAD && e < n; e++) expect_event(model, events[e]);

  int was = 0;
  uint32_t lostFor = 0;
  for (size_t e = 0;; e++) {
    uint32_t threshold = e ? (uint32_t)(events[e - 1] >> 16) : 0;
    double margin = votes ? margin_of(model, sums, label) : 0.0;
    int now = votes == 0                 ? 0
              : margin > model->slack    ? 1
              : margin < -model->slack   ? 0
                                         : recognised_exactly(model, codes, label, logits);
    if (now != was) {
      correct[threshold] += now - was;
      lostFor = now ? UINT32_MAX : threshold;
      was = now;
    }
    if (e == n) return lostFor;

    if (e + AHEAD < n) expect_event(model, events[e + AHEAD]);
    uint32_t pair = model->ranking[(events[e] >> 16) - 1];
    size_t codebook = pair / model->keys, leaving = pair % model->keys;
    uint16_t returning = (uint16_t)events[e];
    uint16_t *mine = codes + codebook * selected;
    size_t place = 0;
    while (place + 1 < selected && mine[place] != leaving) place++;
    for (; place + 1 < selected; place++) mine[place] = mine[place + 1];
    mine[selected - 1] = returning;
    add_row(model, codebook, leaving, -1.0, sums);
    votes--;
    if (returning != LETHE_NONE) {
      add_row(model, codebook, returning, 1.0, sums);
      votes++;
    }
  }
}
