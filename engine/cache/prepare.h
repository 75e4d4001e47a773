/* prepare.h - decodes many files on all threads; the cache's own header
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "engine/cache/cache.h"

G_BEGIN_DECLS

/* Takes image @index of the records, on the thread that called; @image is (transfer
 * full). */
typedef gboolean (*PhenoTakeFunc) (guint index, PhenoImage *image,
                                   const PhenoSampleCounts *counts, gpointer user_data,
                                   GError **error);

/* (transfer full) (nullable): what the preparation of @options comes to for a record. */
gboolean pheno_prepare_choose (const PhenoPreparation *preparation,
                               const PhenoRecord *record, PhenoBandChoice *choice);

/* Bytes of a prepared record at most, without what HDF5 writes about it. */
guint64 pheno_prepare_bytes (const PhenoPreparation *preparation,
                             const PhenoRecord *record, int shorter_side);

/**
 * pheno_prepare:
 * @records: PhenoRecord to decode
 * @reasons: (array length=records): set to the sentence about each that could not be
 *
 * Hands each decoded image to @take as soon as it is there, in any order. No more than
 * some images a thread are waiting, so that memory does not grow with the collection,
 * and of very large ones fewer threads are at work.
 *
 * Returns: FALSE when cancelled, or when @take failed
 */
gboolean pheno_prepare (GPtrArray *records, const PhenoPreparation *preparation,
                        int shorter_side, int threads, PhenoTakeFunc take,
                        gpointer take_data, char **reasons, PhenoProgressFunc progress,
                        gpointer user_data, GCancellable *cancellable, GError **error);

G_END_DECLS
