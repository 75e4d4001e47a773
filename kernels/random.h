/* random.h - Philox-4x32-10: random numbers that are a function of their address
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A counter and a key go in, four random words come out, with no state in between. So a
 * number depends on what it is for (seed, epoch, image, view, operation) and never on how
 * many were drawn before it, on which thread, or on which device.
 *
 * Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3",
 * doi:10.1145/2063384.2063405.
 */
#ifndef PK_RANDOM_H
#define PK_RANDOM_H

#include <stdint.h>

#include "kernels/body/body.h"

typedef struct
{
  uint32_t word[4];
} pk_random4;

/* @counter and @key: which four numbers. The same on every machine. */
PK_BODY pk_random4
pk_philox (pk_random4 counter, uint64_t key)
{
  uint32_t key0 = (uint32_t) key, key1 = (uint32_t) (key >> 32);

  for (int round = 0; round < 10; round++)
    {
      uint64_t product0 = (uint64_t) 0xD2511F53u * counter.word[0];
      uint64_t product1 = (uint64_t) 0xCD9E8D57u * counter.word[2];
      pk_random4 next
          = { { (uint32_t) (product1 >> 32) ^ counter.word[1] ^ key0, (uint32_t) product1,
                (uint32_t) (product0 >> 32) ^ counter.word[3] ^ key1,
                (uint32_t) product0 } };

      counter = next;
      key0 += 0x9E3779B9u; /* the golden ratio */
      key1 += 0xBB67AE85u; /* the square root of 3, less 1 */
    }

  return counter;
}

/* A word as a float, 0 <= x < 1, on a grid of 2^-24: each value is exact. */
PK_BODY float
pk_uniform (uint32_t word)
{
  return (float) (word >> 8) * (1.0f / 16777216.0f);
}

#endif /* PK_RANDOM_H */
