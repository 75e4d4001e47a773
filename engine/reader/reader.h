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

/* Numbers stand in caches and catalogues: new types come at the end. */
typedef enum
{
  PHENO_SAMPLE_UINT8,
  PHENO_SAMPLE_UINT16,
  PHENO_SAMPLE_FLOAT32,
  PHENO_SAMPLE_INT8,
  PHENO_SAMPLE_INT16,
  PHENO_SAMPLE_UINT32,
  PHENO_SAMPLE_INT32,
  PHENO_SAMPLE_UINT64,
  PHENO_SAMPLE_INT64,
  PHENO_SAMPLE_FLOAT16,
  PHENO_SAMPLE_FLOAT64
} PhenoSampleType;

const char *pheno_sample_type_name (PhenoSampleType type); /* "uint8", ... */
gsize pheno_sample_size (PhenoSampleType type);

/**
 * PhenoImageHeader:
 * @format: static: "jpeg", "png", "tiff", "webp", "envi", "hdf5" ...
 * @width: pixels, after the EXIF orientation
 * @bands: without alpha; of photographs the colour bands: grey and CMYK count as 3
 * @has_mask: the file has an alpha band
 * @type: of the samples in the file
 * @wavelengths_nm: (array length=bands) (nullable): centres of the bands
 * @widths_nm: (array length=bands) (nullable): full width of each at half its maximum
 * @band_names: (array zero-terminated=1) (nullable): @bands of them, "" where one has
 * none
 * @bad_bands: (array length=bands) (nullable): which the file says not to use
 * @default_bands: which to show as red, green and blue, from 0; -1: the file does not say
 * @dataset: (nullable): of files of several arrays, the name of the one that is read
 * @scale_factor: a sample of this value is a reflectance of 1; 0: the file does not say
 * @has_ignored: whether samples of @ignored_value are no data
 */
typedef struct
{
  const char *format;
  int width, height, bands;
  gboolean has_mask;
  PhenoSampleType type;
  PhenoModality modality;
  double *wavelengths_nm, *widths_nm;
  GStrv band_names;
  gboolean *bad_bands;
  int default_bands[3];
  char *dataset;
  double scale_factor;
  gboolean has_ignored;
  double ignored_value;
} PhenoImageHeader;

void pheno_image_header_clear (PhenoImageHeader *header);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PhenoImageHeader, pheno_image_header_clear)

/**
 * PhenoImage:
 * @pixels: (H, W, C) samples of @type, interleaved, rows without gaps
 * @mask: (nullable): (H, W), 0 background to 255 specimen
 * @black: value that becomes 0 on a public array; @white becomes 1
 * @band_black: (array length=bands) (nullable): one for each band in place of @black;
 * with
 *   @band_white, both or neither
 * @origin, @step: a pixel stands for the sample @origin + @step * pixel of the file; a
 *   @step of 0 is 1
 * @wavelengths_nm: (array length=bands) (nullable)
 * @band_names: (array zero-terminated=1) (nullable): @bands of them
 */
typedef struct
{
  int width, height, bands;
  PhenoSampleType type;
  void *pixels;
  guint8 *mask;
  double black, white;
  double *band_black, *band_white;
  double origin, step;
  double *wavelengths_nm;
  GStrv band_names;
} PhenoImage;

PhenoImage *pheno_image_new (int width, int height, int bands, PhenoSampleType type,
                             GError **error); /* sizes checked, pixels 0 */
void pheno_image_free (PhenoImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoImage, pheno_image_free)

/* (transfer full): some of its bands, from 0, in this order; with all that it has of them.
 */
PhenoImage *pheno_image_pick (const PhenoImage *image, const int *bands, int n);

/* The value of sample @index of the interleaved pixels, as it stands in the file. */
double pheno_image_sample (const PhenoImage *image, gsize index);

/* What becomes 0 and 1 in a band. */
double pheno_image_black (const PhenoImage *image, int band);
double pheno_image_white (const PhenoImage *image, int band);

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
 * pheno_reader_companion:
 * @listed: (out) (optional): whether @path is the one of the two that stands for both in
 *   a list of images
 *
 * Where an image is two files (ENVI: a header and its data), the other one; either opens
 * the image, and a change of either is a change of it.
 *
 * Returns: (transfer full) (nullable): a path; %NULL: the file stands alone
 */
char *pheno_reader_companion (const char *path, gboolean *listed);

/**
 * pheno_reader_read_header:
 * Sizes, bands and type, without decoding the pixels. Thread-safe.
 * Errors: %PHENO_ERROR_FILE, %PHENO_ERROR_FORMAT (empty, cut short, text named .jpg,
 * unreasonable sizes); the message names the file and the way out
 */
gboolean pheno_reader_read_header (const char *path, PhenoImageHeader *header,
                                   GError **error);

/**
 * pheno_reader_read:
 * @shorter_side: pixels at which the shorter side may be delivered when the file is
 * larger (area average, shrink on load where the format can); 0: full size
 *
 * The image upright (EXIF orientation), in sRGB (ICC profile applied; CMYK and grey made
 * RGB), alpha as mask. 16 bits stay 16 bits. Thread-safe. Never changes the file.
 * A file cut short is an error, not a half-grey image.
 */
PhenoImage *pheno_reader_read (const char *path, int shorter_side, GError **error);

/**
 * PhenoRegion: a part of an image, in pixels from its upper left corner
 */
typedef struct
{
  int x, y, width, height;
} PhenoRegion;

/**
 * PhenoSource:
 *
 * A file opened to read parts of it: some bands, some pixels. A cube is never loaded
 * whole where a part will do. Used by one thread at a time; several sources may be open
 * on one file.
 */
typedef struct _PhenoSource PhenoSource;

/* Errors: those of pheno_reader_read_header() */
PhenoSource *pheno_source_open (const char *path, GError **error);
void pheno_source_free (PhenoSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoSource, pheno_source_free)
const PhenoImageHeader *pheno_source_header (const PhenoSource *source);

/**
 * pheno_source_read:
 * @region: (nullable): %NULL: the whole image
 * @bands: (array length=n_bands) (nullable): which, from 0, in this order; %NULL: all
 *
 * The samples as they are in the file, with the mask that the file has for them.
 *
 * Errors: %PHENO_ERROR_SETTING for a part that the image does not have; those of
 * pheno_reader_read()
 */
PhenoImage *pheno_source_read (PhenoSource *source, const PhenoRegion *region,
                               const int *bands, int n_bands, GError **error);

/**
 * pheno_source_read_planes:
 * @values: (out caller-allocates): (n_bands, height, width), the samples as float32, not
 *   scaled
 *
 * The same into planes, without a copy between.
 */
gboolean pheno_source_read_planes (PhenoSource *source, const PhenoRegion *region,
                                   const int *bands, int n_bands, float *values,
                                   GError **error);

/**
 * pheno_image_save: 8 or 16 bits, with or without mask as alpha; for figures and
 * tests
 */
gboolean pheno_image_save (const PhenoImage *image, const char *path, GError **error);

G_END_DECLS

/* The rest of the door. */
#include "engine/reader/bands.h"
#include "engine/reader/preparation.h"
#include "engine/reader/display.h"
