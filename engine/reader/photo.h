/* photo.h - the parts of the photograph reader; the reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/reader/reader.h"
#include "engine/reader/vips-words.h"

G_BEGIN_DECLS

typedef enum
{
  PHOTO_JPEG,
  PHOTO_PNG,
  PHOTO_TIFF,
  PHOTO_WEBP,
  PHOTO_HEIF,
  PHOTO_NONE
} PhotoFormat;

const char *pheno_photo_format_name (PhotoFormat format); /* "jpeg": stable, for tables */
const char *pheno_photo_format_label (PhotoFormat format); /* "JPEG": for people */
PhotoFormat pheno_photo_format_of (const guint8 *bytes, gsize length);

/**
 * pheno_photo_open:
 * @shrink: 1, 2, 4 or 8: a JPEG is delivered that many times smaller
 *
 * The file as libvips sees it, rows to be taken from top to bottom once.
 *
 * Returns: (nullable): %NULL with libvips' words left in its buffer
 */
VipsImage *pheno_photo_open (const char *path, PhotoFormat format, int shrink);

/**
 * pheno_photo_check:
 * Whether this is a photograph of a size that can be handled: %PHENO_ERROR_FORMAT for
 * stacks of bands or pages, for numbers that are no photograph's, and for sizes that
 * cannot be.
 */
gboolean pheno_photo_check (const char *path, PhotoFormat format, VipsImage *image,
                            GError **error);

/* The same for what only the tags of a TIFF tell: pages, meaning of the extra band. */
gboolean pheno_photo_check_tiff (const char *path, int bands, gboolean has_mask,
                                 GError **error);

gboolean pheno_photo_has_mask (VipsImage *image);

/* The whole picture has to be in memory, as rows do not come one after the other. */
gboolean pheno_photo_is_scrambled (PhotoFormat format, VipsImage *image);

/**
 * pheno_photo_shrink:
 * @width: of the result, at most the image's
 * @rows_read: (out): how far it got
 *
 * The colour bands as they are in the file, by area average, with alpha as mask; a pixel
 * counts by its opacity, so that what is hidden under transparent ground never bleeds in.
 *
 * Returns: (nullable): %NULL when rows cannot be decoded, with @error set only when
 * memory was the reason
 */
PhenoImage *pheno_photo_shrink (VipsImage *image, int width, int height, int *rows_read,
                                GError **error);

/* (transfer full): @image turned as EXIF orientation 1 to 8 says; takes @image. */
PhenoImage *pheno_photo_turn (PhenoImage *image, int orientation, GError **error);

/* Makes sRGB of grey, CMYK or profiled colours; takes @image. @source is where the
 * profile is. */
PhenoImage *pheno_photo_to_srgb (PhenoImage *image, VipsImage *source, const char *path,
                                 GError **error);

G_END_DECLS
