/* photograph.h - the specimen as an RGB photograph, and what every camera does
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <math.h>

#include "engine/synthesis/specimen.h"

/* Streams of the sensors' noise; the ultraviolet photograph is another exposure. */
#define PHENO_STREAM_SENSOR 0x434d4f53u
#define PHENO_STREAM_ULTRAVIOLET 0x55563336u
#define PHENO_STREAM_CUBE 0x43554245u

/* @pixels: (out caller-allocates): (size, size, 3), sRGB. The same bytes on any thread.
 */
void pheno_photograph_take (const PhenoSpecimen *specimen, int size, guint8 *pixels);

/* @response: (out caller-allocates): of each channel to each material, under its lamp */
void pheno_photograph_respond (const PhenoSpecimen *specimen,
                               float response[PHENO_N_SCENE][PHENO_N_CHANNELS]);

/* Photons come at random, and the electronics adds its own: variance signal + floor. */
static inline float
pheno_sensor_expose (float signal, float noise, float normal)
{
  signal = MAX (signal, 0);
  return signal + noise * sqrtf (signal + 0.04f) * normal;
}
