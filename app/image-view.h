/* image-view.h - an image from fit to single pixels
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

#include "app/image-levels.h"

G_BEGIN_DECLS

/**
 * PhenoImageView:
 *
 * Properties: "zoom" (screen pixels of an image's pixel), "fit" (whether it follows the
 * size of the widget), "show-mask", "readout": the pixel under the pointer, or, for the
 * keyboard, in the middle.
 */
#define PHENO_TYPE_IMAGE_VIEW (pheno_image_view_get_type ())
G_DECLARE_FINAL_TYPE (PhenoImageView, pheno_image_view, PHENO, IMAGE_VIEW, GtkWidget)

/* @levels: (transfer full) (nullable). Zoom and place stay when @keep_place. */
void pheno_image_view_set_levels (PhenoImageView *self, PhenoImageLevels *levels,
                                  gboolean keep_place);

/* A small picture of what is being read, of an image of that size. */
void pheno_image_view_set_preview (PhenoImageView *self, GdkTexture *preview, int width,
                                   int height);

void pheno_image_view_zoom_by (PhenoImageView *self, double factor);
void pheno_image_view_set_zoom (PhenoImageView *self, double zoom);
void pheno_image_view_fit (PhenoImageView *self);
const char *pheno_image_view_get_readout (PhenoImageView *self);

G_END_DECLS
