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
void PK_NAMED (pk_warp) (const pk_stage *stage, const double inverse[9], int size,
                         pk_outside outside, const float *fill, float *view);
void PK_NAMED (pk_colour) (float *view, int bands, size_t count, pk_colour_step *steps,
                           int n_steps);
void PK_NAMED (pk_blur) (float *view, int bands, int height, int width,
                         const float *weight, int radius, float *line, float *plane);

#endif /* PK_PIXELS_VARIANT_H */
