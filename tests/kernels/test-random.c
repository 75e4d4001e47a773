/* test-random.c - Philox against its authors' known answers
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/kernel-test.h"

/* Random123 1.14, tests/kat_vectors: the lines of philox4x32 with 10 rounds. */
static const struct
{
  pk_random4 counter;
  uint32_t key[2];
  pk_random4 answer;
} known[] = {
  { { { 0, 0, 0, 0 } },
    { 0, 0 },
    { { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } } },
  { { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff } },
    { 0xffffffff, 0xffffffff },
    { { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } } },
  { { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 } },
    { 0xa4093822, 0x299f31d0 },
    { { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } } },
};

static void
known_answers (const char *device)
{
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    {
      uint64_t key = known[i].key[0] | (uint64_t) known[i].key[1] << 32;
      pk_random4 found = pk_philox (known[i].counter, key);

      for (int w = 0; w < 4; w++)
        CHECK (found.word[w] == known[i].answer.word[w], "vector %zu, word %d: %08x", i,
               w, found.word[w]);
    }
}

/* From 0 to just below 1, on a grid of 2^-24. */
static void
uniform_range (const char *device)
{
  CHECK (pk_uniform (0) == 0, "%g", (double) pk_uniform (0));
  CHECK (pk_uniform (0xffffffff) == 1 - 0x1p-24f, "%.9g",
         (double) pk_uniform (0xffffffff));
  CHECK (pk_uniform (0x80000000) == 0.5f, "%g", (double) pk_uniform (0x80000000));
  CHECK (pk_uniform (0xff) == 0 && pk_uniform (0x100) == 0x1p-24f,
         "the grid is not 2^-24");
}

/* Neighbouring counters and keys share nothing: over 65,536 words of each the mean is 1/2
 * and the correlation 0 to within five standard errors. */
static void
neighbours_are_independent (const char *device)
{
  enum
  {
    N = 65536
  };
  double sum = 0, by_counter = 0, by_key = 0;

  for (uint32_t i = 0; i < N; i++)
    {
      double a = pk_uniform (pk_philox ((pk_random4){ { i, 0, 0, 0 } }, 7).word[0]) - 0.5;
      double b
          = pk_uniform (pk_philox ((pk_random4){ { i + 1, 0, 0, 0 } }, 7).word[0]) - 0.5;
      double c = pk_uniform (pk_philox ((pk_random4){ { i, 0, 0, 0 } }, 8).word[0]) - 0.5;

      sum += a;
      by_counter += a * b * 12;
      by_key += a * c * 12;
    }
  CHECK (fabs (sum / N) < 5 * sqrt (1.0 / 12 / N), "mean off by %g", sum / N);
  CHECK (fabs (by_counter / N) < 5 / sqrt (N), "correlation %g", by_counter / N);
  CHECK (fabs (by_key / N) < 5 / sqrt (N), "correlation %g", by_key / N);
}

KERNEL_TESTS ({ "random/known-answers-of-random123", known_answers, false },
              { "random/uniform-is-from-0-to-below-1", uniform_range, false },
              { "random/neighbours-are-independent", neighbours_are_independent, false })
