/* image-levels.h - an image, ready to be drawn at any zoom
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <cairo.h>
#include <gio/gio.h>

#include "engine/reader/reader.h"

G_BEGIN_DECLS

/**
 * PhenoImageLevels:
 * @image: the samples as the file has them
 * @surfaces: (element-type cairo_surface_t): the picture; each half the size of the one
 *   before, down to some hundred pixels
 * @masks: (element-type cairo_surface_t): the background, in the same sizes; empty where
 *   the image has no mask
 *
 * So a photograph of 50 megapixels is drawn small from few pixels and without flicker.
 */
typedef struct
{
  PhenoImage *image;
  GPtrArray *surfaces, *masks;
} PhenoImageLevels;

/**
 * pheno_image_levels_new:
 * @image: (transfer full)
 *
 * Takes a second for a large photograph: on a thread.
 *
 * Returns: (nullable): NULL with %G_IO_ERROR_CANCELLED, or when the memory is full
 */
PhenoImageLevels *pheno_image_levels_new (PhenoImage *image, GCancellable *cancellable,
                                          GError **error);
void pheno_image_levels_free (PhenoImageLevels *levels);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoImageLevels, pheno_image_levels_free)

/**
 * pheno_image_levels_describe:
 * The samples of all bands of one pixel, and its mask, as text.
 */
char *pheno_image_describe_pixel (const PhenoImage *image, int x, int y);

G_END_DECLS
