/* reader.h - from a file to pixels with bands
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A reader is one constant PhenoReaderClass in reader.c's table. probe looks at the first
 * bytes and the name; header gives sizes without decoding; read decodes. Photographs come
 * through libvips; scientific TIFF, ENVI and HDF5 have readers of their own.
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

typedef enum
{
  PHENO_MODALITY_RGB,
  PHENO_MODALITY_MULTISPECTRAL,
  PHENO_MODALITY_HYPERSPECTRAL
} PhenoModality;

const char *pheno_modality_name (PhenoModality modality); /* "rgb", ... */

typedef enum
{
  PHENO_SAMPLE_UINT8,
  PHENO_SAMPLE_UINT16,
  PHENO_SAMPLE_FLOAT32
} PhenoSampleType;

const char *pheno_sample_type_name (PhenoSampleType type); /* "uint8", ... */
gsize pheno_sample_size (PhenoSampleType type);

/**
 * PhenoImageHeader:
 * @format: static: "jpeg", "png", "tiff", "webp" ...
 * @width: pixels, after the EXIF orientation
 * @bands: colour bands, without alpha; grey and CMYK photographs count as 3
 * @has_mask: the file has an alpha band
 * @type: of the samples in the file
 * @wavelengths_nm: (array length=bands) (nullable): centres of the bands
 */
typedef struct
{
  const char *format;
  int width, height, bands;
  gboolean has_mask;
  PhenoSampleType type;
  PhenoModality modality;
  double *wavelengths_nm;
} PhenoImageHeader;

void pheno_image_header_clear (PhenoImageHeader *header);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PhenoImageHeader, pheno_image_header_clear)

/**
 * PhenoImage:
 * @pixels: (H, W, C) samples of @type, interleaved, rows without gaps
 * @mask: (nullable): (H, W), 0 background to 255 specimen
 * @black: value that becomes 0 on a public array; @white becomes 1
 * @wavelengths_nm: (array length=bands) (nullable)
 */
typedef struct
{
  int width, height, bands;
  PhenoSampleType type;
  void *pixels;
  guint8 *mask;
  double black, white;
  double *wavelengths_nm;
} PhenoImage;

PhenoImage *pheno_image_new (int width, int height, int bands, PhenoSampleType type,
                             GError **error); /* sizes checked, pixels 0 */
void pheno_image_free (PhenoImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoImage, pheno_image_free)

/**
 * pheno_image_to_float:
 * @values: (out caller-allocates): (C, H, W)
 *
 * (pixel - black) / (white - black), never clipped.
 */
void pheno_image_to_float (const PhenoImage *image, float *values);

/**
 * pheno_reader_knows:
 * Whether the name has an extension of any reader: what a scan looks at. Other files in a
 * folder (text, spreadsheets) are no problem and are not listed.
 */
gboolean pheno_reader_knows (const char *path);

/**
 * pheno_reader_read_header:
 * Sizes, bands and type, without decoding the pixels. Thread-safe.
 * Errors: %PHENO_ERROR_FILE, %PHENO_ERROR_FORMAT (empty, cut short, text named .jpg,
 * unreasonable sizes); the message names the file and the way out
 */
gboolean pheno_reader_read_header (const char *path, PhenoImageHeader *header, GError **error);

/**
 * pheno_reader_read:
 * @shorter_side: pixels at which the shorter side may be delivered when the file is larger
 *   (area average, shrink on load where the format can); 0: full size
 *
 * The image upright (EXIF orientation), in sRGB (ICC profile applied; CMYK and grey made
 * RGB), alpha as mask. 16 bits stay 16 bits. Thread-safe. Never changes the file.
 * A file cut short is an error, not a half-grey image.
 */
PhenoImage *pheno_reader_read (const char *path, int shorter_side, GError **error);

/**
 * pheno_image_save_png: 8 or 16 bits, with or without mask as alpha; for figures and tests
 */
gboolean pheno_image_save (const PhenoImage *image, const char *path, GError **error);

G_END_DECLS
