/* envi.h - the parts of the ENVI reader; the reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/reader/strided.h"

G_BEGIN_DECLS

/**
 * PhenoEnviHeader:
 * @image: sizes, type and spectrum
 * @offset: bytes before the first sample
 * @layout: steps; @samples is not set
 * @bytes: that the data file has to have, with @offset
 */
typedef struct
{
  PhenoImageHeader image;
  guint64 offset, bytes;
  PhenoStrided layout;
  char *sizes; /* "640 samples × 480 lines × 408 bands of uint16" */
} PhenoEnviHeader;

void pheno_envi_header_free (PhenoEnviHeader *header);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoEnviHeader, pheno_envi_header_free)

/**
 * pheno_envi_header_parse:
 * @text: (array length=length): of the file; need not end with 0 nor be UTF-8
 * @path: for sentences
 *
 * Errors: %PHENO_ERROR_FORMAT
 */
PhenoEnviHeader *pheno_envi_header_parse (const char *text, gsize length,
                                          const char *path, GError **error);
PhenoEnviHeader *pheno_envi_header_read (const char *path, GError **error);

/* (transfer full) (nullable): the header beside a data file; the data file of a header.
 */
char *pheno_envi_find_header (const char *path);
char *pheno_envi_find_data (const char *path);

/* Whether the name ends in .hdr; in what ENVI data mostly have. */
gboolean pheno_envi_is_header (const char *path);
gboolean pheno_envi_is_data (const char *path);

extern const char *const pheno_envi_extensions[];

G_END_DECLS
