#pragma once

// Sixteen lanes a vector on every machine: the compiler splits them where registers are narrower, and because every lane
// runs its own chain of operations the bits do not depend on how.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "include/CKernels.h"

typedef float f32x16 __attribute__((vector_size(64)));
typedef int32_t i32x16 __attribute__((vector_size(64)));
/// The same sixteen floats at any float address.
typedef float f32x16u __attribute__((vector_size(64), aligned(4), may_alias));

#define LOAD(p) ((f32x16)(*(const f32x16u *)(p)))
#define STORE(p, v) (*(f32x16u *)(p) = (v))
/// Lane-wise choice. C has no `?:` on vectors; LLVM turns this into one blend.
#define SELECT(m, a, b) ((f32x16)(((m) & (i32x16)(a)) | (~(m) & (i32x16)(b))))
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define INFINITE_F (__builtin_inff())

// One source, three instruction sets, chosen by the dynamic linker (IFUNC, hence glibc). Elsewhere the baseline is enough,
// and under the thread sanitiser it must be: resolvers run before the sanitiser has set itself up, and crash.
#if !defined(__has_feature)
#define __has_feature(x) 0
#endif
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer)
#define MULTIVERSION __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define MULTIVERSION
#endif

/// One bit a lane.
typedef _Bool b16 __attribute__((ext_vector_type(16)));
#define LANES(mask, bits)                                        \
  do {                                                           \
    b16 lanes_ = __builtin_convertvector((mask), b16);           \
    memcpy(&(bits), &lanes_, sizeof(uint16_t));                  \
  } while (0)
