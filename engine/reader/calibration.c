/* calibration.c - reflectance from a white and a dark reference
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     reflectance = (sample - dark) / (white - dark) * reflectance of the white reference
 *
 * White and dark are means of each band over their pixels. In a file that is as wide as
 * the image they are means of each column: the pixels of a line camera differ, and each
 * sees the same column of every line.
 */
#include "engine/reader/preparation-parts.h"

#include <stdio.h>

#define STRIP_BYTES (8u << 20)

void
pheno_reference_clear (Reference *reference)
{
  g_clear_pointer (&reference->path, g_free);
}

gboolean
pheno_reference_read (const char *setting, const char *text, Reference *reference,
                      GError **error)
{
  PhenoRegion *region = &reference->region;
  char rest;

  *reference = (Reference){ .is_there = !g_str_equal (text, "none") };
  if (!reference->is_there)
    return TRUE;
  if (!g_str_has_prefix (text, "region:"))
    {
      reference->path = g_strdup (text);
      return *text != '\0';
    }
  if (sscanf (text, "region:%d,%d,%d,%d%c", &region->x, &region->y, &region->width,
              &region->height, &rest)
          == 4
      && region->x >= 0 && region->y >= 0 && region->width > 0 && region->height > 0)
    return TRUE;

  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("“%s” is “%s”; it must be none, a file, or region:X,Y,WIDTH,HEIGHT in "
                  "pixels."),
               setting, text);
  return FALSE;
}

void
pheno_calibration_free (Calibration *calibration)
{
  if (calibration == NULL)
    return;

  g_free (calibration->dark);
  g_free (calibration->gain);
  g_free (calibration);
}

/* Sums of each column and band of a region, strip by strip. */
static gboolean
sum_region (PhenoSource *source, const PhenoRegion *region, const int *bands, int n,
            double *sums, GError **error)
{
  int rows = (int) CLAMP (STRIP_BYTES / ((gsize) region->width * n * 4), 1, 1 << 20);

  for (int y = 0; y < region->height; y += rows)
    {
      PhenoRegion strip
          = { region->x, region->y + y, region->width, MIN (rows, region->height - y) };
      g_autoptr (PhenoImage) image = pheno_source_read (source, &strip, bands, n, error);

      if (image == NULL)
        return FALSE;
      for (int row = 0; row < strip.height; row++)
        for (gsize i = 0; i < (gsize) strip.width * n; i++)
          sums[i] += pheno_image_sample (image, (gsize) row * strip.width * n + i);
    }
  return TRUE;
}

/* (transfer full): (columns, n) means; @columns is that of the image or 1. */
static double *
read_means (const Reference *reference, PhenoSource *source, const char *path,
            const int *bands, int n, int *columns, GError **error)
{
  g_autoptr (PhenoSource) other = NULL;
  const PhenoImageHeader *header;
  PhenoRegion region = reference->region;
  g_autofree double *sums = NULL;
  double *means;
  int width = pheno_source_header (source)->width;

  if (reference->path != NULL)
    {
      g_autofree char *folder = g_path_get_dirname (path);
      g_autofree char *file = g_path_is_absolute (reference->path)
                                  ? g_strdup (reference->path)
                                  : g_build_filename (folder, reference->path, NULL);

      if ((other = pheno_source_open (file, error)) == NULL)
        return NULL;
      header = pheno_source_header (other);
      region = (PhenoRegion){ 0, 0, header->width, header->height };
      if (header->bands != pheno_source_header (source)->bands)
        {
          g_autofree char *name = pheno_display_name (file),
                          *of = pheno_display_name (path);

          g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
                       _ ("The reference “%s” has %d bands and “%s” %d. Choose the "
                          "reference of the same camera and settings."),
                       name, header->bands, of, pheno_source_header (source)->bands);
          return NULL;
        }
    }

  sums = g_new0 (double, (gsize) region.width *n);
  if (!sum_region (other != NULL ? other : source, &region, bands, n, sums, error))
    return NULL;
  *columns = reference->path != NULL && region.width == width ? width : 1;
  means = g_new0 (double, (gsize) *columns *n);
  for (int x = 0; x < region.width; x++)
    for (int band = 0; band < n; band++)
      means[(gsize) (*columns > 1 ? x : 0) * n + band]
          += sums[(gsize) x * n + band] / region.height
             / (*columns > 1 ? 1 : region.width);
  return means;
}

static gboolean
is_sound (const Calibration *self, const double *white, int white_columns,
          const char *path, GError **error)
{
  guint lost = 0;

  for (int band = 0; band < self->n; band++)
    {
      double mean = 0;

      for (int x = 0; x < white_columns; x++)
        mean += white[(gsize) x * self->n + band]
                - self->dark[(gsize) (self->columns > 1 ? x : 0) * self->n + band];
      lost += !(mean > 0);
    }
  if (lost == 0)
    return TRUE;

  {
    g_autofree char *name = pheno_display_name (path);

    g_set_error (
        error, PHENO_ERROR, PHENO_ERROR_DATA,
        ngettext ("The white reference of “%s” is not brighter than the dark one "
                  "in %u band. Leave that band out, or choose other references.",
                  "The white reference of “%s” is not brighter than the dark one "
                  "in %u bands. Leave those bands out, or choose other "
                  "references.",
                  lost),
        name, lost);
  }
  return FALSE;
}

Calibration *
pheno_calibration_new (const Reference *white, const Reference *dark, double reflectance,
                       PhenoSource *source, const char *path, const int *bands, int n,
                       gboolean *done, GError **error)
{
  g_autoptr (Calibration) self = g_new0 (Calibration, 1);
  g_autofree double *bright = NULL, *black = NULL;
  int bright_columns = 1, black_columns = 1;

  *done = !white->is_there && !dark->is_there;
  if (*done
      || (white->is_there
          && (bright = read_means (white, source, path, bands, n, &bright_columns, error))
                 == NULL)
      || (dark->is_there
          && (black = read_means (dark, source, path, bands, n, &black_columns, error))
                 == NULL))
    return NULL;

  self->n = n;
  self->columns = MAX (bright_columns, black_columns);
  self->dark = g_new0 (float, (gsize) self->columns *n);
  self->gain = g_new0 (float, (gsize) self->columns *n);
  for (int x = 0; x < self->columns; x++)
    for (int band = 0; band < n; band++)
      {
        gsize to = (gsize) x * n + band;
        double zero = black != NULL ? black[(black_columns > 1 ? to : (gsize) band)] : 0;
        double one = bright != NULL ? bright[(bright_columns > 1 ? to : (gsize) band)]
                                    : zero + reflectance;

        self->dark[to] = (float) zero;
        /* A dead pixel of the reference is no number, and counted as such. */
        self->gain[to] = one > zero ? (float) (reflectance / (one - zero)) : NAN;
      }
  *done = bright == NULL || is_sound (self, bright, bright_columns, path, error);
  return *done ? g_steal_pointer (&self) : NULL;
}

void
pheno_calibration_apply (const Calibration *calibration, int left, int width, float *row)
{
  for (int x = 0; x < width; x++)
    {
      gsize from = calibration->columns > 1 ? (gsize) (left + x) * calibration->n : 0;

      for (int band = 0; band < calibration->n; band++, row++)
        *row = (*row - calibration->dark[from + band]) * calibration->gain[from + band];
    }
}
