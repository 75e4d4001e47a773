/* pixels.h - the passes over pixels that augmentation is made of
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A view is made in three kinds of pass: one resampling out of the interleaved source
 * into the planes of the view, colour passes over the planes in place, and a blur.
 * Nothing here allocates; working memory is handed in.
 *
 * The passes are compiled for several instruction sets from one source (isa.h), without
 * contraction of a * b + c into one rounding, and sums run in a fixed order: a view is
 * the same to the bit whatever the processor.
 */
#ifndef PK_PIXELS_H
#define PK_PIXELS_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/isa.h"

#ifdef __cplusplus
extern "C"
{
#endif

  typedef enum
  {
    PK_SAMPLE_UINT8 = 0,
    PK_SAMPLE_UINT16,
    PK_SAMPLE_FLOAT32,
    PK_SAMPLE_FLOAT16 /* IEEE 754 binary16, as uint16_t */
  } pk_sample;

  /* An interleaved image (H, W, C), rows without gaps. (sample - black) * gain is its
   * value; where there are @band_black and @band_gain, those of its band, both or
   * neither. */
  typedef struct
  {
    const void *samples;
    pk_sample type;
    int width, height, bands;
    float black, gain;
    const float *band_black, *band_gain;
  } pk_source;

  /* Which samples of a line, with which weights, make each sample of a shorter or longer
   * line: weights of output i stand at weight[first[i]], count[i] of them, for the
   * samples from start[i]. They sum to 1. */
  typedef struct
  {
    int length;    /* outputs */
    int low, high; /* the samples used are low <= sample < high */
    int *start, *count, *first;
    float *weight;
  } pk_taps;

  /* How many weights an axis of @length outputs has at most, with triangles of @support.
   */
  size_t pk_taps_room (int length, double support);

  /* Fills @taps (its arrays made by the caller) for outputs at @origin + i * @step on a
   * line of @samples: a triangle of half-width @support around each, cut at the ends of
   * the line. A support of 1 is linear interpolation; a larger one averages the area that
   * a sample of a smaller image covers. */
  void pk_taps_fill (pk_taps *taps, double origin, double step, double support,
                     int samples);

  /* Where resampled values go: element (row, column, band) at
   * values[row * row_stride + column * column_stride + band * band_stride]. Interleaved
   * targets have room for one float more. */
  typedef struct
  {
    float *values;
    size_t row_stride, column_stride, band_stride;
  } pk_target;

  /* An interleaved float image (H, W, C) that stands ready to be warped. One more float
   * must be readable after its last sample. Its first pixel is (left, top) of a whole
   * that is
   * @width x @height; what is needed of the whole lies within. */
  typedef struct
  {
    const float *samples;
    int left, top, columns, rows;
    int width, height, bands;
  } pk_stage;

  typedef enum
  {
    PK_OUTSIDE_FILL = 0, /* a colour */
    PK_OUTSIDE_EDGE      /* the nearest pixel of the image */
  } pk_outside;

  typedef enum
  {
    PK_COLOUR_CLAMP = 0,  /* within 0 to 1 */
    PK_COLOUR_BRIGHTNESS, /* times @factor */
    PK_COLOUR_CONTRAST,   /* blended with the mean grey of the whole view */
    PK_COLOUR_SATURATION, /* blended with the pixel's grey */
    PK_COLOUR_HUE,  /* turned by @factor of the wheel, -0.5 to 0.5; three bands only */
    PK_COLOUR_GREY, /* every band the pixel's grey */
    PK_COLOUR_SCALE /* x * scale[band] + shift[band] */
  } pk_colour_kind;

  /* Grey is the luma of three bands and the plain mean of any other number, as in Kornia.
   */
  typedef struct
  {
    pk_colour_kind kind;
    float factor;
    float mean;                 /* of PK_COLOUR_CONTRAST: found by pk_colour, not given */
    const float *scale, *shift; /* of PK_COLOUR_SCALE, one for each band */
  } pk_colour_step;

/* The largest radius of a blur. */
#define PK_BLUR_RADIUS 127

  /* The passes of one instruction set. */
  typedef struct
  {
    /* Separable resampling. @line: room for (across->high - across->low) * bands + 16. */
    void (*resample) (const pk_source *source, const pk_taps *across, const pk_taps *down,
                      float *line, const pk_target *target);

    /* Bilinear sampling of the stage at the homography of each pixel of a square view,
     * planes (C, size, size). @fill: one value for each band. */
    void (*warp) (const pk_stage *stage, const double inverse[9], int size,
                  pk_outside outside, const float *fill, float *view);

    /* A run of colour steps as few passes: one, and one more for each contrast. @view:
     * planes (bands, count), in place. */
    void (*colour) (float *view, int bands, size_t count, pk_colour_step *steps,
                    int n_steps);

    /* Gaussian or any other symmetric blur, separable, in place, borders mirrored without
     * repeating the outermost pixel. @weight: radius + 1, from the centre outwards.
     * @line: width + 2 * radius + 16; @plane: width * height. */
    void (*blur) (float *view, int bands, int height, int width, const float *weight,
                  int radius, float *line, float *plane);
  } pk_pixels;

  /* The passes of the best instruction set that is at most @isa. */
  const pk_pixels *pk_pixels_get (pk_isa isa);

#ifdef __cplusplus
}
#endif

#endif /* PK_PIXELS_H */
