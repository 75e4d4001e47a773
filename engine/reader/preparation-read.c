/* preparation-read.c - one file through all steps of a preparation
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/preparation-parts.h"
#include "kernels/body/half.h"

#include <string.h>

#define STRIP_BYTES (8u << 20)

/* One file on its way. */
typedef struct
{
  const PhenoPreparation *preparation;
  const char *path;
  PhenoSource *source;            /* (nullable): what is read in parts ... */
  PhenoImage *whole;              /* ... or as a whole */
  const PhenoImageHeader *header; /* of @source */
  int width, height;              /* before the crop */
  guint8 *mask;                   /* (nullable): as large */
  PhenoRegion region;
  PhenoBandChoice choice;
  Calibration *calibration;
  Average *shrink;
  PhenoSampleCounts counts;
  double largest; /* sample so far */
} Job;

static void
job_clear (Job *job)
{
  g_clear_pointer (&job->source, pheno_source_free);
  g_clear_pointer (&job->whole, pheno_image_free);
  g_clear_pointer (&job->mask, g_free);
  g_clear_pointer (&job->calibration, pheno_calibration_free);
  g_clear_pointer (&job->shrink, pheno_average_free);
  pheno_band_choice_clear (&job->choice);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear)

static gboolean
has_references (const PhenoPreparation *self)
{
  return self->white.is_there || self->dark.is_there;
}

/* Photographs are decoded as a whole, and smaller where nothing needs them larger. */
static gboolean
open_file (Job *job, int shorter_side, GError **error)
{
  const PhenoPreparation *self = job->preparation;
  int band, side;

  if ((job->source = pheno_source_open (job->path, error)) == NULL)
    return FALSE;
  job->header = pheno_source_header (job->source);
  band = pheno_mask_rule_band (&self->mask, job->header, job->path, error);
  if (band == -2)
    return FALSE;

  side = self->crop || band >= 0 ? 0 : shorter_side;
  if (job->header->modality == PHENO_MODALITY_RGB && !has_references (self)
      && (job->whole = pheno_reader_read (job->path, side, error)) == NULL)
    return FALSE;
  job->width = job->whole != NULL ? job->whole->width : job->header->width;
  job->height = job->whole != NULL ? job->whole->height : job->header->height;
  return pheno_band_selection_choose (self->bands, job->header, job->path, band,
                                      &job->choice, error)
         && pheno_mask_read (&self->mask, job->source, job->whole, job->path, side,
                             &job->mask, error);
}

static gboolean
make_ready (Job *job, int shorter_side, GError **error)
{
  const PhenoPreparation *self = job->preparation;
  gboolean done;

  job->region = self->crop && job->mask != NULL
                    ? pheno_mask_box (job->mask, job->width, job->height)
                    : (PhenoRegion){ 0, 0, job->width, job->height };
  job->calibration
      = pheno_calibration_new (&self->white, &self->dark, self->reflectance, job->source,
                               job->path, job->choice.in, job->choice.n_in, &done, error);
  if (!done)
    return FALSE;
  job->shrink = pheno_average_new (job->region.width, job->region.height, job->choice.n,
                                   shorter_side, error);
  return job->shrink != NULL;
}

/* The chosen bands of some rows of a photograph. */
static PhenoImage *
copy_rows (const Job *job, const PhenoRegion *strip, GError **error)
{
  const PhenoImage *whole = job->whole;
  gsize bytes = pheno_sample_size (whole->type);
  PhenoImage *image = pheno_image_new (strip->width, strip->height, job->choice.n_in,
                                       whole->type, error);
  guint8 *to;

  if (image == NULL)
    return NULL;
  to = image->pixels;
  for (int y = 0; y < strip->height; y++)
    for (int x = 0; x < strip->width; x++)
      {
        gsize at = (gsize) (strip->y + y) * whole->width + strip->x + x;

        for (int i = 0; i < job->choice.n_in; i++, to += bytes)
          memcpy (to,
                  (const guint8 *) whole->pixels
                      + (at * whole->bands + job->choice.in[i]) * bytes,
                  bytes);
      }
  return image;
}

static PhenoImage *
read_strip (const Job *job, const PhenoRegion *strip, GError **error)
{
  return job->whole != NULL ? copy_rows (job, strip, error)
                            : pheno_source_read (job->source, strip, job->choice.in,
                                                 job->choice.n_in, error);
}

static gboolean
read_strips (Job *job, GError **error)
{
  const PhenoRegion *region = &job->region;
  gsize row_in = (gsize) region->width * job->choice.n_in;
  gsize row_out = (gsize) region->width * job->choice.n;
  int rows = (int) CLAMP (STRIP_BYTES / (row_in * 4), 1, (gsize) region->height);
  g_autofree float *in = g_try_new (float, rows *row_in),
                   *out = g_try_new (float, row_out);

  if (in == NULL || out == NULL)
    {
      g_set_error (error, PHENO_ERROR, PHENO_ERROR_DATA,
                   _ ("There is not enough memory for a row of %d pixels with %d bands. "
                      "Choose fewer bands."),
                   region->width, job->choice.n_in);
      return FALSE;
    }
  for (int y = 0; y < region->height; y += rows)
    {
      PhenoRegion strip
          = { region->x, region->y + y, region->width, MIN (rows, region->height - y) };
      g_autoptr (PhenoImage) image = read_strip (job, &strip, error);

      if (image == NULL)
        return FALSE;
      pheno_samples_examine (image, job->header->has_ignored, job->header->ignored_value,
                             in, &job->counts, &job->largest);
      for (int row = 0; row < strip.height; row++)
        {
          float *values = in + row * row_in;

          if (job->calibration != NULL)
            pheno_calibration_apply (job->calibration, region->x, region->width, values);
          if (job->choice.mix != NULL)
            {
              pheno_mix_apply (job->choice.mix, values, (gsize) region->width, out);
              values = out;
            }
          pheno_average_add (job->shrink, values);
        }
    }
  return TRUE;
}

/* The mask of the smaller image. */
static guint8 *
shrink_mask (const Job *job, int shorter_side)
{
  const PhenoRegion *region = &job->region;
  g_autoptr (Average) shrink
      = pheno_average_new (region->width, region->height, 1, shorter_side, NULL);
  g_autofree float *row = g_new (float, region->width);
  const float *values;
  guint8 *mask;
  gsize count;

  if (job->mask == NULL || shrink == NULL)
    return NULL;
  for (int y = 0; y < region->height; y++)
    {
      const guint8 *from = job->mask + (gsize) (region->y + y) * job->width + region->x;

      for (int x = 0; x < region->width; x++)
        row[x] = from[x];
      pheno_average_add (shrink, row);
    }
  values = pheno_average_values (shrink);
  count = (gsize) pheno_average_width (shrink) * pheno_average_height (shrink);
  mask = g_malloc (count);
  for (gsize i = 0; i < count; i++)
    mask[i] = (guint8) (values[i] + 0.5f);
  return mask;
}

/* Mean of each band over the specimen, or over all good samples where it has none. */
static gboolean
find_means (const Job *job, const float *values, const guint8 *mask, gsize count,
            double *means, GError **error)
{
  int bands = job->choice.n, without = 0;
  g_autofree guint64 *used = g_new0 (guint64, bands);

  for (int pass = mask != NULL ? 0 : 1; pass < 2; pass++)
    {
      g_autofree gboolean *open = g_new (gboolean, bands);

      for (int band = 0; band < bands; band++)
        open[band] = used[band] == 0;
      for (gsize i = 0; i < count; i++)
        for (int band = 0; band < bands && (pass == 1 || mask[i] >= 128); band++)
          if (open[band] && values[i * bands + band] == values[i * bands + band])
            {
              means[band] += values[i * bands + band];
              used[band]++;
            }
    }
  for (int band = 0; band < bands; band++)
    {
      means[band] = used[band] > 0 ? means[band] / (double) used[band] : 0;
      without += used[band] == 0;
    }
  if (without == 0)
    return TRUE;

  {
    g_autofree char *name = pheno_display_name (job->path);

    g_set_error (
        error, PHENO_ERROR, PHENO_ERROR_DATA,
        ngettext ("“%s” has %d band without one usable sample. Leave it out with "
                  "bands=, or leave the file out.",
                  "“%s” has %d bands without one usable sample. Leave them out "
                  "with bands=, or leave the file out.",
                  (gulong) without),
        name, without);
  }
  return FALSE;
}

/* Gaps get the mean; background what the fill says. */
static void
fill (const Job *job, float *values, const guint8 *mask, gsize count, const double *means)
{
  FillKind kind = mask != NULL ? job->preparation->fill : FILL_KEEP;

  for (gsize i = 0; i < count; i++)
    {
      gboolean outside = kind != FILL_KEEP && mask[i] < 128;

      for (int band = 0; band < job->choice.n; band++, values++)
        if (outside)
          *values = kind == FILL_ZERO ? 0 : (float) means[band];
        else if (*values != *values)
          *values = (float) means[band];
    }
}

/* Half way from black to white, whatever the specimen is like: nothing of the background
 * is left, and nothing is said in its place. */
static void
fill_grey (const Job *job, float *values, const guint8 *mask, gsize count, double black,
           double white)
{
  gsize bands = (gsize) job->choice.n;

  for (gsize i = 0; i < count; i++)
    for (gsize band = 0; mask[i] < 128 && band < bands; band++)
      values[i * bands + band] = (float) ((black + white) / 2);
}

/* Integers of at most 16 bits stay what they are; all else becomes half floats, divided
 * by a power of two that keeps the largest far from their end. */
static PhenoImage *
store (const Job *job, const float *values, GError **error)
{
  gboolean as_it_is = job->calibration == NULL && job->choice.mix == NULL;
  PhenoSampleType from = job->whole != NULL ? job->whole->type : job->header->type;
  PhenoSampleType type = PHENO_SAMPLE_FLOAT16;
  int width = pheno_average_width (job->shrink),
      height = pheno_average_height (job->shrink);
  gsize count = (gsize) width * height * job->choice.n;
  PhenoImage *image;
  double origin = 0, step = 1;
  float largest = 0;
  int exponent;

  if (as_it_is && (from == PHENO_SAMPLE_UINT8 || from == PHENO_SAMPLE_UINT16))
    type = from;
  else if (as_it_is && from == PHENO_SAMPLE_INT16)
    {
      type = PHENO_SAMPLE_UINT16;
      origin = G_MININT16;
    }
  else
    {
      for (gsize i = 0; i < count; i++)
        largest = MAX (largest, fabsf (values[i]));
      frexp (largest, &exponent);
      step = largest > 0 ? ldexp (1, exponent - 8) : 1;
    }
  if ((image = pheno_image_new (width, height, job->choice.n, type, error)) == NULL)
    return NULL;

  image->origin = origin;
  image->step = step;
  for (gsize i = 0; i < count; i++)
    if (type == PHENO_SAMPLE_UINT8)
      ((guint8 *) image->pixels)[i] = (guint8) CLAMP (values[i] + 0.5f, 0, 255);
    else if (type == PHENO_SAMPLE_UINT16)
      ((guint16 *) image->pixels)[i]
          = (guint16) CLAMP (values[i] - (float) origin + 0.5f, 0, 65535);
    else
      ((guint16 *) image->pixels)[i] = pk_to_half ((float) (values[i] / step));
  return image;
}

/* Least and largest of the specimen, in all bands together: so the shape of spectra
 * stays.
 */
static void
find_range (const float *values, const guint8 *mask, gsize count, int bands,
            double *black, double *white)
{
  *black = INFINITY;
  *white = -INFINITY;
  for (gsize i = 0; i < count; i++)
    for (int band = 0; band < bands && (mask == NULL || mask[i] >= 128); band++)
      {
        *black = MIN (*black, values[i * bands + band]);
        *white = MAX (*white, values[i * bands + band]);
      }
  if (!(*white > *black))
    {
      *black = isfinite (*black) ? *black : 0;
      *white = *black + 1;
    }
}

static gboolean
has_reflectance (const Job *job, GError **error)
{
  g_autofree char *name = NULL;

  if (job->calibration != NULL || job->header->scale_factor > 0)
    return TRUE;

  name = pheno_display_name (job->path);
  g_set_error (
      error, PHENO_ERROR, PHENO_ERROR_SETTING,
      _ ("“%s” does not say which value is a reflectance of 1. Choose "
         "radiometry=percentile, or a white reference; radiometry=type where the "
         "values are reflectances from 0 to 1 already."),
      name);
  return FALSE;
}

/* In samples of the file, or in reflectance after a calibration. */
static gboolean
find_levels (const Job *job, const float *values, const guint8 *mask, gsize count,
             double *black, double *white, GError **error)
{
  const PhenoImage *whole = job->whole;
  PhenoSampleType type = whole != NULL ? whole->type : job->header->type;
  g_autoptr (PhenoImage) sample = pheno_image_new (1, 1, 1, type, NULL);

  *black = whole != NULL ? whole->black : 0;
  *white = job->calibration != NULL ? 1 : whole != NULL ? whole->white : sample->white;
  if (job->preparation->radiometry == RADIOMETRY_IMAGE)
    find_range (values, mask, count, job->choice.n, black, white);
  if (job->preparation->radiometry != RADIOMETRY_REFLECTANCE)
    return TRUE;
  if (!has_reflectance (job, error))
    return FALSE;
  *black = 0;
  *white = job->calibration != NULL ? 1 : job->header->scale_factor;
  return TRUE;
}

static PhenoImage *
finish (Job *job, int shorter_side, GError **error)
{
  float *values = pheno_average_values (job->shrink);
  gsize count
      = (gsize) pheno_average_width (job->shrink) * pheno_average_height (job->shrink);
  g_autofree guint8 *mask = shrink_mask (job, shorter_side);
  g_autofree double *means = g_new0 (double, job->choice.n);
  g_autoptr (PhenoImage) image = NULL;
  double black, white;

  if (!find_means (job, values, mask, count, means, error))
    return NULL;
  fill (job, values, mask, count, means);
  if (!find_levels (job, values, mask, count, &black, &white, error))
    return NULL;
  if (mask != NULL && job->preparation->fill == FILL_GREY)
    fill_grey (job, values, mask, count, black, white);
  if ((image = store (job, values, error)) == NULL)
    return NULL;

  image->mask = g_steal_pointer (&mask);
  image->black = (black - image->origin) / image->step;
  image->white = (white - image->origin) / image->step;
  image->band_names = g_strdupv (job->choice.names);
  if (job->choice.wavelengths_nm != NULL)
    image->wavelengths_nm
        = g_memdup2 (job->choice.wavelengths_nm, job->choice.n * sizeof (double));
  return g_steal_pointer (&image);
}

/* A photograph that nothing is to be done with, or that is decoded as a whole anyway. */
static PhenoImage *
read_plain (const PhenoPreparation *self, const char *path, int shorter_side,
            gboolean *is_plain, GError **error)
{
  g_auto (PhenoImageHeader) header = { 0 };

  *is_plain = FALSE;
  if (!pheno_preparation_is_plain (self))
    return NULL;
  if (!pheno_reader_read_header (path, &header, error))
    {
      *is_plain = TRUE;
      return NULL;
    }
  *is_plain = header.modality == PHENO_MODALITY_RGB;
  return *is_plain ? pheno_reader_read (path, shorter_side, error) : NULL;
}

static gboolean
take_levels (const PhenoPreparation *self, const char *path, PhenoImage *image,
             GError **error)
{
  g_autofree char *name = NULL;

  if (self->levels == NULL)
    return TRUE;
  if (self->levels->n == image->bands)
    {
      pheno_image_set_levels (image, self->levels);
      return TRUE;
    }

  name = pheno_display_name (path);
  g_set_error (error, PHENO_ERROR, PHENO_ERROR_SETTING,
               _ ("“%s” comes to %d bands and not to the %d that the run learned from. "
                  "Choose files with the same bands."),
               name, image->bands, self->levels->n);
  return FALSE;
}

PhenoImage *
pheno_preparation_read (const PhenoPreparation *preparation, const char *path,
                        int shorter_side, PhenoSampleCounts *counts, GError **error)
{
  g_auto (Job) job = { .preparation = preparation, .path = path };
  g_autoptr (PhenoImage) image = NULL;
  gboolean is_plain;

  g_return_val_if_fail (preparation != NULL && path != NULL && shorter_side >= 0, NULL);

  if (counts != NULL)
    *counts = (PhenoSampleCounts){ 0 };
  image = read_plain (preparation, path, shorter_side, &is_plain, error);
  if (!is_plain)
    {
      if (!open_file (&job, shorter_side, error)
          || !make_ready (&job, shorter_side, error) || !read_strips (&job, error))
        return NULL;
      image = finish (&job, shorter_side, error);
      if (counts != NULL)
        *counts = job.counts;
    }
  return image != NULL && take_levels (preparation, path, image, error)
             ? g_steal_pointer (&image)
             : NULL;
}

gboolean
pheno_preparation_choose (const PhenoPreparation *preparation,
                          const PhenoImageHeader *header, const char *path,
                          PhenoBandChoice *choice, GError **error)
{
  int band = pheno_mask_rule_band (&preparation->mask, header, path, error);

  return band != -2
         && pheno_band_selection_choose (preparation->bands, header, path, band, choice,
                                         error);
}
