#pragma once

// The byte work of the Store module: permutations of a chunk's bits that bring alike ones together before LZ4, and the search of
// files for pieces of removed bytes. Pure functions over the caller's memory; none allocates, keeps state or checks its arguments,
// which the Swift side has done. `in` and `out` have `size` bytes each and do not overlap. (And one system call that Swift's
// Foundation does not show.)
//
// Elements are `width` bytes, least significant first. Work: O(size); one pass through tiles that stay in the first-level
// cache.

#include <stddef.h>
#include <stdint.h>

/// All first bytes of the 4-byte elements, then all second, third, fourth bytes, then the 0 to 3 bytes that are left over.
void lethe_shuffle4(const uint8_t *in, size_t size, uint8_t *out);

/// The inverse of `lethe_shuffle4`.
void lethe_unshuffle4(const uint8_t *in, size_t size, uint8_t *out);

/// All lowest bits of the elements, then all second lowest bits, and so on: 8·width planes of n bits, n being the number of
/// whole elements rounded down to a multiple of 8. Bit k of a plane's byte j is that of element 8·j + k. What is left over
/// follows as it is. `width` is 1, 2 or 4.
void lethe_bitshuffle(const uint8_t *in, size_t size, size_t width, uint8_t *out);

/// The inverse of `lethe_bitshuffle`.
void lethe_unbitshuffle(const uint8_t *in, size_t size, size_t width, uint8_t *out);

/// Bytes of a needle: a piece of removed bytes that files are searched for (schema/FORMAT.md, "Needle").
#define LETHE_NEEDLE 32

/// The rolling hash of one needle.
uint64_t lethe_needle_hash(const uint8_t *bytes);

/// Searches bytes[start … n) for windows whose hash passes a filter: bit number (hash >> (64 − filter_bits)) of `filter` is set.
/// Returns the position of the first such window and its hash, or n if there is none. Bound by the latency of two
/// multiplications a byte.
size_t lethe_find_needle(
    const uint8_t *bytes, size_t n, size_t start, const uint64_t *filter, unsigned filter_bits, uint64_t *hash);

/// Begins to write a file's changed bytes to the disk and returns at once: sync_file_range(2) on Linux, elsewhere nothing. It is a hint;
/// whether it was taken is not told, and nothing is durable by it.
void lethe_begin_write_back(int descriptor);
