/* examine.c - every sample of every image
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/collection/scan.h"

typedef struct
{
  PhenoCollection *collection;
  GError **reasons; /* one for each record */
} Work;

static void
examine_cb (gsize index, gpointer user_data)
{
  Work *work = user_data;
  PhenoRecord *record = work->collection->records->pdata[index];
  g_autoptr (PhenoSource) source
      = pheno_source_open (record->path, &work->reasons[index]);

  g_clear_pointer (&record->samples, pheno_spectrum_free);
  if (source != NULL)
    record->samples = pheno_spectrum_read (source, NULL, FALSE, &work->reasons[index]);
}

gboolean
pheno_collection_examine (PhenoCollection *collection, int threads,
                          PhenoProgressFunc progress, gpointer user_data,
                          GCancellable *cancellable, GError **error)
{
  guint n = collection->records->len;
  g_autofree GError **reasons = g_new0 (GError *, n + 1);
  Work work = { collection, reasons };
  gboolean done = pheno_for_each_index (n, threads, examine_cb, &work, "examine",
                                        progress, user_data, cancellable, error);

  for (guint i = 0; i < n; i++)
    if (reasons[i] != NULL)
      {
        const PhenoRecord *record = collection->records->pdata[i];

        pheno_collection_add_problem (collection, record->file, reasons[i]->message);
        g_error_free (reasons[i]);
      }
  return done;
}
