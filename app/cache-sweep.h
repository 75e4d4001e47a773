/* cache-sweep.h - how much the caches of the recent studies take, and clearing them
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PhenoCacheSize:
 * @bytes: of all caches that are there
 * @studies: how many studies have one
 * @in_use: how many of these a run needs now; they are not cleared
 */
typedef struct
{
  guint64 bytes;
  guint studies, in_use;
} PhenoCacheSize;

/**
 * pheno_cache_sweep_async:
 * @clear: whether they are deleted, too; what is counted is what is left
 *
 * Goes through the recent studies, on a thread.
 */
void pheno_cache_sweep_async (gboolean clear, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean pheno_cache_sweep_finish (GAsyncResult *result, PhenoCacheSize *size,
                                   GError **error);

G_END_DECLS
