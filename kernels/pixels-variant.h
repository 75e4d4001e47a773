/* pixels-variant.h - the passes of pixels.h under the names of one instruction set
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PK_PIXELS_VARIANT_H
#define PK_PIXELS_VARIANT_H

#ifndef PK_VARIANT
#define PK_VARIANT generic
#endif

#include <string.h>

#include "kernels/pixels.h"

#if defined __AVX512F__
#define PK_LANES 16
#elif defined __AVX2__
#define PK_LANES 8
#else
#define PK_LANES 4
#endif

/* As many floats as fit into a register, and one pixel of three bands with a lane to
 * spare. */
typedef float pk_lanes __attribute__ ((vector_size (PK_LANES * sizeof (float))));
typedef float pk_pixel __attribute__ ((vector_size (4 * sizeof (float))));

/* Seven bands, and a lane to spare. Passed by address: how a function takes it depends on
 * the instruction set. */
typedef float pk_eight __attribute__ ((vector_size (8 * sizeof (float))));
#define pk_load_eight(from) (*(const pk_eight_of_any_place *) (from))
typedef float pk_eight_of_any_place
    __attribute__ ((vector_size (8 * sizeof (float)), aligned (4), may_alias));

static inline pk_lanes
pk_load_lanes (const float *from)
{
  pk_lanes lanes;

  memcpy (&lanes, from, sizeof lanes);
  return lanes;
}

static inline void
pk_store_lanes (float *to, pk_lanes lanes)
{
  memcpy (to, &lanes, sizeof lanes);
}

static inline pk_pixel
pk_load_pixel (const float *from)
{
  pk_pixel pixel;

  memcpy (&pixel, from, sizeof pixel);
  return pixel;
}

extern const pk_pixels PK_NAMED (pk_pixels);

void PK_NAMED (pk_resample) (const pk_source *source, const pk_taps *across,
                             const pk_taps *down, float *line, const pk_target *target);
void PK_NAMED (pk_places) (const pk_map *map, int size, int width, int height,
                           pk_places *places);
void PK_NAMED (pk_warp) (const pk_stage *stage, const pk_places *places, int size,
                         pk_outside outside, const float *fill, float *view);
void PK_NAMED (pk_colour) (float *view, const pk_bands *bands, size_t count,
                           pk_colour_step *steps, int n_steps, float *planes);
void PK_NAMED (pk_colour_of_bands) (float *view, const pk_bands *bands, int first, int n,
                                    size_t count, const pk_colour_step *steps,
                                    int n_steps);
void PK_NAMED (pk_blur) (float *view, int bands, int height, int width,
                         const float *weight, int radius, float *line, float *plane);
void PK_NAMED (pk_sharpen) (float *view, int bands, int height, int width, float factor,
                            float *line);
void PK_NAMED (pk_mix) (float *view, size_t count, const pk_taps *taps, float *planes);
int PK_NAMED (pk_finite) (const float *values, size_t count);

/* Pixels of a block: of three planes 6 KiB, so that they stay in the first cache. */
#define PK_BLOCK 512

/* Some pixels of one band: @x holds @count of them, from pixel @at of @pixels on; @grey
 * (nullable) the greys of the groups for the same pixels, @grey_stride apart. */
typedef struct
{
  float *x;
  int count, band;
  size_t at, pixels;
  const pk_bands *bands;
  const float *grey;
  size_t grey_stride;
} pk_block;

/* What steps do to one band of a block (pixels-steps.c). */
void PK_NAMED (pk_block_steps) (const pk_block *block, const pk_colour_step *steps,
                                int n_steps);

/* A table of four pixels of four bands turned: each vector of @to is one band. */
static inline void
pk_turn_four (const pk_pixel from[4], pk_pixel to[4])
{
  pk_pixel a = __builtin_shufflevector (from[0], from[1], 0, 4, 1, 5);
  pk_pixel b = __builtin_shufflevector (from[2], from[3], 0, 4, 1, 5);
  pk_pixel c = __builtin_shufflevector (from[0], from[1], 2, 6, 3, 7);
  pk_pixel d = __builtin_shufflevector (from[2], from[3], 2, 6, 3, 7);

  to[0] = __builtin_shufflevector (a, b, 0, 1, 4, 5);
  to[1] = __builtin_shufflevector (a, b, 2, 3, 6, 7);
  to[2] = __builtin_shufflevector (c, d, 0, 1, 4, 5);
  to[3] = __builtin_shufflevector (c, d, 2, 3, 6, 7);
}

/* The first @bands of four planes' @pixels, of at most four each. */
static inline void
pk_store_planes (const pk_pixel plane[4], int bands, int pixels, float *to,
                 size_t band_stride)
{
  for (int k = 0; k < 4 && k < bands; k++)
    if (pixels == 4)
      memcpy (to + (size_t) k * band_stride, &plane[k], sizeof plane[k]);
    else
      memcpy (to + (size_t) k * band_stride, &plane[k], (size_t) pixels * sizeof (float));
}

/* As many pixels as fill a line of the cache in a plane. */
#define PK_TILE 16

/* @tile: @pixels of PK_CHUNK floats each, of which the first @bands are used, into
 * planes. */
static inline void
pk_store_tile (const float *tile, int bands, int pixels, float *to, size_t band_stride)
{
  for (int band = 0; band < bands; band += 4)
    for (int x = 0; x < pixels; x += 4)
      {
        int left = pixels - x < 4 ? pixels - x : 4;
        pk_pixel pixel[4], plane[4];

        for (int i = 0; i < 4; i++)
          pixel[i] = pk_load_pixel (tile + (x + i) * PK_CHUNK + band);
        pk_turn_four (pixel, plane);
        pk_store_planes (plane, bands - band, left, to + (size_t) band * band_stride + x,
                         band_stride);
      }
}

#endif /* PK_PIXELS_VARIANT_H */
