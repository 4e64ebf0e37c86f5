#include "vector.h"

// One query against 64 keys at a time: the same ratio of arithmetic to loads as four queries against sixteen.
enum { GROUP = 4 };

typedef struct {
  const uint16_t *labels;
  size_t width;
  uint16_t *codes;
  float *scores;
  uint16_t *entered, *left;
  size_t events;
} staircase;

// Keeps one key if it is nearer than the last kept one; ties go to the lower real index. Returns whether it was, and what it pushed out.
static int keep(staircase *s, float score, uint16_t code, uint16_t *pushed) {
  size_t place = s->width - 1;
  *pushed = s->codes[place];
  if (score > s->scores[place] || (score == s->scores[place] && code > *pushed)) return 0;
  while (place > 0 && (score < s->scores[place - 1] || (score == s->scores[place - 1] && code < s->codes[place - 1]))) {
    s->scores[place] = s->scores[place - 1];
    s->codes[place] = s->codes[place - 1];
    place--;
  }
  s->scores[place] = score;
  s->codes[place] = code;
  return 1;
}

ALWAYS_INLINE void scan(staircase *s, const float *query, const lethe_key_blocks *leaving, const uint16_t *open,
                        size_t openCount, size_t dimension) {
  for (size_t place = 0; place < openCount; place += GROUP) {
    f32x16 score[GROUP];
    size_t here = openCount - place < GROUP ? openCount - place : GROUP, sources[GROUP];
    const float *keys[GROUP];
    for (size_t g = 0; g < GROUP; g++) {
      size_t source = place + (g < here ? g : here - 1);
      if (open) source = open[source];
      sources[g] = source;
      keys[g] = leaving->blocks + source * dimension * 16;
      score[g] = LOAD(leaving->halves + source * 16);
    }
    for (size_t j = 0; j < dimension; j++)
      for (size_t g = 0; g < GROUP; g++) score[g] -= LOAD(keys[g] + j * 16) * query[j];
    for (size_t g = 0; g < here; g++) {
      uint16_t bits;
      // Not `<` alone: an equal score with a lower real index wins. Unusable keys score +infinity and never enter.
      i32x16 candidate = (score[g] <= s->scores[s->width - 1]) & (score[g] < INFINITE_F);
      LANES(candidate, bits);
      if (!bits) continue;
      float lanes[16];
      STORE(lanes, score[g]);
      for (; bits; bits &= (uint16_t)(bits - 1)) {
        unsigned lane = (unsigned)__builtin_ctz(bits);
        size_t position = sources[g] * 16 + lane;
        if (!keep(s, lanes[lane], leaving->labels[position], &s->left[s->events])) continue;
        s->entered[s->events] = (uint16_t)position;
        s->events++;
      }
    }
  }
}

// The chain of operations of every other scan, for one key.
MULTIVERSION
void lethe_score_keys(const float *query, const lethe_key_blocks *keys, size_t dimension, const uint16_t *positions, size_t count,
                      float *scores) {
  for (size_t i = 0; i < count; i++) {
    scores[i] = INFINITE_F;
    if (positions[i] == LETHE_NONE) continue;
    const float *key = keys->blocks + positions[i] / 16 * dimension * 16 + positions[i] % 16;
    float score = keys->halves[positions[i]];
    for (size_t j = 0; j < dimension; j++) score -= key[j * 16] * query[j];
    scores[i] = score;
  }
}

MULTIVERSION
size_t lethe_staircase(const float *query, const lethe_key_blocks *leaving, const uint16_t *open, size_t openCount,
                       size_t dimension, size_t width, uint16_t *codes, float *scores, uint16_t *entered, uint16_t *left) {
  staircase s = {leaving->labels, width, codes, scores, entered, left, 0};
  if (!open) openCount = (leaving->count + 15) / 16;
  switch (dimension) {
  case 8: scan(&s, query, leaving, open, openCount, 8); break;
  case 14: scan(&s, query, leaving, open, openCount, 14); break;
  case 16: scan(&s, query, leaving, open, openCount, 16); break;
  default: scan(&s, query, leaving, open, openCount, dimension);
  }
  return s.events;
}
