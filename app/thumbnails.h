/* thumbnails.h - small pictures of specimens, made once and kept
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gtk/gtk.h>

#include "app/specimen.h"

G_BEGIN_DECLS

#define PHENO_THUMBNAIL_SIDE 160 /* pixels of the longer side */

/**
 * PhenoThumbnails: makes them on threads, the newest request first, and keeps the most
 * recent ones in memory and all of them on disk, in @folder
 *
 * Where @folder is NULL nothing is kept on disk.
 */
#define PHENO_TYPE_THUMBNAILS (pheno_thumbnails_get_type ())
G_DECLARE_FINAL_TYPE (PhenoThumbnails, pheno_thumbnails, PHENO, THUMBNAILS, GObject)

/* The one of this program. */
PhenoThumbnails *pheno_thumbnails_get_default (void);
void pheno_thumbnails_set_folder (PhenoThumbnails *self, const char *folder);

/* (nullable) (transfer full): at once, when it is in memory. */
GdkTexture *pheno_thumbnails_peek (PhenoThumbnails *self, PhenoSpecimen *specimen);

/**
 * pheno_thumbnails_load_async:
 *
 * A request that is cancelled before its turn costs nothing: cells that scroll out of
 * sight cancel theirs.
 */
void pheno_thumbnails_load_async (PhenoThumbnails *self, PhenoSpecimen *specimen,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
GdkTexture *pheno_thumbnails_load_finish (PhenoThumbnails *self, GAsyncResult *result,
                                          GError **error);

/* A texture of 8-bit RGB; with the mask as alpha where there is one. */
GdkTexture *pheno_texture_from_image (const PhenoImage *image);

G_END_DECLS
