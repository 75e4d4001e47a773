/* sample.c - a number as a sample of any type
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/strided.h"

/* IEEE 754 binary16, rounded to even; what is too large becomes infinity. */
static guint16
to_half (double value)
{
  guint16 sign = signbit (value) ? 0x8000 : 0;
  double size = fabs (value);
  int exponent;

  if (isnan (value))
    return sign | 0x7e00;
  if (size >= 65520) /* half way to what would be the next number */
    return sign | 0x7c00;
  if (size < 0x1p-14)
    return (guint16) (sign | (int) rint (size * 0x1p24));

  frexp (size, &exponent); /* size = 0.5 to 1 times 2^exponent */
  return (guint16) (sign
                    | (((exponent + 14) << 10) + (int) rint (ldexp (size, 11 - exponent))
                       - 1024));
}

void
pheno_sample_store (void *samples, PhenoSampleType type, gsize at, double value)
{
  switch (type)
    {
    case PHENO_SAMPLE_UINT8:
      ((guint8 *) samples)[at] = (guint8) CLAMP (rint (value), 0, G_MAXUINT8);
      break;
    case PHENO_SAMPLE_UINT16:
      ((guint16 *) samples)[at] = (guint16) CLAMP (rint (value), 0, G_MAXUINT16);
      break;
    case PHENO_SAMPLE_INT8:
      ((gint8 *) samples)[at] = (gint8) CLAMP (rint (value), G_MININT8, G_MAXINT8);
      break;
    case PHENO_SAMPLE_INT16:
      ((gint16 *) samples)[at] = (gint16) CLAMP (rint (value), G_MININT16, G_MAXINT16);
      break;
    case PHENO_SAMPLE_UINT32:
      ((guint32 *) samples)[at] = (guint32) CLAMP (rint (value), 0, G_MAXUINT32);
      break;
    case PHENO_SAMPLE_INT32:
      ((gint32 *) samples)[at] = (gint32) CLAMP (rint (value), G_MININT32, G_MAXINT32);
      break;
    case PHENO_SAMPLE_UINT64: /* the next double below the largest number */
      ((guint64 *) samples)[at] = (guint64) CLAMP (value, 0, 0x1.fffffffffffffp63);
      break;
    case PHENO_SAMPLE_INT64:
      ((gint64 *) samples)[at] = (gint64) CLAMP (value, -0x1p63, 0x1.fffffffffffffp62);
      break;
    case PHENO_SAMPLE_FLOAT64:
      ((double *) samples)[at] = value;
      break;
    case PHENO_SAMPLE_FLOAT16:
      ((guint16 *) samples)[at] = to_half (value);
      break;
    case PHENO_SAMPLE_FLOAT32:
    default:
      ((float *) samples)[at] = (float) value;
      break;
    }
}

void
pheno_samples_fill (void *samples, PhenoSampleType type, gsize count, double value)
{
  for (gsize i = 0; i < count; i++)
    pheno_sample_store (samples, type, i, value);
}
