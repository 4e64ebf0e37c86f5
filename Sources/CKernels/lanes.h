#pragma once

#include "vector.h"

/// The `width`-th lowest of sixteen numbers: the highest of those that fewer than `width` others undercut.
ALWAYS_INLINE float lethe_lane_bound(const f32x16 *lanes, size_t width) {
  i32x16 under = {0};
  for (size_t lane = 0; lane < 16; lane++) under -= (*lanes)[lane] < *lanes;
  float bound = -INFINITE_F;
  for (size_t lane = 0; lane < 16; lane++)
    if (under[lane] < (int32_t)width && (*lanes)[lane] > bound) bound = (*lanes)[lane];
  return bound;
}
