// A library to be preloaded into a program (ld.so(8), LD_PRELOAD): it makes one system call of it fail, dies at it, or moves its clock.
//
// Only calls on files whose path begins with LETHE_FAULT_PATH are counted. The n-th one (LETHE_FAULT_AT, from 1) of the kinds in
// LETHE_FAULT_CALLS fails as LETHE_FAULT_HOW says:
//   kinds: o open, w write, s sync, t truncate, r read, n the name's own calls (link, rename, unlink)
//   how:   ENOSPC, EIO, EACCES, EROFS: it fails with that error and does nothing
//          SHORT: a write stores half of its bytes, and what comes after it fails with ENOSPC
//          KILL: the process ends there as by kill -9, before the call
// With LETHE_FAULT_STICKY all later calls of these kinds fail as well: a disk that stays full. At the end the number of calls counted is
// written to the file LETHE_FAULT_COUNT. LETHE_CLOCK moves the clock of the day by so many seconds.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { DESCRIPTORS = 4096 };

static _Atomic long counted;
static _Atomic int broken;
static _Atomic unsigned char marked[DESCRIPTORS];

static const char *setting(const char *name) {
  const char *value = getenv(name);
  return value ? value : "";
}

/// The next definition of a function: the C library's.
static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }
#define NEXT(type, name) ((type)next(name))

static int matches(const char *path) {
  const char *prefix = setting("LETHE_FAULT_PATH");
  if (!path || !*prefix) return 0;
  if (strncmp(path, prefix, strlen(prefix)) == 0) return 1;
  // A name alone is one of the folder that the program runs in.
  const char *name = strrchr(prefix, '/');
  return *path != '/' && name && strncmp(path, name + 1, strlen(name + 1)) == 0;
}

static int is_marked(int descriptor) { return descriptor >= 0 && descriptor < DESCRIPTORS && marked[descriptor]; }

/// Counts a call of a kind. Returns 0 if it shall go on, 1 if it must fail with errno, 2 if it must fall short.
static int fails(char kind) {
  if (!strchr(setting("LETHE_FAULT_CALLS"), kind)) return 0;
  long number = atomic_fetch_add(&counted, 1) + 1;
  const char *how = setting("LETHE_FAULT_HOW");
  if (broken) {
    errno = ENOSPC;
    return 1;
  }
  long at = atol(setting("LETHE_FAULT_AT"));
  if (at == 0 || (*setting("LETHE_FAULT_STICKY") ? number < at : number != at)) return 0;
  if (strcmp(how, "KILL") == 0) raise(SIGKILL);
  if (strcmp(how, "SHORT") == 0) {
    broken = 1;
    errno = ENOSPC;
    return kind == 'w' ? 2 : 1;
  }
  errno = strcmp(how, "ENOSPC") == 0 ? ENOSPC : strcmp(how, "EACCES") == 0 ? EACCES : strcmp(how, "EROFS") == 0 ? EROFS : EIO;
  return 1;
}

__attribute__((destructor)) static void report(void) {
  const char *path = setting("LETHE_FAULT_COUNT");
  if (!*path) return;
  FILE *file = fopen(path, "w");
  if (!file) return;
  fprintf(file, "%ld\n", (long)counted);
  fclose(file);
}

static int opened(int descriptor) {
  if (descriptor >= 0 && descriptor < DESCRIPTORS) marked[descriptor] = 1;
  return descriptor;
}

#define OPEN(name)                                                                              \
  int name(const char *path, int flags, ...) {                                                  \
    va_list list;                                                                               \
    va_start(list, flags);                                                                      \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;                     \
    va_end(list);                                                                               \
    int (*real)(const char *, int, ...) = NEXT(int (*)(const char *, int, ...), #name);         \
    if (!matches(path)) return real(path, flags, mode);                                         \
    return fails('o') ? -1 : opened(real(path, flags, mode));                                   \
  }
OPEN(open)
OPEN(open64)

int close(int descriptor) {
  if (is_marked(descriptor)) marked[descriptor] = 0;
  return NEXT(int (*)(int), "close")(descriptor);
}

#define WRITE(name, parameters, arguments, shorter)                                             \
  ssize_t name parameters {                                                                     \
    ssize_t(*real) parameters = NEXT(ssize_t(*) parameters, #name);                             \
    int how = is_marked(descriptor) ? fails('w') : 0;                                           \
    return how == 0 ? real arguments : how == 2 && count > 1 ? real shorter : -1;               \
  }
WRITE(write, (int descriptor, const void *bytes, size_t count), (descriptor, bytes, count), (descriptor, bytes, count / 2))
WRITE(pwrite, (int descriptor, const void *bytes, size_t count, off_t offset), (descriptor, bytes, count, offset),
      (descriptor, bytes, count / 2, offset))
WRITE(pwrite64, (int descriptor, const void *bytes, size_t count, off64_t offset), (descriptor, bytes, count, offset),
      (descriptor, bytes, count / 2, offset))

#define ON_DESCRIPTOR(type, name, kind, parameters, arguments)                                  \
  type name parameters {                                                                        \
    type(*real) parameters = NEXT(type(*) parameters, #name);                                   \
    return is_marked(descriptor) && fails(kind) ? -1 : real arguments;                          \
  }
ON_DESCRIPTOR(ssize_t, read, 'r', (int descriptor, void *bytes, size_t count), (descriptor, bytes, count))
ON_DESCRIPTOR(ssize_t, pread, 'r', (int descriptor, void *bytes, size_t count, off_t offset), (descriptor, bytes, count, offset))
ON_DESCRIPTOR(ssize_t, pread64, 'r', (int descriptor, void *bytes, size_t count, off64_t offset),
              (descriptor, bytes, count, offset))
ON_DESCRIPTOR(int, fsync, 's', (int descriptor), (descriptor))
ON_DESCRIPTOR(int, fdatasync, 's', (int descriptor), (descriptor))
ON_DESCRIPTOR(int, ftruncate, 't', (int descriptor, off_t size), (descriptor, size))
ON_DESCRIPTOR(int, ftruncate64, 't', (int descriptor, off64_t size), (descriptor, size))

#define ON_NAME(name, parameters, arguments, path)                                              \
  int name parameters {                                                                         \
    int(*real) parameters = NEXT(int(*) parameters, #name);                                     \
    return matches(path) && fails('n') ? -1 : real arguments;                                   \
  }
ON_NAME(link, (const char *from, const char *to), (from, to), to)
ON_NAME(rename, (const char *from, const char *to), (from, to), to)
ON_NAME(unlink, (const char *path), (path), path)

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = NEXT(int (*)(clockid_t, struct timespec *), "clock_gettime")(clock, time);
  if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += atol(setting("LETHE_CLOCK"));
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  int result = NEXT(int (*)(struct timeval *, void *), "gettimeofday")(time, zone);
  if (result == 0) time->tv_sec += atol(setting("LETHE_CLOCK"));
  return result;
}
