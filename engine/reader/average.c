/* average.c - an area average, row by row
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each pixel of the smaller image is the mean of the rectangle that it covers, in which
 * pixels at the edge count by the part that lies inside. Only sums of two rows are held
 * beside the result.
 */
#include "engine/reader/preparation-parts.h"

#include <string.h>

struct _Average
{
  int width, height, bands; /* of the result */
  int from_width, from_height;
  int row;              /* next row of the input */
  float *line, *weight; /* one input row, shrunk across: sums and their weights */
  float *values;        /* the result: sums until the end */
  float *weights;       /* of @values */
};

void
pheno_average_free (Average *shrink)
{
  if (shrink == NULL)
    return;

  g_free (shrink->line);
  g_free (shrink->weight);
  g_free (shrink->values);
  g_free (shrink->weights);
  g_free (shrink);
}

static int
scaled (int length, int shorter, int side)
{
  return MAX (1, (int) (((gint64) length * side + shorter / 2) / shorter));
}

Average *
pheno_average_new (int width, int height, int bands, int shorter_side, GError **error)
{
  g_autoptr (Average) self = g_new0 (Average, 1);
  int shorter = MIN (width, height);
  gsize count;

  self->from_width = self->width = width;
  self->from_height = self->height = height;
  self->bands = bands;
  if (shorter_side > 0 && shorter > shorter_side)
    {
      self->width = scaled (width, shorter, shorter_side);
      self->height = scaled (height, shorter, shorter_side);
    }
  if (g_size_checked_mul (&count, (gsize) self->width, (gsize) bands)
      && g_size_checked_mul (&count, count, (gsize) self->height)
      && count <= G_MAXSSIZE / sizeof (float))
    {
      self->values = g_try_new0 (float, count);
      self->weights = g_try_new0 (float, count);
    }
  if (self->values == NULL || self->weights == NULL)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("%d × %d pixels with %d bands do not fit into the free memory. "
                      "Choose fewer bands or a smaller size."),
                   self->width, self->height, bands);
      return NULL;
    }
  self->line = g_new (float, (gsize) self->width *bands);
  self->weight = g_new (float, (gsize) self->width *bands);
  return g_steal_pointer (&self);
}

int
pheno_average_width (const Average *shrink)
{
  return shrink->width;
}

int
pheno_average_height (const Average *shrink)
{
  return shrink->height;
}

/* One pixel into its share of a sum. NAN compares unequal to itself, and counts 0. */
static void
add_pixel (const float *pixel, float share, int bands, float *restrict sum,
           float *restrict weight)
{
  for (int band = 0; band < bands; band++)
    {
      float good = pixel[band] == pixel[band] ? share : 0;
      float value = pixel[band] == pixel[band] ? pixel[band] : 0;

      sum[band] += good * value;
      weight[band] += good;
    }
}

static void
shrink_across (Average *self, const float *row)
{
  gsize count = (gsize) self->width * self->bands;
  double step = (double) self->from_width / self->width;

  memset (self->line, 0, count * sizeof (float));
  memset (self->weight, 0, count * sizeof (float));
  for (int x = 0; x < self->width; x++)
    {
      double low = x * step, high = (x + 1) * step;
      gsize to = (gsize) x * self->bands;

      for (int i = (int) low; i < self->from_width && i < high - 1e-9; i++)
        {
          double share = MIN (i + 1, high) - MAX (i, low);

          if (share > 1e-9)
            add_pixel (row + (gsize) i * self->bands, (float) share, self->bands,
                       self->line + to, self->weight + to);
        }
    }
}

static void
add_line (Average *self, int y, float share)
{
  gsize count = (gsize) self->width * self->bands;
  float *restrict values = self->values + y * count;
  float *restrict weights = self->weights + y * count;

  for (gsize i = 0; i < count; i++)
    {
      values[i] += share * self->line[i];
      weights[i] += share * self->weight[i];
    }
}

void
pheno_average_add (Average *shrink, const float *row)
{
  double step = (double) shrink->from_height / shrink->height;
  int y = (int) (shrink->row / step + 1e-9);

  shrink_across (shrink, row);
  for (; y < shrink->height; y++)
    {
      double share = MIN (shrink->row + 1, (y + 1) * step) - MAX (shrink->row, y * step);

      if (share < 1e-9)
        break;
      add_line (shrink, y, (float) share);
    }
  shrink->row++;
}

float *
pheno_average_values (Average *shrink)
{
  gsize count = (gsize) shrink->width * shrink->height * shrink->bands;

  for (gsize i = 0; i < count; i++)
    shrink->values[i]
        = shrink->weights[i] > 0 ? shrink->values[i] / shrink->weights[i] : NAN;
  return shrink->values;
}
