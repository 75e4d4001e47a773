/* geometry.c - operations that move pixels: crop, pad, flips, rotation
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each adds itself to one map from the view back to the image, so a view is resampled
 * once, however many take part. Coordinates are those of Kornia 0.9: pixel
 * centres are whole numbers, and the corners of a crop fall on the corners of the view
 * (align_corners), while the letterbox meets the outer edges of pixels, as image programs
 * resize.
 */
#include <math.h>

#include "engine/augment/operation.h"

/* A crop tries this often to draw one that fits, as torchvision and Kornia do. */
#define ATTEMPTS 10

enum
{
  CROP_SCALE,
  CROP_RATIO,
  CROP_ANTIALIAS
};

static const PhenoParameterInfo crop_parameters[] = {
  { "scale", PHENO_PARAMETER_RANGE, 0.0001, 1, "0.08;1", NULL,
    N_ ("Area of the crop, as a part of the image"), .title = N_ ("Area") },
  { "ratio", PHENO_PARAMETER_RANGE, 0.01, 100, "0.75;1.3333333333333333", NULL,
    N_ ("Width of the crop divided by its height; drawn evenly on a logarithmic scale"),
    .title = N_ ("Width to height"), .usual = { 0.5, 2 } },
  { "antialias", PHENO_PARAMETER_SWITCH, 0, 1, "true", NULL,
    N_ ("Average areas where the view is smaller than the crop; without it pixels are "
        "left "
        "out, as Kornia does"),
    .title = N_ ("Average areas") },
  { NULL },
};
static const char *const crop_drawn[]
    = { N_ ("x"), N_ ("y"), N_ ("width"), N_ ("height"), NULL };

/* Where no attempt fits: as much of the image as the ratios allow. */
static void
largest_crop (const PhenoFrame *frame, double narrowest, double widest, double *width,
              double *height)
{
  double ratio = (double) frame->width / frame->height;

  *width = frame->width;
  *height = frame->height;
  if (ratio < narrowest)
    *height = rint (*width / narrowest);
  else if (ratio > widest)
    *width = rint (*height * widest);
  *width = CLAMP (*width, 1, frame->width);
  *height = CLAMP (*height, 1, frame->height);
}

static void
draw_crop (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
           double *value)
{
  const double *scale = setting->value[CROP_SCALE].number;
  const double *ratio = setting->value[CROP_RATIO].number;
  double narrowest = log (ratio[0]), widest = log (ratio[1]);
  double width = 0, height = 0;
  int attempt;

  for (attempt = 0; attempt < ATTEMPTS; attempt++)
    {
      guint word = 1 + 2 * (guint) attempt;
      double area = pheno_stream_uniform (stream, word, scale[0], scale[1]) * frame->width
                    * frame->height;
      double shape = exp (pheno_stream_uniform (stream, word + 1, narrowest, widest));

      width = rint (sqrt (area * shape));
      height = rint (sqrt (area / shape));
      if (width > 0 && width <= frame->width && height > 0 && height <= frame->height)
        break;
    }
  if (attempt == ATTEMPTS)
    largest_crop (frame, ratio[0], ratio[1], &width, &height);

  value[0] = floor (
      pheno_stream_uniform (stream, 1 + 2 * ATTEMPTS, 0, frame->width - width + 1));
  value[1] = floor (
      pheno_stream_uniform (stream, 2 + 2 * ATTEMPTS, 0, frame->height - height + 1));
  value[2] = width;
  value[3] = height;
}

/* Pixels of the image from one pixel of the view to the next, corner to corner. */
static double
corner_step (double length, int size)
{
  return size > 1 ? (length - 1) / (size - 1) : 0;
}

static void
compose_crop (const PhenoDrawn *drawn, const PhenoFrame *frame, PhenoGeometry *geometry)
{
  const double *value = drawn->value;
  const double step[9] = { corner_step (value[2], frame->size),
                           0,
                           value[0],
                           0,
                           corner_step (value[3], frame->size),
                           value[1],
                           0,
                           0,
                           1 };

  geometry->left = geometry->top = 0;
  geometry->width = geometry->height = frame->size;
  geometry->antialias = drawn->setting->value[CROP_ANTIALIAS].number[0] != 0;
  pheno_geometry_before (geometry, step);
}

const PhenoOperationClass pheno_resized_crop = {
  .info
  = { .name = "resized-crop",
      .title = N_ ("Crop"),
      .doc = N_ ("A part of the image, of random size, shape and place, fills the view"),
      .stage = PHENO_STAGE_BASE,
      .random = TRUE,
      .probability = 1,
      .place = 0,
      .parameters = crop_parameters,
      .drawn = crop_drawn },
  .address = 1,
  .draw = draw_crop,
  .compose = compose_crop,
};

/* ---- Resize and pad: what is done where no crop is ---- */

const char *const pheno_outside_words[] = { "zeros", "edge", "background", NULL };
const char *const pheno_outside_titles[]
    = { N_ ("Zeros"), N_ ("Edge drawn out"), N_ ("Background colour"), NULL };

static const PhenoParameterInfo pad_parameters[] = {
  { "outside", PHENO_PARAMETER_CHOICE, 0, 0, "background", pheno_outside_words,
    N_ ("What surrounds the image: zeros, its edge drawn out, or the median colour of "
        "its "
        "border"),
    .title = N_ ("Outside"), .choice_titles = pheno_outside_titles },
  { NULL },
};

static void
compose_pad (const PhenoDrawn *drawn, const PhenoFrame *frame, PhenoGeometry *geometry)
{
  double longer = MAX (frame->width, frame->height);
  int width = (int) CLAMP (rint (frame->width * frame->size / longer), 1, frame->size);
  int height = (int) CLAMP (rint (frame->height * frame->size / longer), 1, frame->size);
  double across = (double) frame->width / width, down = (double) frame->height / height;
  int left = (frame->size - width) / 2, top = (frame->size - height) / 2;
  const double step[9]
      = { across, 0, (0.5 - left) * across - 0.5, 0, down, (0.5 - top) * down - 0.5, 0,
          0,      1 };

  geometry->left = left;
  geometry->top = top;
  geometry->width = width;
  geometry->height = height;
  geometry->outside = (PhenoOutside) drawn->setting->value[0].number[0];
  pheno_geometry_before (geometry, step);
}

const PhenoOperationClass pheno_resize_and_pad = {
  .info
  = { .name = "resize-and-pad",
      .title = N_ ("Resize and pad"),
      .doc = N_ ("The whole image, its longer side as long as the view, wherever no crop "
                 "is drawn"),
      .stage = PHENO_STAGE_BASE,
      .random = FALSE,
      .probability = 1,
      .place = 1,
      .parameters = pad_parameters },
  .address = 2,
  .compose = compose_pad,
};

/* ---- Flips ---- */

static const PhenoParameterInfo no_parameters[] = { { NULL } };

static void
compose_horizontal_flip (const PhenoDrawn *drawn, const PhenoFrame *frame,
                         PhenoGeometry *geometry)
{
  const double step[9] = { -1, 0, frame->size - 1, 0, 1, 0, 0, 0, 1 };

  geometry->left = frame->size - geometry->left - geometry->width;
  pheno_geometry_before (geometry, step);
}

static void
compose_vertical_flip (const PhenoDrawn *drawn, const PhenoFrame *frame,
                       PhenoGeometry *geometry)
{
  const double step[9] = { 1, 0, 0, 0, -1, frame->size - 1, 0, 0, 1 };

  geometry->top = frame->size - geometry->top - geometry->height;
  pheno_geometry_before (geometry, step);
}

const PhenoOperationClass pheno_horizontal_flip = {
  .info = { .name = "horizontal-flip",
            .title = N_ ("Horizontal flip"),
            .doc = N_ ("Left and right change places"),
            .stage = PHENO_STAGE_GEOMETRY,
            .random = TRUE,
            .probability = 0.5,
            .place = 10,
            .parameters = no_parameters },
  .address = 3,
  .compose = compose_horizontal_flip,
};

const PhenoOperationClass pheno_vertical_flip = {
  .info = { .name = "vertical-flip",
            .title = N_ ("Vertical flip"),
            .doc = N_ ("Top and bottom change places"),
            .stage = PHENO_STAGE_GEOMETRY,
            .random = TRUE,
            .probability = 0.5,
            .place = 20,
            .parameters = no_parameters },
  .address = 4,
  .compose = compose_vertical_flip,
};

/* ---- Rotation ---- */

enum
{
  ROTATION_DEGREES,
  ROTATION_OUTSIDE
};

static const PhenoParameterInfo rotation_parameters[] = {
  { "degrees", PHENO_PARAMETER_NUMBER, 0, 360, "15", NULL,
    N_ ("The largest angle; drawn evenly from minus to plus this"),
    .title = N_ ("Degrees"), .usual = { 0, 180 } },
  { "outside", PHENO_PARAMETER_CHOICE, 0, 0, "zeros", pheno_outside_words,
    N_ ("What comes in at the corners from beyond the image: zeros, its edge drawn out, "
        "or the "
        "median colour of its border"),
    .title = N_ ("Outside"), .choice_titles = pheno_outside_titles },
  { NULL },
};
static const char *const rotation_drawn[] = { N_ ("degrees"), NULL };

static void
draw_rotation (const PhenoSetting *setting, const PhenoFrame *frame, PhenoStream *stream,
               double *value)
{
  double degrees = setting->value[ROTATION_DEGREES].number[0];

  value[0] = pheno_stream_uniform (stream, 1, -degrees, degrees);
}

/* A positive angle turns the picture counter-clockwise about the centre of the view. */
static void
compose_rotation (const PhenoDrawn *drawn, const PhenoFrame *frame,
                  PhenoGeometry *geometry)
{
  double angle = drawn->value[0] * G_PI / 180, centre = (frame->size - 1) / 2.0;
  double c = cos (angle), s = sin (angle);
  const double step[9] = { c, -s, centre - c * centre + s * centre,
                           s, c,  centre - s * centre - c * centre,
                           0, 0,  1 };

  if (drawn->value[0] == 0)
    return;
  pheno_geometry_set_outside (
      geometry, frame, (PhenoOutside) drawn->setting->value[ROTATION_OUTSIDE].number[0]);
  pheno_geometry_before (geometry, step);
}

const PhenoOperationClass pheno_rotation = {
  .info = { .name = "rotation",
            .title = N_ ("Rotation"),
            .doc = N_ ("Turns about the centre of the view"),
            .stage = PHENO_STAGE_GEOMETRY,
            .random = TRUE,
            .probability = 0.5,
            .place = 30,
            .parameters = rotation_parameters,
            .drawn = rotation_drawn },
  .address = 5,
  .draw = draw_rotation,
  .compose = compose_rotation,
};
