#pragma once

#include <stdint.h>

/// What stands in the place of an offset for a key that 8-bit integers would coarsen all others by (quantize.c, screen.c).
enum { OUTLIER = INT32_MIN };
