/* resample.c - a view's pixels out of the image, by the one composed map
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * An upright map (crop, pad, flips) is separable: a triangle around each pixel's place,
 * as wide as a pixel of the view is on the image, and never narrower than linear
 * interpolation. So a view that is not smaller than its part of the image is Kornia's
 * bilinear one, exactly, and a smaller one averages areas instead of leaving pixels out.
 *
 * A turned map is no longer separable. The part of the image that it needs is first made
 * upright with as many pixels as the view has (which is nothing but a copy unless the
 * view is smaller), and that is sampled bilinearly at the places of the map.
 */
#include "engine/augment/resample.h"

#include <math.h>

/* Below this nothing would be averaged that anyone could see. */
#define SMALLEST_PITCH 1.001

static pk_sample
sample_of (PhenoSampleType type)
{
  g_return_val_if_fail (type <= PHENO_SAMPLE_FLOAT32 || type == PHENO_SAMPLE_FLOAT16,
                        PK_SAMPLE_FLOAT32);

  G_STATIC_ASSERT ((int) PK_SAMPLE_UINT8 == (int) PHENO_SAMPLE_UINT8);
  G_STATIC_ASSERT ((int) PK_SAMPLE_UINT16 == (int) PHENO_SAMPLE_UINT16);
  G_STATIC_ASSERT ((int) PK_SAMPLE_FLOAT32 == (int) PHENO_SAMPLE_FLOAT32);
  return type == PHENO_SAMPLE_FLOAT16 ? PK_SAMPLE_FLOAT16 : (pk_sample) type;
}

static pk_source
source_of (const PhenoImage *image, PhenoAugmentScratch *scratch)
{
  pk_source source = { .samples = image->pixels,
                       .type = sample_of (image->type),
                       .width = image->width,
                       .height = image->height,
                       .bands = image->bands,
                       .black = (float) image->black,
                       .gain = (float) (1 / (image->white - image->black)) };
  float *levels;

  if (image->band_black == NULL)
    return source;

  levels = pheno_room_get (&scratch->levels, 2 * (gsize) image->bands, sizeof *levels);
  for (int band = 0; band < image->bands; band++)
    {
      levels[band] = (float) image->band_black[band];
      levels[image->bands + band]
          = (float) (1 / (image->band_white[band] - image->band_black[band]));
    }
  source.band_black = levels;
  source.band_gain = levels + image->bands;
  return source;
}

static pk_taps
find_taps (PhenoTapsRoom *room, int length, double origin, double step, double pitch,
           int samples)
{
  pk_taps taps = { .length = length };

  taps.start = pheno_room_get (&room->start, (gsize) length, sizeof (int));
  taps.count = pheno_room_get (&room->count, (gsize) length, sizeof (int));
  taps.first = pheno_room_get (&room->first, (gsize) length, sizeof (int));
  taps.weight
      = pheno_room_get (&room->weight, pk_taps_room (length, pitch), sizeof (float));
  pk_taps_fill (&taps, origin, step, pitch, samples);
  return taps;
}

/* Half-width of the triangle, at least that of linear interpolation. */
static double
pitch_of (const PhenoGeometry *geometry, double step)
{
  double pitch = fabs (step);

  return geometry->antialias && pitch > SMALLEST_PITCH ? pitch : 1;
}

static void
run (const PhenoImage *image, const pk_taps *across, const pk_taps *down,
     PhenoAugmentScratch *scratch, const pk_target *target)
{
  pk_source source = source_of (image, scratch);
  gsize length = (gsize) (across->high - across->low) * (gsize) image->bands + 16;

  scratch->passes->resample (&source, across, down,
                             pheno_room_get (&scratch->line, length, sizeof (float)),
                             target);
}

static const float *
find_fill (const PhenoGeometry *geometry, const PhenoImage *image,
           PhenoAugmentScratch *scratch)
{
  float *fill;

  if (geometry->outside == PHENO_OUTSIDE_BACKGROUND)
    return pheno_background (image, scratch);
  fill = pheno_room_get (&scratch->fill, (gsize) image->bands, sizeof *fill);
  for (int band = 0; band < image->bands; band++)
    fill[band] = 0;
  return fill;
}

/* The part of the view beyond the rectangle that shows the image. */
static void
fill_around (const PhenoGeometry *geometry, const float *fill, int size, int bands,
             float *view)
{
  for (int band = 0; band < bands; band++)
    for (int y = 0; y < size; y++)
      for (int x = 0; x < size; x++)
        {
          gboolean inside = x >= geometry->left && x < geometry->left + geometry->width
                            && y >= geometry->top && y < geometry->top + geometry->height;

          if (!inside)
            view[((gsize) band * (gsize) size + (gsize) y) * (gsize) size + (gsize) x]
                = fill[band];
          else
            x = geometry->left + geometry->width - 1;
        }
}

static void
resample_upright (PhenoGeometry geometry, const PhenoImage *image, int size,
                  PhenoAugmentScratch *scratch, float *view)
{
  gsize plane = (gsize) size * (gsize) size;
  const double *inverse = geometry.inverse;
  pk_target target
      = { .row_stride = (gsize) size, .column_stride = 1, .band_stride = plane };
  pk_taps across, down;

  if (geometry.outside == PHENO_OUTSIDE_EDGE)
    {
      geometry.left = geometry.top = 0;
      geometry.width = geometry.height = size;
    }
  if (geometry.width < size || geometry.height < size)
    fill_around (&geometry, find_fill (&geometry, image, scratch), size, image->bands,
                 view);

  across = find_taps (&scratch->across, geometry.width,
                      inverse[2] + inverse[0] * geometry.left, inverse[0],
                      pitch_of (&geometry, inverse[0]), image->width);
  down = find_taps (&scratch->down, geometry.height,
                    inverse[5] + inverse[4] * geometry.top, inverse[4],
                    pitch_of (&geometry, inverse[4]), image->height);
  target.values = view + (gsize) geometry.top * (gsize) size + (gsize) geometry.left;
  run (image, &across, &down, scratch, &target);
}

/* How many pixels of the image a step of one pixel in the view covers, across and down,
 * at the view's centre: the size of the view's pixel on the image. */
static void
find_pitch (const PhenoGeometry *geometry, int size, double *across, double *down)
{
  const double *m = geometry->inverse;
  double centre = (size - 1) / 2.0;
  double w = m[6] * centre + m[7] * centre + m[8];
  double x = (m[0] * centre + m[1] * centre + m[2]) / w;
  double y = (m[3] * centre + m[4] * centre + m[5]) / w;

  *across = pitch_of (geometry, hypot ((m[0] - x * m[6]) / w, (m[1] - x * m[7]) / w));
  *down = pitch_of (geometry, hypot ((m[3] - y * m[6]) / w, (m[4] - y * m[7]) / w));
}

/* The stage's pixels are those of the whole image shrunk by the pitch, edge to edge. */
static void
map_to_stage (const double inverse[9], double across, double down, double mapped[9])
{
  for (int i = 0; i < 3; i++)
    {
      mapped[i] = (inverse[i] + 0.5 * inverse[6 + i]) / across - 0.5 * inverse[6 + i];
      mapped[3 + i]
          = (inverse[3 + i] + 0.5 * inverse[6 + i]) / down - 0.5 * inverse[6 + i];
      mapped[6 + i] = inverse[6 + i];
    }
}

/* What the view needs of the stage, from the places of its corners. */
static void
find_part (const double mapped[9], int size, pk_stage *stage)
{
  double low_x = INFINITY, low_y = INFINITY, high_x = -INFINITY, high_y = -INFINITY;

  for (int corner = 0; corner < 4; corner++)
    {
      double u = corner & 1 ? size - 1 : 0, v = corner & 2 ? size - 1 : 0;
      pk_point point = pk_homography (mapped, u, v);

      low_x = MIN (low_x, point.x);
      low_y = MIN (low_y, point.y);
      high_x = MAX (high_x, point.x);
      high_y = MAX (high_y, point.y);
    }
  stage->left = (int) CLAMP (floor (low_x) - 1, 0, stage->width - 1);
  stage->top = (int) CLAMP (floor (low_y) - 1, 0, stage->height - 1);
  stage->columns
      = (int) CLAMP (ceil (high_x) + 1, stage->left, stage->width - 1) - stage->left + 1;
  stage->rows
      = (int) CLAMP (ceil (high_y) + 1, stage->top, stage->height - 1) - stage->top + 1;
}

static void
resample_turned (const PhenoGeometry *geometry, const PhenoImage *image, int size,
                 PhenoAugmentScratch *scratch, float *view)
{
  gsize bands = (gsize) image->bands;
  pk_target target = { .column_stride = bands, .band_stride = 1 };
  pk_stage stage = { .bands = image->bands };
  pk_taps across, down;
  double pitch_x, pitch_y, mapped[9];

  find_pitch (geometry, size, &pitch_x, &pitch_y);
  map_to_stage (geometry->inverse, pitch_x, pitch_y, mapped);
  stage.width = (int) ceil (image->width / pitch_x);
  stage.height = (int) ceil (image->height / pitch_y);
  find_part (mapped, size, &stage);

  across = find_taps (&scratch->across, stage.columns, (stage.left + 0.5) * pitch_x - 0.5,
                      pitch_x, pitch_x, image->width);
  down = find_taps (&scratch->down, stage.rows, (stage.top + 0.5) * pitch_y - 0.5,
                    pitch_y, pitch_y, image->height);
  target.row_stride = (gsize) stage.columns * bands;
  target.values = pheno_room_get (
      &scratch->stage, (gsize) stage.rows * target.row_stride + 4, sizeof (float));
  run (image, &across, &down, scratch, &target);

  stage.samples = target.values;
  scratch->passes->warp (&stage, mapped, size,
                         geometry->outside == PHENO_OUTSIDE_EDGE ? PK_OUTSIDE_EDGE
                                                                 : PK_OUTSIDE_FILL,
                         find_fill (geometry, image, scratch), view);
}

void
pheno_resample (const PhenoGeometry *geometry, const PhenoImage *image, int size,
                PhenoAugmentScratch *scratch, float *view)
{
  const double *m = geometry->inverse;

  if (m[1] == 0 && m[3] == 0 && m[6] == 0 && m[7] == 0)
    resample_upright (*geometry, image, size, scratch, view);
  else
    resample_turned (geometry, image, size, scratch, view);
}
