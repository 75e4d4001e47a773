/* resample.c - a view's pixels out of the image, by the one composed map
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * An upright map (crop, pad, flips) is separable: a triangle around each pixel's place,
 * as wide as a pixel of the view is on the image, and never narrower than linear
 * interpolation. So a view that is not smaller than its part of the image is Kornia's
 * bilinear one, exactly, and a smaller one averages areas instead of leaving pixels out.
 *
 * Any other map is not separable. The part of the image that it needs is first made
 * upright with as many pixels as the view has (which is nothing but a copy unless the
 * view is smaller), and that is sampled bilinearly at the places of the map.
 */
#include "engine/augment/resample.h"

#include <math.h>

/* Below this nothing would be averaged that anyone could see. */
#define SMALLEST_PITCH 1.001

pk_taps
pheno_taps_room_get (PhenoTapsRoom *room, int length, gsize weights)
{
  pk_taps taps = { .length = length };

  taps.start = pheno_room_get (&room->start, (gsize) length, sizeof (int));
  taps.count = pheno_room_get (&room->count, (gsize) length, sizeof (int));
  taps.first = pheno_room_get (&room->first, (gsize) length, sizeof (int));
  taps.weight = pheno_room_get (&room->weight, weights, sizeof (float));
  return taps;
}

static pk_taps
find_taps (PhenoTapsRoom *room, int length, double origin, double step, double pitch,
           int samples)
{
  pk_taps taps = pheno_taps_room_get (room, length, pk_taps_room (length, pitch));

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
find_levels (PhenoResampling *self, PhenoAugmentScratch *scratch)
{
  const PhenoImage *image = self->image;
  gsize room = (gsize) image->bands + 4;
  float *black = pheno_room_get (&scratch->black, room, sizeof *black);
  float *slope = pheno_room_get (&scratch->slope, room, sizeof *slope);

  for (int band = 0; band < image->bands; band++)
    {
      double low = pheno_image_black (image, band);

      black[band] = (float) low;
      slope[band] = (float) (1 / (pheno_image_white (image, band) - low));
    }
  self->black = black;
  self->slope = slope;
}

static void
find_fill (PhenoResampling *self, PhenoAugmentScratch *scratch)
{
  const PhenoImage *image = self->image;
  gsize room = (gsize) image->bands + 4;
  float *fill = pheno_room_get (&scratch->fill, room, sizeof *fill);
  const float *background = self->geometry.outside == PHENO_OUTSIDE_BACKGROUND
                                ? pheno_background_colour (image, scratch)
                                : NULL;

  for (int band = 0; band < image->bands; band++)
    fill[band] = background != NULL ? background[band] : 0;
  self->fill = fill;
}

static gboolean
is_upright (const PhenoGeometry *geometry)
{
  const double *m = geometry->inverse;

  return !geometry->bent && !geometry->moved && m[1] == 0 && m[3] == 0 && m[6] == 0
         && m[7] == 0 && m[8] == 1;
}

static void
begin_upright (PhenoResampling *self, PhenoAugmentScratch *scratch)
{
  PhenoGeometry *geometry = &self->geometry;
  const double *inverse = geometry->inverse;

  if (geometry->outside == PHENO_OUTSIDE_EDGE)
    {
      geometry->left = geometry->top = 0;
      geometry->width = geometry->height = self->size;
    }
  self->across = find_taps (&scratch->across, geometry->width,
                            inverse[2] + inverse[0] * geometry->left, inverse[0],
                            pitch_of (geometry, inverse[0]), self->image->width);
  self->down = find_taps (&scratch->down, geometry->height,
                          inverse[5] + inverse[4] * geometry->top, inverse[4],
                          pitch_of (geometry, inverse[4]), self->image->height);
}

static pk_point
map_point (const PhenoGeometry *geometry, double u, double v)
{
  pk_point point = { u, v };

  if (geometry->bent)
    {
      float x, y;

      point = pk_homography (geometry->after, u, v);
      pk_bend (&geometry->spline, (float) point.x, (float) point.y, &x, &y);
      point.x = (double) x;
      point.y = (double) y;
    }
  return pk_homography (geometry->inverse, point.x, point.y);
}

/* How many pixels of the image a step of one pixel in the view covers, across and down:
 * the size of the view's pixel on the image, about the view's centre. */
static void
find_pitch (const PhenoGeometry *geometry, int size, double *across, double *down)
{
  double centre = (size - 1) / 2.0, reach = MAX (size / 8.0, 0.5);
  pk_point left = map_point (geometry, centre - reach, centre);
  pk_point right = map_point (geometry, centre + reach, centre);
  pk_point top = map_point (geometry, centre, centre - reach);
  pk_point bottom = map_point (geometry, centre, centre + reach);

  *across = pitch_of (geometry, hypot (right.x - left.x, bottom.x - top.x) / (2 * reach));
  *down = pitch_of (geometry, hypot (right.y - left.y, bottom.y - top.y) / (2 * reach));
  if (!(*across < 1e6 && *down < 1e6)) /* the centre is seen from its horizon */
    *across = *down = 1;
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

static void
begin_turned (PhenoResampling *self, PhenoAugmentScratch *scratch)
{
  const PhenoGeometry *geometry = &self->geometry;
  const PhenoImage *image = self->image;
  gsize places = (gsize) self->size * (gsize) self->size + 32;
  double pitch_x, pitch_y;
  pk_map map = { .spline = geometry->bent ? &geometry->spline : NULL };
  pk_stage *stage = &self->stage;

  find_pitch (geometry, self->size, &pitch_x, &pitch_y);
  map_to_stage (geometry->inverse, pitch_x, pitch_y, map.inverse);
  for (int i = 0; i < 9; i++)
    map.after[i] = geometry->bent ? geometry->after[i] : i % 4 == 0;

  self->places.column = pheno_room_get (&scratch->column, places, sizeof (gint32));
  self->places.row = pheno_room_get (&scratch->row, places, sizeof (gint32));
  self->places.x = pheno_room_get (&scratch->x, places, sizeof (float));
  self->places.y = pheno_room_get (&scratch->y, places, sizeof (float));
  stage->width = (int) ceil (image->width / pitch_x);
  stage->height = (int) ceil (image->height / pitch_y);
  scratch->passes->places (&map, self->size, stage->width, stage->height, &self->places);

  stage->left = self->places.low_column;
  stage->top = self->places.low_row;
  stage->columns = MAX (self->places.high_column - stage->left + 1, 1);
  stage->rows = MAX (self->places.high_row - stage->top + 1, 1);
  self->across
      = find_taps (&scratch->across, stage->columns, (stage->left + 0.5) * pitch_x - 0.5,
                   pitch_x, pitch_x, image->width);
  self->down = find_taps (&scratch->down, stage->rows, (stage->top + 0.5) * pitch_y - 0.5,
                          pitch_y, pitch_y, image->height);
}

void
pheno_resampling_begin (PhenoResampling *self, const PhenoGeometry *geometry,
                        const PhenoImage *image, int size, PhenoAugmentScratch *scratch)
{
  *self = (PhenoResampling){
    .image = image, .size = size, .geometry = *geometry, .upright = is_upright (geometry)
  };
  find_levels (self, scratch);
  find_fill (self, scratch);
  if (self->upright)
    begin_upright (self, scratch);
  else
    begin_turned (self, scratch);
}

/* The part of the view beyond the rectangle that shows the image. */
static void
fill_around (const PhenoResampling *self, int first, int n, float *planes)
{
  const PhenoGeometry *geometry = &self->geometry;
  int size = self->size;

  for (int band = 0; band < n; band++)
    for (int y = 0; y < size; y++)
      for (int x = 0; x < size; x++)
        {
          gboolean inside = x >= geometry->left && x < geometry->left + geometry->width
                            && y >= geometry->top && y < geometry->top + geometry->height;

          if (!inside)
            planes[((gsize) band * (gsize) size + (gsize) y) * (gsize) size + (gsize) x]
                = self->fill[first + band];
          else
            x = geometry->left + geometry->width - 1;
        }
}

static void
resample (const PhenoResampling *self, int first, int n, PhenoAugmentScratch *scratch,
          const pk_target *target)
{
  const PhenoImage *image = self->image;
  pk_source source = { .samples = image->pixels,
                       .type = (pk_sample) image->type,
                       .width = image->width,
                       .height = image->height,
                       .bands = image->bands,
                       .first = first,
                       .count = n,
                       .black = self->black + first,
                       .gain = self->slope + first };
  gsize columns = (gsize) (self->across.high - self->across.low + self->across.most);
  gsize length = columns * (gsize) n + 16;

  G_STATIC_ASSERT ((int) PK_SAMPLE_UINT8 == (int) PHENO_SAMPLE_UINT8);
  G_STATIC_ASSERT ((int) PK_SAMPLE_UINT16 == (int) PHENO_SAMPLE_UINT16);
  G_STATIC_ASSERT ((int) PK_SAMPLE_FLOAT32 == (int) PHENO_SAMPLE_FLOAT32);
  G_STATIC_ASSERT ((int) PK_SAMPLE_INT64 == (int) PHENO_SAMPLE_INT64);
  G_STATIC_ASSERT ((int) PK_SAMPLE_FLOAT16 == (int) PHENO_SAMPLE_FLOAT16);
  G_STATIC_ASSERT ((int) PK_SAMPLE_FLOAT64 == (int) PHENO_SAMPLE_FLOAT64);
  scratch->passes->resample (&source, &self->across, &self->down,
                             pheno_room_get (&scratch->line, length, sizeof (float)),
                             target);
}

void
pheno_resampling_run (PhenoResampling *self, int first, int n,
                      PhenoAugmentScratch *scratch, float *planes)
{
  const PhenoGeometry *geometry = &self->geometry;
  gsize size = (gsize) self->size;
  pk_target target = { .row_stride = size, .band_stride = size * size };

  if (self->upright)
    {
      if (geometry->width < self->size || geometry->height < self->size)
        fill_around (self, first, n, planes);
      target.values = planes + (gsize) geometry->top * size + (gsize) geometry->left;
      resample (self, first, n, scratch, &target);
      return;
    }

  target.row_stride = (gsize) self->stage.columns * (gsize) n;
  target.band_stride = 0;
  target.values = pheno_room_get (
      &scratch->stage, (gsize) self->stage.rows * target.row_stride + 4, sizeof (float));
  resample (self, first, n, scratch, &target);
  self->stage.samples = target.values;
  self->stage.bands = n;
  scratch->passes->warp (&self->stage, &self->places, self->size,
                         geometry->outside == PHENO_OUTSIDE_EDGE ? PK_OUTSIDE_EDGE
                                                                 : PK_OUTSIDE_FILL,
                         self->fill + first, planes);
}
