/* memory-file.h - the bytes of a fuzzer as a file that has a path
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The same path each time, with these contents now. */
static inline const char *
memory_file (const uint8_t *data, size_t size)
{
  static char path[64];
  static int file = -1;

  if (file < 0)
    {
      file = memfd_create ("fuzz", MFD_CLOEXEC);
      g_assert_cmpint (file, >=, 0);
      g_snprintf (path, sizeof path, "/proc/self/fd/%d", file);
    }
  g_assert_cmpint (ftruncate (file, 0), ==, 0);
  g_assert_cmpint (pwrite (file, data, size, 0), ==, (gssize) size);

  return path;
}

/* An error is one sentence of valid text; more is not asked of hostile input. */
static inline void
check_error (const GError *error)
{
  if (error != NULL
      && (!g_utf8_validate (error->message, -1, NULL) || *error->message == '\0'))
    {
      g_printerr ("an error that is no text: %s\n", error->message);
      abort (); /* libFuzzer keeps the input of this signal, and of few others */
    }
}
