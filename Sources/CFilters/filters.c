#include "include/CFilters.h"

#include <string.h>

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
#define ALWAYS_INLINE static inline __attribute__((always_inline))

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "elements are little-endian, here and in the store"
#endif

typedef uint8_t u8x64 __attribute__((vector_size(64)));
typedef uint64_t u64x8 __attribute__((vector_size(64)));
typedef uint16_t u16x32 __attribute__((vector_size(64)));
typedef uint32_t u32x16 __attribute__((vector_size(64)));
typedef uint8_t u8x32 __attribute__((vector_size(32)));
typedef uint8_t u8x16 __attribute__((vector_size(16)));

/// Elements that one step of the vector code takes.
enum { STEP = 64 };

/// Transposes each 8-byte lane as an 8×8 matrix of bits: three exchanges of ever larger blocks (H. S. Warren, Hacker's
/// Delight, 2nd edition, section 7-3). It is its own inverse. (Vectors go by address: without AVX-512 they have no registers to
/// be passed in.)
ALWAYS_INLINE void transpose_bits(u64x8 *lanes) {
  u64x8 x = *lanes;
  u64x8 t = (x ^ (x >> 7)) & 0x00AA00AA00AA00AAull;
  x ^= t ^ (t << 7);
  t = (x ^ (x >> 14)) & 0x0000CCCC0000CCCCull;
  x ^= t ^ (t << 14);
  t = (x ^ (x >> 28)) & 0x00000000F0F0F0F0ull;
  *lanes = x ^ t ^ (t << 28);
}

/// Transposes 64 bytes as an 8×8 matrix of bytes. It is its own inverse.
ALWAYS_INLINE void transpose_bytes(u64x8 *lanes) {
  u8x64 v = (u8x64)*lanes;
  *lanes = (u64x8)__builtin_shufflevector(
      v, v, 0, 8, 16, 24, 32, 40, 48, 56, 1, 9, 17, 25, 33, 41, 49, 57, 2, 10, 18, 26, 34, 42, 50, 58, 3, 11, 19, 27, 35, 43,
      51, 59, 4, 12, 20, 28, 36, 44, 52, 60, 5, 13, 21, 29, 37, 45, 53, 61, 6, 14, 22, 30, 38, 46, 54, 62, 7, 15, 23, 31, 39,
      47, 55, 63);
}

/// Byte `byte` of each of 64 elements.
ALWAYS_INLINE void gather_byte(const uint8_t *in, size_t width, size_t byte, uint8_t *out) {
  if (width == 1) {
    memcpy(out, in, 64);
  } else if (width == 2) {
    for (size_t part = 0; part < 2; part++) {
      u16x32 v;
      memcpy(&v, in + 64 * part, 64);
      u8x32 bytes = __builtin_convertvector(v >> (uint16_t)(8 * byte), u8x32);
      memcpy(out + 32 * part, &bytes, 32);
    }
  } else {
    for (size_t part = 0; part < 4; part++) {
      u32x16 v;
      memcpy(&v, in + 64 * part, 64);
      u8x16 bytes = __builtin_convertvector(v >> (uint32_t)(8 * byte), u8x16);
      memcpy(out + 16 * part, &bytes, 16);
    }
  }
}

/// 64 elements from their bytes: `bytes[b]` holds byte b of each.
ALWAYS_INLINE void scatter_bytes(const uint8_t bytes[][64], size_t width, uint8_t *out) {
  if (width == 1) {
    memcpy(out, bytes[0], 64);
  } else if (width == 2) {
    for (size_t part = 0; part < 2; part++) {
      u16x32 v = {0};
      for (size_t byte = 0; byte < 2; byte++) {
        u8x32 b;
        memcpy(&b, bytes[byte] + 32 * part, 32);
        v |= __builtin_convertvector(b, u16x32) << (uint16_t)(8 * byte);
      }
      memcpy(out + 64 * part, &v, 64);
    }
  } else {
    for (size_t part = 0; part < 4; part++) {
      u32x16 v = {0};
      for (size_t byte = 0; byte < 4; byte++) {
        u8x16 b;
        memcpy(&b, bytes[byte] + 16 * part, 16);
        v |= __builtin_convertvector(b, u32x16) << (uint32_t)(8 * byte);
      }
      memcpy(out + 64 * part, &v, 64);
    }
  }
}

MULTIVERSION
void lethe_shuffle4(const uint8_t *in, size_t size, uint8_t *out) {
  size_t n = size / 4, i = 0;
  for (; i + STEP <= n; i += STEP)
    for (size_t byte = 0; byte < 4; byte++) gather_byte(in + 4 * i, 4, byte, out + byte * n + i);
  for (; i < n; i++)
    for (size_t byte = 0; byte < 4; byte++) out[byte * n + i] = in[4 * i + byte];
  memcpy(out + 4 * n, in + 4 * n, size - 4 * n);
}

MULTIVERSION
void lethe_unshuffle4(const uint8_t *in, size_t size, uint8_t *out) {
  size_t n = size / 4, i = 0;
  for (; i + STEP <= n; i += STEP) {
    uint8_t bytes[4][64];
    for (size_t byte = 0; byte < 4; byte++) memcpy(bytes[byte], in + byte * n + i, 64);
    scatter_bytes(bytes, 4, out + 4 * i);
  }
  for (; i < n; i++)
    for (size_t byte = 0; byte < 4; byte++) out[4 * i + byte] = in[byte * n + i];
  memcpy(out + 4 * n, in + 4 * n, size - 4 * n);
}

/// Eight elements at byte group `group` of the planes, each `stride` bytes long.
ALWAYS_INLINE void bitshuffle_eight(const uint8_t *in, size_t width, uint8_t *planes, size_t stride, size_t group) {
  for (size_t byte = 0; byte < width; byte++)
    for (size_t bit = 0; bit < 8; bit++) {
      uint8_t packed = 0;
      for (size_t k = 0; k < 8; k++) packed |= (uint8_t)((in[(8 * group + k) * width + byte] >> bit & 1) << k);
      planes[(8 * byte + bit) * stride + group] = packed;
    }
}

ALWAYS_INLINE void unbitshuffle_eight(const uint8_t *planes, size_t stride, size_t group, size_t width, uint8_t *out) {
  for (size_t byte = 0; byte < width; byte++)
    for (size_t k = 0; k < 8; k++) {
      uint8_t value = 0;
      for (size_t bit = 0; bit < 8; bit++) value |= (uint8_t)((planes[(8 * byte + bit) * stride + group] >> k & 1) << bit);
      out[(8 * group + k) * width + byte] = value;
    }
}

// The planes of a chunk lie a power of two apart, where lines evict one another from the first-level cache. So they are
// written and read a line of TILE bytes at a time, by way of a small tile that holds that line of every plane.
enum { TILE = 64 };

ALWAYS_INLINE void bitshuffle(const uint8_t *in, size_t size, size_t width, uint8_t *out) {
  size_t stride = size / width / 8, group = 0, done = stride * 8 * width;
  for (; group + TILE <= stride; group += TILE) {
    uint8_t tile[32][TILE];
    for (size_t part = 0; part < TILE; part += 8)
      for (size_t byte = 0; byte < width; byte++) {
        uint8_t bytes[64];
        gather_byte(in + 8 * width * (group + part), width, byte, bytes);
        u64x8 lanes;
        memcpy(&lanes, bytes, 64);
        transpose_bits(&lanes);
        transpose_bytes(&lanes);
        for (size_t bit = 0; bit < 8; bit++) {
          uint64_t lane = lanes[bit];
          memcpy(tile[8 * byte + bit] + part, &lane, 8);
        }
      }
    for (size_t plane = 0; plane < 8 * width; plane++) memcpy(out + plane * stride + group, tile[plane], TILE);
  }
  for (; group < stride; group++) bitshuffle_eight(in, width, out, stride, group);
  memcpy(out + done, in + done, size - done);
}

ALWAYS_INLINE void unbitshuffle(const uint8_t *in, size_t size, size_t width, uint8_t *out) {
  size_t stride = size / width / 8, group = 0, done = stride * 8 * width;
  for (; group + TILE <= stride; group += TILE) {
    uint8_t tile[32][TILE];
    for (size_t plane = 0; plane < 8 * width; plane++) memcpy(tile[plane], in + plane * stride + group, TILE);
    for (size_t part = 0; part < TILE; part += 8) {
      uint8_t bytes[4][64];
      for (size_t byte = 0; byte < width; byte++) {
        uint64_t planes[8];
        for (size_t bit = 0; bit < 8; bit++) memcpy(planes + bit, tile[8 * byte + bit] + part, 8);
        u64x8 lanes;
        memcpy(&lanes, planes, 64);
        transpose_bytes(&lanes);
        transpose_bits(&lanes);
        memcpy(bytes[byte], &lanes, 64);
      }
      scatter_bytes(bytes, width, out + 8 * width * (group + part));
    }
  }
  for (; group < stride; group++) unbitshuffle_eight(in, stride, group, width, out);
  memcpy(out + done, in + done, size - done);
}

// The width is a constant in each branch, so that the loops over bytes unroll.

MULTIVERSION
void lethe_bitshuffle(const uint8_t *in, size_t size, size_t width, uint8_t *out) {
  if (width == 1) bitshuffle(in, size, 1, out);
  else if (width == 2) bitshuffle(in, size, 2, out);
  else bitshuffle(in, size, 4, out);
}

MULTIVERSION
void lethe_unbitshuffle(const uint8_t *in, size_t size, size_t width, uint8_t *out) {
  if (width == 1) unbitshuffle(in, size, 1, out);
  else if (width == 2) unbitshuffle(in, size, 2, out);
  else unbitshuffle(in, size, 4, out);
}
