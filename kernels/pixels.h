/* pixels.h - the passes over pixels that augmentation is made of
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A view is made in three kinds of pass: one resampling out of the interleaved source
 * into the planes of the view, colour passes over the planes in place, and those that
 * look at neighbours: a blur, sharpening, a sum over neighbouring bands. Nothing here
 * allocates; working memory is handed in.
 *
 * The passes are compiled for several instruction sets from one source (isa.h), without
 * contraction of a * b + c into one rounding, and sums run in a fixed order: a view is
 * the same to the bit whatever the processor.
 */
#ifndef PK_PIXELS_H
#define PK_PIXELS_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/body/warp.h"
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
    PK_SAMPLE_INT8,
    PK_SAMPLE_INT16,
    PK_SAMPLE_UINT32,
    PK_SAMPLE_INT32,
    PK_SAMPLE_UINT64,
    PK_SAMPLE_INT64,
    PK_SAMPLE_FLOAT16, /* IEEE 754 binary16 */
    PK_SAMPLE_FLOAT64
  } pk_sample;

/* Bands that are resampled together out of an image with more: what they need of a view
 * then stays in the second cache. */
#define PK_CHUNK 64

  /* An interleaved image (H, W, C), rows without gaps, of which bands first to first +
   * count - 1 are looked at. (sample - black[band]) * gain[band] is a value; both arrays
   * begin with band first and are readable for three more. */
  typedef struct
  {
    const void *samples;
    pk_sample type;
    int width, height, bands;
    int first, count;
    const float *black, *gain;
  } pk_source;

  /* Which samples of a line, with which weights, make each sample of a shorter or longer
   * line: weights of output i stand at weight[first[i]], count[i] of them, for the
   * samples from start[i]. They sum to 1. Zeros follow, up to @most weights. */
  typedef struct
  {
    int length;    /* outputs */
    int low, high; /* the samples used are low <= sample < high */
    int most;      /* the highest count */
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

  /* Where resampled values go: planes band_stride apart, rows row_stride apart; or, with
   * a band_stride of 0, pixels of all bands side by side, with room for three floats
   * more after the last. */
  typedef struct
  {
    float *values;
    size_t row_stride, band_stride;
  } pk_target;

  /* An interleaved float image (H, W, C) that stands ready to be warped. Three more
   * floats must be readable after its last sample. Its first pixel is (left, top) of a
   * whole that is @width x @height; what is needed of the whole lies within. */
  typedef struct
  {
    const float *samples;
    int left, top, columns, rows;
    int width, height, bands;
  } pk_stage;

  /* From a pixel of the view to the whole of a stage: first @after, then the spline,
   * where there is one, then @inverse; homographies, row by row. */
  typedef struct
  {
    double after[9], inverse[9];
    const pk_spline *spline;
  } pk_map;

  /* Where the pixels of a view lie: the neighbour at the upper left, and how far from it,
   * 0 to 1. Arrays of size * size and 32 more. What was found lies at columns low_column
   * to high_column, rows alike, as far as it is on the image at all. */
  typedef struct
  {
    int32_t *column, *row;
    float *x, *y;
    int low_column, high_column, low_row, high_row;
  } pk_places;

  typedef enum
  {
    PK_OUTSIDE_FILL = 0, /* a colour */
    PK_OUTSIDE_EDGE      /* the nearest pixel of the image */
  } pk_outside;

/* Of pk_bands: how many groups there may be, and the group of bands that belong to none,
 * such as a mask. */
#define PK_GROUPS 4
#define PK_NO_GROUP 255

  /* What the bands of a view are to colour steps. Bands of a group share a grey, which is
   * the sum of their values times @weight. Hue turns each of the @triples (red, green,
   * blue) by itself; or, with @primary, the three sums of values times primary[band][k],
   * and each band goes along with share[band][k] of what they move by. */
  typedef struct
  {
    int bands, groups;
    const uint8_t *group;
    const float *weight;
    int triples, triple[2][3];
    const float (*primary)[3], (*share)[3];
  } pk_bands;

  /* Which random numbers: a number of the normal distribution for each band and pixel. */
  typedef struct
  {
    uint64_t key;
    uint32_t image, view, epoch;
  } pk_noise;

  typedef enum
  {
    PK_COLOUR_CLAMP = 0,  /* within 0 to 1 */
    PK_COLOUR_BRIGHTNESS, /* times @factor */
    PK_COLOUR_CONTRAST,   /* blended with the mean grey of the whole view */
    PK_COLOUR_SATURATION, /* blended with the pixel's grey */
    PK_COLOUR_HUE,        /* turned by @factor of the wheel, -0.5 to 0.5 */
    PK_COLOUR_GREY,       /* every band the pixel's grey */
    PK_COLOUR_SCALE,      /* x * scale[band] + shift[band] */
    PK_COLOUR_GAMMA,      /* @other * x ^ @factor */
    PK_COLOUR_POSTERISE,  /* 256 / @factor levels */
    PK_COLOUR_SOLARISE,   /* turned round from the threshold @factor on, after + @other */
    PK_COLOUR_NOISE,      /* + @other + @factor * a normal number */
    PK_COLOUR_SENSOR, /* read by a sensor of @factor electrons, read-out noise @other */
    PK_COLOUR_TIMES,  /* times plane[pixel] */
    PK_COLOUR_BEHIND, /* scale[band] where plane[pixel] is 0, x where it is 1; with
                         @factor > 0 so much noise beside it, held within 0 to 1 */
    PK_COLOUR_SET     /* @factor where scale[band] is not 0 */
  } pk_colour_kind;

  typedef struct
  {
    pk_colour_kind kind;
    float factor, other;
    float mean[PK_GROUPS];      /* of PK_COLOUR_CONTRAST: found by the pass, not given */
    const float *scale, *shift; /* one for each band of the view */
    const float *plane;         /* one for each pixel */
    pk_noise noise;
  } pk_colour_step;

/* A view of at most so many bands is worked on block by block with all its bands; one of
 * more band by band. */
#define PK_FEW_BANDS 16

/* The largest radius of a blur. */
#define PK_BLUR_RADIUS 127

  /* The passes of one instruction set. */
  typedef struct
  {
    /* Separable resampling of the source's bands in sight. @line: room for (across->high
     * - across->low) * count + 16. */
    void (*resample) (const pk_source *source, const pk_taps *across, const pk_taps *down,
                      float *line, const pk_target *target);

    /* Where the pixels of a square view lie on a whole of @width x @height. */
    void (*places) (const pk_map *map, int size, int width, int height,
                    pk_places *places);

    /* Bilinear sampling of the stage at the places, into planes (C, size, size). @fill:
     * one value for each band, and three more that are readable. */
    void (*warp) (const pk_stage *stage, const pk_places *places, int size,
                  pk_outside outside, const float *fill, float *view);

    /* A run of colour steps as few passes: one, and one more for each contrast. @view:
     * planes (bands, count), in place. @planes: room for PK_GROUPS * count floats where
     * there are more than PK_FEW_BANDS. */
    void (*colour) (float *view, const pk_bands *bands, size_t count,
                    pk_colour_step *steps, int n_steps, float *planes);

    /* The same for @n bands from @first on, which alone stand in @view; only steps that
     * pk_colour_is_local() are allowed. */
    void (*colour_of_bands) (float *view, const pk_bands *bands, int first, int n,
                             size_t count, const pk_colour_step *steps, int n_steps);

    /* Gaussian or any other symmetric blur, separable, in place, borders mirrored without
     * repeating the outermost pixel. @weight: radius + 1, from the centre outwards.
     * @line: width + 2 * radius + 16; @plane: width * height. */
    void (*blur) (float *view, int bands, int height, int width, const float *weight,
                  int radius, float *line, float *plane);

    /* Values held within 0 to 1, then blended with a smooth neighbour of 3 x 3 pixels,
     * except the outermost. @line: 3 * width. */
    void (*sharpen) (float *view, int bands, int height, int width, float factor,
                     float *line);

    /* Each band becomes a sum over neighbouring bands: band b that of weight[first[b] +
     * t] times band start[b] + t, t < count[b]; bands of a count of 0 stay. @planes: room
     * for bands * 256 floats. */
    void (*mix) (float *view, size_t count, const pk_taps *taps, float *planes);

    /* Whether all values are numbers: neither NaN nor infinite. */
    int (*finite) (const float *values, size_t count);
  } pk_pixels;

  /* Whether a step looks at no other band and at no other pixel. */
  int pk_colour_is_local (pk_colour_kind kind);

  /* The passes of the best instruction set that is at most @isa. */
  const pk_pixels *pk_pixels_get (pk_isa isa);

#ifdef __cplusplus
}
#endif

#endif /* PK_PIXELS_H */
