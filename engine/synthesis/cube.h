/* cube.h - the specimen as a hyperspectral cube
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/base/base.h"
#include "engine/synthesis/specimen.h"

/* The sample that a reflectance of 1 has. */
#define PHENO_CUBE_WHITE 10000

/* @pixels: (out caller-allocates): (size, 408, size): rows of bands of columns (BIL) */
void pheno_cube_take (const PhenoSpecimen *specimen, int size, guint16 *pixels);

/* Writes the pixels to @path and the ENVI header beside them, as .hdr in place of .bil.
 */
gboolean pheno_cube_write (const PhenoSpecimen *specimen, const guint16 *pixels, int size,
                           const char *path, GError **error);
