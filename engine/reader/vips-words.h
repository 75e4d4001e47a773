/* vips-words.h - libvips, started once, and what it says; the reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/base/base.h"

#include <vips/vips.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VipsImage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VipsRegion, g_object_unref)

/* Starts libvips on the first call: one thread for each of ours, nothing kept between
 * files. */
gboolean pheno_vips_start (GError **error);

/**
 * pheno_vips_listen:
 * @alone: what this thread does next fails for certain, and its words are wanted
 *
 * libvips has one buffer of error words for all threads. Normal work runs between listen
 * (FALSE) and done(); a failed call is made again alone, so that the words which
 * pheno_vips_done() returns are its own.
 */
void pheno_vips_listen (gboolean alone);

/* (transfer full) (nullable): the last line that libvips said, if alone. */
char *pheno_vips_done (gboolean alone);

G_END_DECLS
