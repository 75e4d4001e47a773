/* large-pages.c - memory that is filled with few faults
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A fresh buffer comes in pages of 4 kB, and the system is asked for each of them at the
 * first touch: for the planes of a cube some 20,000 times, which takes longer than
 * reading them.
 */
#include "engine/base/base.h"

#include <sys/mman.h>

#define LARGE ((gsize) 2 << 20)

void
pheno_use_large_pages (void *memory, gsize bytes)
{
#ifdef MADV_HUGEPAGE
  guintptr begin = ((guintptr) memory + LARGE - 1) / LARGE * LARGE;
  guintptr end = ((guintptr) memory + bytes) / LARGE * LARGE;

  if (memory != NULL && end > begin)
    madvise ((void *) begin, end - begin, MADV_HUGEPAGE);
#endif
}
