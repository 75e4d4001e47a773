/* reader-class.h - what a reader has to bring; the reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/reader/reader.h"

G_BEGIN_DECLS

/* As many first bytes as a probe may look at. */
#define PHENO_PROBE_BYTES 64

/**
 * PhenoReaderClass:
 * @name: for logs
 * @extensions: (array zero-terminated=1): lower case, without the dot
 * @probe: whether a file that begins with these bytes is this reader's; the name may
 * decide where the bytes cannot
 * @read_header, @read: as pheno_reader_read_header() and pheno_reader_read(); the file is
 * a regular one and not empty
 */
typedef struct
{
  const char *name;
  const char *const *extensions;
  gboolean (*probe) (const char *path, const guint8 *bytes, gsize length);
  gboolean (*read_header) (const char *path, PhenoImageHeader *header, GError **error);
  PhenoImage *(*read) (const char *path, int shorter_side, GError **error);
} PhenoReaderClass;

extern const PhenoReaderClass pheno_photo_reader;

/* (array fixed-size=length): at most @length first bytes of a file; -1 with @error set.
 */
gssize pheno_reader_first_bytes (const char *path, guint8 *bytes, gsize length,
                                 GError **error);

G_END_DECLS
