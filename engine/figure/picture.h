/* picture.h - an image file as a picture in a figure
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/figure/canvas.h"

G_BEGIN_DECLS

/* The whole image in the middle of a square of @size points on a faint grey; a cross
 * where
 * @path is %NULL or cannot be read. */
void pheno_picture_draw (PhenoCanvas *canvas, const char *path, double x, double y,
                         double size);

G_END_DECLS
