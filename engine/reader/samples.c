/* samples.c - samples of any type as float, and what is wrong with them
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/preparation-parts.h"

void
pheno_sample_counts_add (PhenoSampleCounts *counts, const PhenoSampleCounts *more)
{
  counts->samples += more->samples;
  counts->not_a_number += more->not_a_number;
  counts->infinite += more->infinite;
  counts->ignored += more->ignored;
  counts->saturated += more->saturated;
}

static void
add_count (GPtrArray *parts, guint64 count, guint64 of, const char *format)
{
  if (count == 0)
    return;

  {
    g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, count);
    g_autofree char *share
        = g_strdup_printf ("%.2g", 100.0 * (double) count / (double) of);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* each has two %s */
    g_ptr_array_add (parts, g_strdup_printf (format, number, share));
#pragma GCC diagnostic pop
  }
}

char *
pheno_sample_counts_describe (const PhenoSampleCounts *counts)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL;

  add_count (parts, counts->not_a_number, counts->samples,
             _ ("%s are no numbers (%s %%)"));
  add_count (parts, counts->infinite, counts->samples, _ ("%s are infinite (%s %%)"));
  add_count (parts, counts->ignored, counts->samples,
             _ ("%s are marked as no data (%s %%)"));
  add_count (parts, counts->saturated, counts->samples, _ ("%s are saturated (%s %%)"));
  if (parts->len == 0)
    return NULL;

  g_ptr_array_add (parts, NULL);
  list = g_strjoinv (", ", (char **) parts->pdata);
  return g_strdup_printf (_ ("Of the samples %s."), list);
}

/* No infinities and no NaN among integers: they are only compared. */
#define INTEGERS(type)                                                                   \
  {                                                                                      \
    const type *from = image->pixels;                                                    \
    type most = from[0];                                                                 \
                                                                                         \
    for (gsize i = 0; i < count; i++)                                                    \
      {                                                                                  \
        most = MAX (most, from[i]);                                                      \
        values[i] = (float) from[i];                                                     \
      }                                                                                  \
    top = (double) most;                                                                 \
  }

static void
take_floats (const PhenoImage *image, gsize count, float *values,
             PhenoSampleCounts *counts)
{
  for (gsize i = 0; i < count; i++)
    {
      float value = image->type == PHENO_SAMPLE_FLOAT32
                        ? ((const float *) image->pixels)[i]
                        : (float) pheno_image_sample (image, i);

      counts->not_a_number += isnan (value) != 0;
      counts->infinite += isinf (value) != 0;
      values[i] = isfinite (value) ? value : NAN;
    }
}

/* The value that cameras of 8 to 16 bits cannot go beyond, when it is one. */
static gboolean
is_ceiling (double value)
{
  return value == 255 || value == 1023 || value == 4095 || value == 16383
         || value == 65535;
}

/* A larger value than any before begins the count of saturated samples anew. */
static void
count_saturated (const float *values, gsize count, double top, PhenoSampleCounts *counts,
                 double *largest)
{
  guint64 found = 0;

  if (top < *largest)
    return;
  for (gsize i = 0; i < count; i++)
    found += values[i] == (float) top;
  counts->saturated
      = is_ceiling (top) ? found + (top == *largest ? counts->saturated : 0) : 0;
  *largest = top;
}

void
pheno_samples_examine (const PhenoImage *image, gboolean has_ignored, double ignored,
                       float *values, PhenoSampleCounts *counts, double *largest)
{
  gsize count = (gsize) image->width * image->height * image->bands;
  gboolean is_integer = TRUE;
  double top = 0;

  counts->samples += count;
  switch (image->type)
    {
    case PHENO_SAMPLE_UINT8:
      INTEGERS (guint8)
      break;
    case PHENO_SAMPLE_UINT16:
      INTEGERS (guint16)
      break;
    case PHENO_SAMPLE_INT16:
      INTEGERS (gint16)
      break;
    default:
      is_integer = FALSE;
      take_floats (image, count, values, counts);
      break;
    }
  if (is_integer)
    count_saturated (values, count, top, counts, largest);
  for (gsize i = 0; has_ignored && i < count; i++)
    if (values[i] == (float) ignored)
      {
        counts->ignored++;
        values[i] = NAN;
      }
}
