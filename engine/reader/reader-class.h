/* reader-class.h - what a reader has to bring; the reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A photograph is decoded as a whole, and parts are taken from that. Measured bands are
 * opened and read in parts, and the whole is a large part.
 */
#pragma once

#include "engine/reader/reader.h"

G_BEGIN_DECLS

/* As many first bytes as a probe may look at. */
#define PHENO_PROBE_BYTES 64

/* The first reader that is sure reads a file; where none is, the first whose name it has,
 * so that the reason is in that format's words. */
typedef enum
{
  PHENO_PROBE_NO,
  PHENO_PROBE_NAME,
  PHENO_PROBE_SURE
} PhenoProbe;

/* Pixels and bands that are there: checked before a reader sees them. */
typedef struct
{
  PhenoRegion region;
  const int *bands; /* (array length=n_bands), never %NULL */
  int n_bands;
} PhenoPart;

/**
 * PhenoReaderClass:
 * @name: for logs
 * @extensions: (array zero-terminated=1): lower case, without the dot
 * @probe: whether a file that begins with these bytes is this reader's; the name may
 *   decide where the bytes cannot
 * @read_header, @read: of photographs: as pheno_reader_read_header() and
 *   pheno_reader_read(); the file is a regular one and not empty
 * @open: of measured bands: fills the header (but not its modality) and returns what the
 *   next three take
 * @read_part: fills pixels, and mask where there is one, of an image of the part's size
 *   and the file's type
 * @read_planes: (nullable): fills (bands, height, width) floats
 * @close: frees what @open returned
 * @companion: (nullable): of formats of two files, the other one; see
 *   pheno_reader_companion()
 */
typedef struct
{
  const char *name;
  const char *const *extensions;
  PhenoProbe (*probe) (const char *path, const guint8 *bytes, gsize length);
  gboolean (*read_header) (const char *path, PhenoImageHeader *header, GError **error);
  PhenoImage *(*read) (const char *path, int shorter_side, GError **error);

  gpointer (*open) (const char *path, PhenoImageHeader *header, GError **error);
  gboolean (*read_part) (gpointer file, const PhenoPart *part, PhenoImage *image,
                         GError **error);
  gboolean (*read_planes) (gpointer file, const PhenoPart *part, float *values,
                           GError **error);
  void (*close) (gpointer file);

  char *(*companion) (const char *path, gboolean *listed);
} PhenoReaderClass;

extern const PhenoReaderClass pheno_envi_reader;
extern const PhenoReaderClass pheno_tiff_reader;
extern const PhenoReaderClass pheno_hdf5_reader;
extern const PhenoReaderClass pheno_photo_reader;

/* (nullable): the class for a file, or %NULL with @error set. */
const PhenoReaderClass *pheno_reader_find (const char *path, GError **error);

/* (array fixed-size=length): at most @length first bytes of a file; -1 with @error set.
 */
gssize pheno_reader_first_bytes (const char *path, guint8 *bytes, gsize length,
                                 GError **error);

/* The whole of an image of measured bands, averaged over areas to @shorter_side. */
PhenoImage *pheno_source_shrink (PhenoSource *source, int shorter_side, GError **error);

/* Sets %PHENO_ERROR_FORMAT: "FILE: @sentence", the name in front. */
gboolean pheno_reader_fail (GError **error, const char *path, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

G_END_DECLS
