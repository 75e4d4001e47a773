/* fill.h - numbers from a formula, the same here and in tests/golden/fill.py
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

/* FNV-1a, 32 bits. */
static inline uint32_t
fill_name_hash (const char *name)
{
  uint32_t value = 2166136261u;

  for (; *name != '\0'; name++)
    value = (value ^ (uint8_t) *name) * 16777619u;

  return value;
}

/* Element @i of the array @hash, 0 <= x < 1, on a grid of 2^-24. */
static inline float
fill_uniform (uint32_t hash, uint32_t i)
{
  uint32_t x = i * 0x9E3779B9u + hash;

  x ^= x >> 16;
  x *= 0x7FEB352Du;
  x ^= x >> 15;
  x *= 0x846CA68Bu;
  x ^= x >> 16;

  return (float) (x >> 8) * (1.0f / 16777216.0f);
}

static inline int
fill_ends_with (const char *name, const char *end)
{
  size_t length = strlen (name), n = strlen (end);

  return length >= n && strcmp (name + length - n, end) == 0;
}

/* Values of a parameter of a ResNet or its head, by the end of its name and its rank. */
static inline void
fill_weight (const char *name, int rank, const int64_t *shape, float *values)
{
  uint32_t hash = fill_name_hash (name);
  int64_t count = 1;

  for (int i = 0; i < rank; i++)
    count *= shape[i];

  for (int64_t i = 0; i < count; i++)
    {
      float u = fill_uniform (hash, (uint32_t) i);

      if (fill_ends_with (name, "running_var")
          || (fill_ends_with (name, "weight") && rank == 1))
        values[i] = 0.5f + u;
      else if (fill_ends_with (name, "weight"))
        values[i] = (u - 0.5f) * 2.0f * sqrtf (6.0f / (float) (count / shape[0]));
      else
        values[i] = (u - 0.5f) * 0.25f;
    }
}
