/* kernel-test.h - tests of the kernels with nothing but a C compiler
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Prints the Test Anything Protocol. A test is a function that is called once for each
 * device of the machine, or once; CHECK says what failed and ends the test.
 */
#ifndef KERNEL_TEST_H
#define KERNEL_TEST_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/pk.h"

typedef struct
{
  const char *name;
  void (*run) (const char *device);
  bool on_each_device;
} kernel_test;

static bool test_failed;

#define CHECK(condition, ...)                                                            \
  do                                                                                     \
    {                                                                                    \
      if (!(condition))                                                                  \
        {                                                                                \
          printf ("# %s:%d: %s: ", __FILE__, __LINE__, #condition);                      \
          printf (__VA_ARGS__);                                                          \
          printf ("\n");                                                                 \
          test_failed = true;                                                            \
          return;                                                                        \
        }                                                                                \
    }                                                                                    \
  while (0)

#define CHECK_OK(call) CHECK ((call) == PK_OK, "%s", pk_message ())

/* Numbers between -1 and 1 that are the same everywhere. */
static inline void
fill_random (float *values, int64_t count, uint32_t stream)
{
  for (int64_t i = 0; i < count; i++)
    {
      pk_random4 r = pk_philox ((pk_random4){ { (uint32_t) i, stream, 0, 0 } }, 20261123);

      values[i] = 2 * pk_uniform (r.word[0]) - 1;
    }
}

/* The largest difference, as a share of the largest size of @b; infinite for a NAN. */
static inline double
relative_difference (const float *a, const float *b, int64_t count)
{
  double difference = 0, size = 1e-20;

  for (int64_t i = 0; i < count; i++)
    {
      if (!(fabs ((double) a[i] - b[i]) >= 0))
        return INFINITY;
      difference = fmax (difference, fabs ((double) a[i] - b[i]));
      size = fmax (size, fabs ((double) b[i]));
    }

  return difference / size;
}

static inline int
run_kernel_tests (const kernel_test *tests, int count)
{
  int devices = pk_device_count (), number = 0, failures = 0, total = 0;

  for (int i = 0; i < count; i++)
    total += tests[i].on_each_device ? devices : 1;
  printf ("1..%d\n", total);

  for (int i = 0; i < count; i++)
    for (int d = 0; d < (tests[i].on_each_device ? devices : 1); d++)
      {
        pk_device_info info = { .name = "none" };

        if (tests[i].on_each_device && pk_device_describe (d, &info) != PK_OK)
          continue;
        test_failed = false;
        tests[i].run (info.name);
        failures += test_failed;
        printf ("%s %d - %s%s/%s\n", test_failed ? "not ok" : "ok", ++number,
                tests[i].on_each_device ? "/" : "",
                tests[i].on_each_device ? info.name : "", tests[i].name);
        fflush (stdout);
      }

  return failures > 0;
}

#define KERNEL_TESTS(...)                                                                \
  int main (void)                                                                        \
  {                                                                                      \
    static const kernel_test tests[] = { __VA_ARGS__ };                                  \
                                                                                         \
    return run_kernel_tests (tests, (int) (sizeof tests / sizeof *tests));               \
  }

#endif /* KERNEL_TEST_H */
