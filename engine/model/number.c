/* number.c - the types of number of a safetensors file, made float32
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Bytes are little-endian and need not be aligned, so each number is copied before it is
 * looked at.
 */
#include <math.h>

#include "engine/model/tensors.h"

static const struct
{
  const char *name;
  gsize size;
  gboolean integer;
} numbers[PHENO_NUMBERS] = {
  [PHENO_NUMBER_F64] = { "F64", 8, FALSE }, [PHENO_NUMBER_F32] = { "F32", 4, FALSE },
  [PHENO_NUMBER_F16] = { "F16", 2, FALSE }, [PHENO_NUMBER_BF16] = { "BF16", 2, FALSE },
  [PHENO_NUMBER_I64] = { "I64", 8, TRUE },  [PHENO_NUMBER_I32] = { "I32", 4, TRUE },
  [PHENO_NUMBER_I16] = { "I16", 2, TRUE },  [PHENO_NUMBER_I8] = { "I8", 1, TRUE },
  [PHENO_NUMBER_U8] = { "U8", 1, TRUE },    [PHENO_NUMBER_BOOL] = { "BOOL", 1, TRUE },
};

const char *
pheno_number_name (PhenoNumber number)
{
  return numbers[number].name;
}

int
pheno_number_find (const char *name)
{
  for (int i = 0; i < PHENO_NUMBERS; i++)
    if (g_str_equal (numbers[i].name, name))
      return i;

  return -1;
}

gsize
pheno_number_size (PhenoNumber number)
{
  return numbers[number].size;
}

gboolean
pheno_number_is_integer (PhenoNumber number)
{
  return numbers[number].integer;
}

static guint64
bits_at (const guint8 *bytes, gsize size)
{
  guint64 bits = 0;

  for (gsize i = 0; i < size; i++)
    bits |= (guint64) bytes[i] << (8 * i);

  return bits;
}

static float
float_of_bits (guint32 bits)
{
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

/* IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction. */
static float
float_of_half (guint32 half)
{
  guint32 sign = (half & 0x8000u) << 16;
  guint32 exponent = half >> 10 & 0x1F;
  guint32 fraction = half & 0x3FF;

  if (exponent == 0x1F)
    return float_of_bits (sign | 0x7F800000u | fraction << 13);
  if (exponent == 0)
    return (sign ? -1.0f : 1.0f) * ldexpf ((float) fraction, -24);

  return float_of_bits (sign | (exponent + 112) << 23 | fraction << 13);
}

static gint64
integer_at (PhenoNumber number, const guint8 *bytes)
{
  guint64 bits = bits_at (bytes, numbers[number].size);

  switch (number)
    {
    case PHENO_NUMBER_I32:
      return (gint32) bits;
    case PHENO_NUMBER_I16:
      return (gint16) bits;
    case PHENO_NUMBER_I8:
      return (gint8) bits;
    default:
      return (gint64) bits;
    }
}

static float
float_at (PhenoNumber number, const guint8 *bytes)
{
  guint64 bits;
  double value;

  if (numbers[number].integer)
    return (float) integer_at (number, bytes);

  bits = bits_at (bytes, numbers[number].size);
  if (number == PHENO_NUMBER_F16)
    return float_of_half ((guint32) bits);
  if (number == PHENO_NUMBER_BF16)
    return float_of_bits ((guint32) bits << 16);
  if (number == PHENO_NUMBER_F32)
    return float_of_bits ((guint32) bits);

  memcpy (&value, &bits, sizeof value);
  return (float) value;
}

void
pheno_number_to_float (PhenoNumber number, const void *bytes, gsize count, float *values)
{
  for (gsize i = 0; i < count; i++)
    values[i] = float_at (number, (const guint8 *) bytes + i * numbers[number].size);
}

void
pheno_number_to_int64 (PhenoNumber number, const void *bytes, gsize count, gint64 *values)
{
  for (gsize i = 0; i < count; i++)
    values[i] = integer_at (number, (const guint8 *) bytes + i * numbers[number].size);
}
