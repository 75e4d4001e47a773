/* meter.c - how much an augmentation changes: spectra, strengths, distances
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <string.h>

#include "engine/augment/recipe.h"
#include "engine/augment/scratch.h"

/* ---- Spectra ---- */

static void
mean_of_planes (const float *view, int bands, gsize count, float *mean)
{
  for (int band = 0; band < bands; band++)
    {
      double sum = 0;

      for (gsize i = 0; i < count; i++)
        sum += (double) view[(gsize) band * count + i];
      mean[band] = (float) (sum / (double) count);
    }
}

void
pheno_augment_spectrum (const PhenoRecipe *recipe, const PhenoImage *image,
                        PhenoViewKey key, int size, PhenoAugmentScratch *scratch,
                        float *before, float *after)
{
  gsize count = (gsize) size * (gsize) size;
  float *view
      = pheno_room_get (&scratch->view, (gsize) image->bands * count, sizeof *view);
  PhenoFrame frame = { size, image->width, image->height, image->bands };
  PhenoDraw draw;

  pheno_draw (recipe, &frame, key, &draw);
  for (guint i = 0; i < draw.n; i++)
    if (pheno_operation_get (draw.step[i].operation)->stage == PHENO_STAGE_END)
      draw.step[i].happens = FALSE;
  pheno_apply (&draw, image, size, scratch, view);
  mean_of_planes (view, image->bands, count, after);

  for (guint i = 0; i < draw.n; i++)
    if (pheno_operation_get (draw.step[i].operation)->stage == PHENO_STAGE_COLOUR)
      draw.step[i].happens = FALSE;
  pheno_apply (&draw, image, size, scratch, view);
  mean_of_planes (view, image->bands, count, before);
}

PhenoImage *
pheno_augment_fewer_bands (const PhenoImage *image, int most, GError **error)
{
  int bands = MIN (image->bands, MAX (most, 1));
  gsize pixels = (gsize) image->width * (gsize) image->height;
  PhenoImage *fewer
      = pheno_image_new (image->width, image->height, bands, PHENO_SAMPLE_FLOAT32, error);
  float *to;

  if (fewer == NULL)
    return NULL;
  fewer->black = 0;
  fewer->white = 1;
  if (image->mask != NULL)
    fewer->mask = g_memdup2 (image->mask, pixels);
  if (image->wavelengths_nm != NULL)
    fewer->wavelengths_nm = g_new0 (double, bands);
  to = fewer->pixels;
  for (int band = 0; band < bands; band++)
    {
      int first = (int) ((gint64) band * image->bands / bands);
      int end = (int) ((gint64) (band + 1) * image->bands / bands);

      for (int from = first; from < end; from++)
        {
          double black = pheno_image_black (image, from);
          double gain = 1 / ((pheno_image_white (image, from) - black) * (end - first));

          if (image->wavelengths_nm != NULL)
            fewer->wavelengths_nm[band] += image->wavelengths_nm[from] / (end - first);
          for (gsize i = 0; i < pixels; i++)
            {
              gsize at = i * (gsize) image->bands + (gsize) from;

              to[i * (gsize) bands + (gsize) band]
                  += (float) ((pheno_image_sample (image, at) - black) * gain);
            }
        }
    }
  return fewer;
}

/* ---- Strengths ---- */

PhenoRecipe *
pheno_recipe_at_strength (const PhenoRecipe *recipe, const char *operation,
                          const char *parameter, double part, GError **error)
{
  g_autoptr (PhenoRecipe) strong = pheno_recipe_copy (recipe);
  int found = pheno_operation_find (operation);
  const PhenoParameterInfo *info = NULL;
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *text = NULL;
  double low, high, value;

  if (found >= 0)
    for (info = pheno_operation_get ((guint) found)->parameters; info->name != NULL;
         info++)
      if (strcmp (info->name, parameter) == 0)
        break;
  /* the usual sentences about names that are not known */
  if (!pheno_recipe_set (strong, operation, "enabled", "true", error)
      || (info->name == NULL
          && !pheno_recipe_set (strong, operation, parameter, "0", error)))
    return NULL;
  if (pheno_operation_get ((guint) found)->random)
    pheno_recipe_set (strong, operation, "probability", "1", NULL);
  if (info->name == NULL || info->kind == PHENO_PARAMETER_SWITCH
      || info->kind == PHENO_PARAMETER_CHOICE || info->kind == PHENO_PARAMETER_LIST)
    {
      g_set_error (
          error, PHENO_ERROR, PHENO_ERROR_SETTING,
          _ ("The key “%s” of [augment.%s] has no strength that grows from low to "
             "high. Choose a key that is a number."),
          parameter, operation);
      return NULL;
    }

  low = info->usual[0] < info->usual[1] ? info->usual[0] : info->minimum;
  high = info->usual[0] < info->usual[1] ? info->usual[1] : info->maximum;
  value = low + CLAMP (part, 0, 1) * (high - low);
  if (info->kind == PHENO_PARAMETER_INTEGER)
    value = rint (value);
  else if (info->kind == PHENO_PARAMETER_ODD)
    value = 2 * floor (value / 2) + 1;
  g_ascii_formatd (number, sizeof number, "%.6g", value);
  text = info->kind == PHENO_PARAMETER_RANGE ? g_strconcat (number, ";", number, NULL)
                                             : g_strdup (number);
  if (!pheno_recipe_set (strong, operation, parameter, text, error))
    return NULL;
  return g_steal_pointer (&strong);
}

/* ---- Distances ---- */

static double
distance (const float *a, const float *b, gsize n, gboolean cosine)
{
  double sum = 0, one = 0, other = 0;

  for (gsize i = 0; i < n; i++)
    {
      double difference = (double) a[i] - (double) b[i];

      if (cosine)
        {
          sum += (double) a[i] * (double) b[i];
          one += (double) a[i] * (double) a[i];
          other += (double) b[i] * (double) b[i];
        }
      else
        sum += difference * difference;
    }
  if (!cosine)
    return sqrt (sum / (double) n);
  return one > 0 && other > 0 ? 1 - sum / sqrt (one * other) : 1;
}

void
pheno_view_spread (const float *values, guint n, gsize columns, gboolean cosine,
                   PhenoViewSpread *spread)
{
  guint found = 0;

  *spread = (PhenoViewSpread){ .within = NAN, .between = NAN, .found = NAN };
  if (n == 0)
    return;
  spread->within = spread->between = 0;
  for (guint i = 0; i < n; i++)
    {
      const float *row = values + (gsize) i * columns;
      double own = distance (row, row + (gsize) n * columns, columns, cosine);
      gboolean nearest = TRUE;

      spread->within += own / n;
      for (guint k = 0; k < n; k++)
        if (k != i)
          {
            double other
                = distance (row, values + (gsize) (n + k) * columns, columns, cosine);

            spread->between += other / ((double) n * (n - 1));
            nearest = nearest && own < other;
          }
      found += nearest ? 1 : 0;
    }
  if (n == 1)
    spread->between = NAN;
  else
    spread->found = (double) found / n;
}
