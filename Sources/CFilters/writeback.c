#define _GNU_SOURCE
#include <fcntl.h>

#include "include/CFilters.h"

void lethe_begin_write_back(int descriptor) {
#ifdef __linux__
  (void)sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
#else
  (void)descriptor;
#endif
}
