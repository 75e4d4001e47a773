/* raster.h - a figure of pixels as a TIFF
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/figure/figure.h"

G_BEGIN_DECLS

/* Appends the image surface to @bytes as a TIFF of three 8-bit bands, LZW, with its
 * resolution; the provenance is its ImageDescription, a line "key: value" for each. */
gboolean pheno_raster_write_tiff (cairo_surface_t *surface, double dots_per_inch,
                                  GHashTable *provenance, GByteArray *bytes);

G_END_DECLS
