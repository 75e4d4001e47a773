/* baseline.c - the embeddings to beat: colour and nothing else
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     mean-colour   the mean of each band: of many, the mean spectrum, its other name
 *     histogram     roots of the shares of pixels in 8 x 8 x 8 boxes of colour, or, of
 *                   other than three bands, in 16 steps of each: the cosine is then
 *                   Bhattacharyya's coefficient
 *     pixels        the whole image on 32 x 32 pixels, or as few as make 8,192 values of
 *                   all bands, at least 4 x 4; 64 principal components of these
 *     background    median of each band at the border, less that of all images: what the
 *                   photographer gives away. It should tell nothing.
 *
 * Where an image has a mask, mean and histogram are those of the specimen alone. Images
 * are read with a shorter side of 256 pixels at most.
 */
#include <math.h>
#include <string.h>

#include "engine/analysis/analysis.h"
#include "engine/augment/augment.h"
#include "engine/embedding/extractor.h"

#define BATCH 32
#define SHORTER_SIDE 256
#define LEVELS 8 /* of each band in the histogram of colours */
#define STEPS 16 /* of each band of any number */
#define PIXELS 32
#define FEWEST_PIXELS 4
#define MOST_VALUES 8192
#define COMPONENTS 64

static const char *const names[]
    = { "mean-colour", "mean-spectrum", "histogram", "pixels",
        "background",  "untrained",     NULL };

const char *const *
pheno_embed_baselines (void)
{
  return names;
}

void
pheno_extractor_free (PhenoExtractor *extractor)
{
  if (extractor == NULL)
    return;
  if (extractor->free_extra != NULL)
    extractor->free_extra (extractor->extra);
  g_clear_pointer (&extractor->preparation, pheno_preparation_free);
  g_free (extractor);
}

/* (C, H, W), and whether a pixel counts. */
static float *
planes_of (const PhenoImage *image)
{
  float *planes = g_new (float, (gsize) image->bands * image->width * image->height);

  pheno_image_to_float (image, planes);
  return planes;
}

static gboolean
mask_has_specimen (const PhenoImage *image)
{
  for (gsize i = 0; image->mask != NULL && i < (gsize) image->width * image->height; i++)
    if (image->mask[i] >= 128)
      return TRUE;
  return FALSE;
}

static void
mean_colour (const PhenoImage *image, float *row)
{
  gsize count = (gsize) image->width * image->height;
  gboolean masked = mask_has_specimen (image);
  g_autofree float *planes = planes_of (image);

  for (int band = 0; band < image->bands; band++)
    {
      double sum = 0;
      gsize used = 0;

      for (gsize i = 0; i < count; i++)
        if (!masked || image->mask[i] >= 128)
          {
            sum += planes[band * count + i];
            used++;
          }
      row[band] = (float) (sum / (double) used);
    }
}

/* Each band of its own: boxes of all together would be too many. */
static void
band_histogram (const PhenoImage *image, float *row)
{
  gsize count = (gsize) image->width * image->height;
  gboolean masked = mask_has_specimen (image);
  g_autofree float *planes = planes_of (image);

  memset (row, 0, (gsize) image->bands * STEPS * sizeof (float));
  for (int band = 0; band < image->bands; band++, row += STEPS)
    {
      gsize used = 0;

      for (gsize i = 0; i < count; i++)
        if (!masked || image->mask[i] >= 128)
          {
            row[(int) CLAMP (planes[band * count + i] * STEPS, 0, STEPS - 1)]++;
            used++;
          }
      for (int i = 0; i < STEPS; i++)
        row[i] = sqrtf (row[i] / (float) used / (float) image->bands);
    }
}

static void
histogram (const PhenoImage *image, float *row)
{
  gsize count = (gsize) image->width * image->height, used = 0;
  gboolean masked = mask_has_specimen (image);
  g_autofree float *planes = planes_of (image);

  memset (row, 0, LEVELS * LEVELS * LEVELS * sizeof (float));
  for (gsize i = 0; i < count; i++)
    if (!masked || image->mask[i] >= 128)
      {
        int box = 0;

        for (int band = 0; band < 3; band++)
          box = box * LEVELS
                + (int) CLAMP (planes[band * count + i] * LEVELS, 0, LEVELS - 1);
        row[box]++;
        used++;
      }
  for (gsize i = 0; i < LEVELS * LEVELS * LEVELS; i++)
    row[i] = sqrtf (row[i] / (float) used);
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  float x = *(const float *) a, y = *(const float *) b;

  return (x > y) - (x < y);
}

/* The middle one, or the mean of the middle two, of the outermost pixels. */
static void
background (const PhenoImage *image, float *row)
{
  gsize width = image->width, height = image->height;
  g_autofree float *planes = planes_of (image),
                   *border = g_new (float, 2 * (width + height));

  for (int band = 0; band < image->bands; band++)
    {
      const float *plane = planes + band * width * height;
      gsize n = 0;

      for (gsize x = 0; x < width; x++)
        {
          border[n++] = plane[x];
          border[n++] = plane[(height - 1) * width + x];
        }
      for (gsize y = 0; y < height; y++)
        {
          border[n++] = plane[y * width];
          border[n++] = plane[y * width + width - 1];
        }
      qsort (border, n, sizeof (float), compare_floats);
      row[band] = (border[(n - 1) / 2] + border[n / 2]) / 2;
    }
}

static gboolean
extract_each (PhenoExtractor *self, const PhenoImage *const *images, guint n, float *rows,
              GError **error)
{
  void (*measure) (const PhenoImage *image, float *row)
      = *(void (**) (const PhenoImage *, float *)) self->extra;

  for (guint i = 0; i < n; i++)
    measure (images[i], rows + i * self->columns);
  return TRUE;
}

/* The cosine sees directions from the origin: without centring, brighter and darker grey
 * are one. */
static PhenoMatrix *
centre (PhenoMatrix *matrix, GError **error)
{
  for (gsize j = 0; j < matrix->columns; j++)
    {
      double mean = 0;

      for (gsize i = 0; i < matrix->rows; i++)
        mean += (double) pheno_matrix_row (matrix, i)[j] / (double) matrix->rows;
      for (gsize i = 0; i < matrix->rows; i++)
        pheno_matrix_row (matrix, i)[j] -= (float) mean;
    }
  return matrix;
}

typedef struct
{
  PhenoRecipe *recipe;
  int side, threads;
} Pixels;

static void
pixels_free (gpointer data)
{
  Pixels *pixels = data;

  pheno_recipe_free (pixels->recipe);
  g_free (pixels);
}

static gboolean
extract_pixels (PhenoExtractor *self, const PhenoImage *const *images, guint n,
                float *rows, GError **error)
{
  const Pixels *pixels = self->extra;

  pheno_augment_batch (pixels->recipe, images, NULL, n, pixels->side, pixels->threads,
                       rows);
  return TRUE;
}

static PhenoMatrix *
reduce (PhenoMatrix *matrix, GError **error)
{
  g_autoptr (PhenoMatrix) all = matrix;
  g_autoptr (PhenoPca) pca = pheno_pca (all, COMPONENTS, error);

  return pca != NULL ? pheno_pca_project (pca, all, FALSE) : NULL;
}

static void
see_pixels (PhenoExtractor *extractor, int bands, int threads)
{
  Pixels *pixels = g_new0 (Pixels, 1);
  int side = (int) sqrt (MOST_VALUES / (double) bands);

  pixels->recipe = pheno_recipe_new ();
  pixels->threads = threads;
  pixels->side = CLAMP (side, FEWEST_PIXELS, PIXELS);
  extractor->columns = (gsize) bands * pixels->side * pixels->side;
  extractor->extract = extract_pixels;
  extractor->finish = reduce;
  extractor->extra = pixels;
  extractor->free_extra = pixels_free;
}

PhenoExtractor *
pheno_extractor_new_baseline (const PhenoEmbedSource *source, int threads, GError **error)
{
  g_autoptr (PhenoExtractor) extractor = g_new0 (PhenoExtractor, 1);
  void (*measure) (const PhenoImage *image, float *row) = mean_colour;

  extractor->batch = BATCH;
  extractor->shorter_side = SHORTER_SIDE;
  extractor->columns = (gsize) source->bands;
  extractor->extract = extract_each;
  extractor->preparation = pheno_run_preparation (source->run, error);
  if (extractor->preparation == NULL)
    return NULL;
  if (strcmp (source->baseline, "pixels") == 0)
    {
      see_pixels (extractor, source->bands, threads);
      return g_steal_pointer (&extractor);
    }
  if (strcmp (source->baseline, "histogram") == 0)
    {
      extractor->columns
          = source->bands == 3 ? LEVELS * LEVELS * LEVELS : (gsize) source->bands * STEPS;
      measure = source->bands == 3 ? histogram : band_histogram;
    }
  else if (strcmp (source->baseline, "background") == 0)
    {
      extractor->finish = centre;
      measure = background;
    }

  extractor->extra = g_memdup2 (&measure, sizeof measure);
  extractor->free_extra = g_free;
  return g_steal_pointer (&extractor);
}
