/* provenance.h - what a figure was made from, inside the figure's file
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

/* pHYs and one iTXt chunk a key, behind the header chunk of a PNG. */
void pheno_provenance_to_png (GByteArray *png, double dots_per_inch,
                              GHashTable *provenance);

/* One <metadata> element, first of the document. */
void pheno_provenance_to_svg (GByteArray *svg, GHashTable *provenance);

/* Title, creator, and all keys and values as the subject. */
void pheno_provenance_to_pdf (cairo_surface_t *surface, const char *title,
                              GHashTable *provenance);

G_END_DECLS
