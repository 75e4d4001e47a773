/* mapped.h - a file as memory; the reader's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PhenoMapped:
 * @bytes: (array length=length): read-only
 *
 * A whole file, of which only what is touched comes into memory.
 */
typedef struct
{
  const guint8 *bytes;
  gsize length;
} PhenoMapped;

PhenoMapped *pheno_mapped_open (const char *path, GError **error);
void pheno_mapped_close (PhenoMapped *mapped);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PhenoMapped, pheno_mapped_close)

/**
 * pheno_mapped_whole:
 *
 * To be asked after reading: whether all that was read was in the file. When another
 * program cuts the file short, or the disk behind it is gone, the processor can deliver
 * nothing; the program goes on with zeros, and here it is told.
 *
 * Errors: %PHENO_ERROR_FILE
 */
gboolean pheno_mapped_whole (const PhenoMapped *mapped, const char *path, GError **error);

G_END_DECLS
