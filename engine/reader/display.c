/* display.c - pictures of any image, for screens and figures
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/reader/preparation-parts.h"

#include <string.h>

#define SHARE 0.01 /* below black and above white */
#define BINS 1024

static const char *const names[]
    = { "auto", "full", "percentile", "bands", "root", NULL };

const char *const *
pheno_stretch_names (void)
{
  return names;
}

const char *
pheno_stretch_describe (PhenoStretch stretch)
{
  switch (stretch)
    {
    case PHENO_STRETCH_FULL:
      return _ ("the full range of the file");
    case PHENO_STRETCH_PERCENTILE:
      /* xgettext:no-c-format */
      return _ ("1 to 99 % of the values");
    case PHENO_STRETCH_BANDS:
      /* xgettext:no-c-format */
      return _ ("1 to 99 % of each colour");
    case PHENO_STRETCH_ROOT:
      /* xgettext:no-c-format */
      return _ ("1 to 99 % of the values, square root");
    case PHENO_STRETCH_AUTO:
    default:
      return _ ("as it is");
    }
}

/* Values of three bands. */
typedef struct
{
  const PhenoImage *image;
  const int *shown;
  double black[3], white[3];
} Picture;

static double
value_at (const Picture *self, gsize pixel, int colour)
{
  int band = self->shown[colour];

  return (pheno_image_sample (self->image, pixel * self->image->bands + band)
          - self->black[colour])
         / (self->white[colour] - self->black[colour]);
}

static gboolean
counts (const PhenoImage *image, gsize pixel)
{
  return image->mask == NULL || image->mask[pixel] >= 128;
}

/* The quantiles of the values of some colours, by a histogram between their ends, which
 * is made twice: a few wild values do not make all others one. */
static void
find_quantiles (const Picture *self, int first, int last, double *low, double *high)
{
  gsize pixels = (gsize) self->image->width * self->image->height;

  *low = INFINITY;
  *high = -INFINITY;
  for (gsize i = 0; i < pixels; i++)
    for (int c = first; c <= last && counts (self->image, i); c++)
      {
        double value = value_at (self, i, c);

        *low = MIN (*low, value);
        *high = MAX (*high, value);
      }
  for (int round = 0; round < 2 && *high > *low; round++)
    {
      guint64 bins[BINS] = { 0 }, all = 0, below = 0;
      double from = *low, width = (*high - *low) / BINS;
      gboolean is_low = TRUE;

      for (gsize i = 0; i < pixels; i++)
        for (int c = first; c <= last && counts (self->image, i); c++)
          {
            double place = (value_at (self, i, c) - from) / width;

            if (place == place)
              {
                bins[(int) CLAMP (place, 0, BINS - 1)]++;
                all++;
              }
          }
      for (int bin = 0; bin < BINS; bin++)
        {
          below += bins[bin];
          if (is_low && (double) below > SHARE * (double) all)
            {
              *low = from + bin * width;
              is_low = FALSE;
            }
          if ((double) below >= (1 - SHARE) * (double) all)
            {
              *high = from + (bin + 1) * width;
              break;
            }
        }
    }
  if (!(*high > *low))
    {
      *low = isfinite (*low) ? *low : 0;
      *high = *low + 1;
    }
}

static void
find_levels (Picture *self, PhenoStretch stretch)
{
  double low[3], high[3];

  for (int c = 0; c < 3; c++)
    {
      self->black[c] = pheno_image_black (self->image, self->shown[c]);
      self->white[c] = pheno_image_white (self->image, self->shown[c]);
    }
  if (stretch == PHENO_STRETCH_AUTO || stretch == PHENO_STRETCH_FULL)
    return;

  find_quantiles (self, 0, 2, &low[0], &high[0]);
  for (int c = 2; c >= 0; c--)
    {
      double black = self->black[c], range = self->white[c] - black;

      low[c] = low[0];
      high[c] = high[0];
      if (stretch == PHENO_STRETCH_BANDS)
        find_quantiles (self, c, c, &low[c], &high[c]);
      self->black[c] = black + low[c] * range;
      self->white[c] = black + high[c] * range;
    }
}

void
pheno_display_render (const PhenoImage *image, const int shown[3], PhenoStretch stretch,
                      gboolean show_mask, guint8 *pixels)
{
  static const double dimmed[3] = { 0.25, 0.3, 0.55 };
  Picture picture = { .image = image, .shown = shown };
  gsize count = (gsize) image->width * image->height;

  find_levels (&picture, stretch);
  for (gsize i = 0; i < count; i++)
    for (int c = 0; c < 3; c++, pixels++)
      {
        double value = value_at (&picture, i, c);

        value = value > 0 ? MIN (value, 1) : 0;
        if (stretch == PHENO_STRETCH_ROOT)
          value = sqrt (value);
        if (show_mask && !counts (image, i))
          value *= dimmed[c];
        *pixels = (guint8) (value * 255 + 0.5);
      }
}

/* What a file can be shown as when nobody says how. */
static char *
choose_bands (const PhenoImageHeader *header, const char *path)
{
  static const char *const wishes[] = { "rgb", "cie" };
  const int *shown = header->default_bands;

  for (gsize i = 0; i < G_N_ELEMENTS (wishes); i++)
    {
      g_autoptr (PhenoBandSelection) bands = pheno_band_selection_new (wishes[i], NULL);
      g_auto (PhenoBandChoice) choice = { 0 };

      if (pheno_band_selection_choose (bands, header, path, -1, &choice, NULL))
        return g_strdup (wishes[i]);
    }
  if (header->modality != PHENO_MODALITY_RGB && shown[0] >= 0 && shown[1] >= 0
      && shown[2] >= 0 && MAX (MAX (shown[0], shown[1]), shown[2]) < header->bands
      && shown[0] != shown[1])
    return g_strdup_printf ("%d,%d,%d", shown[0] + 1, shown[1] + 1, shown[2] + 1);
  return header->bands >= 3
             ? g_strdup_printf ("%d,%d,1", header->bands, (header->bands + 1) / 2)
             : g_strdup ("1");
}

/* Red, green and blue of the prepared bands. */
static void
choose_shown (const PhenoImage *image, const char *bands, int shown[3])
{
  gboolean turned = g_str_equal (bands, "uv") || g_str_has_prefix (bands, "receptors:");
  int n = image->bands;

  /* The double cone is no colour. */
  if (g_str_has_prefix (bands, "receptors:") && n > 3 && image->band_names != NULL
      && g_str_equal (image->band_names[n - 1], "double"))
    n--;
  for (int c = 0; c < 3; c++)
    shown[c] = n < 3 ? 0 : turned ? n - 1 - c * (n - 1) / 2 : c;
  if (turned && image->wavelengths_nm != NULL && n >= 3
      && image->wavelengths_nm[0] > image->wavelengths_nm[n - 1])
    {
      int first = shown[0];

      shown[0] = shown[2];
      shown[2] = first;
    }
}

static PhenoImage *
picture_of (const PhenoImage *image, const char *bands, PhenoStretch stretch,
            gboolean show_mask, GError **error)
{
  PhenoImage *picture
      = pheno_image_new (image->width, image->height, 3, PHENO_SAMPLE_UINT8, error);
  int shown[3];

  if (picture == NULL)
    return NULL;
  choose_shown (image, bands, shown);
  pheno_display_render (image, shown, stretch, show_mask, picture->pixels);
  if (image->mask != NULL)
    picture->mask = g_memdup2 (image->mask, (gsize) image->width * image->height);
  return picture;
}

PhenoImage *
pheno_display_read (const char *path, const PhenoDisplayOptions *options,
                    int shorter_side, GError **error)
{
  const PhenoDisplayOptions none = { 0 };
  PhenoPreparationOptions settings = PHENO_PREPARATION_DEFAULTS;
  g_auto (PhenoImageHeader) header = { 0 };
  g_autoptr (PhenoPreparation) preparation = NULL;
  g_autoptr (PhenoImage) image = NULL;
  g_autofree char *bands = NULL;
  PhenoStretch stretch;
  gboolean is_photograph;

  options = options != NULL ? options : &none;
  stretch = options->stretch;
  if (!pheno_reader_read_header (path, &header, error))
    return NULL;
  is_photograph = header.modality == PHENO_MODALITY_RGB;
  if (is_photograph && header.type == PHENO_SAMPLE_UINT8 && options->bands == NULL
      && options->mask == NULL && !options->show_mask && stretch <= PHENO_STRETCH_FULL)
    return pheno_reader_read (path, shorter_side, error);

  bands
      = options->bands != NULL ? g_strdup (options->bands) : choose_bands (&header, path);
  settings.bands = bands;
  settings.mask = options->mask != NULL ? options->mask : "auto";
  if (header.scale_factor > 0)
    settings.radiometry = "reflectance";
  if (stretch == PHENO_STRETCH_AUTO && !is_photograph)
    stretch = PHENO_STRETCH_PERCENTILE;
  if ((preparation = pheno_preparation_new (&settings, error)) == NULL
      || (image = pheno_preparation_read (preparation, path, shorter_side, NULL, error))
             == NULL)
    return NULL;
  return picture_of (image, bands, stretch, options->show_mask, error);
}
