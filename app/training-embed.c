/* training-embed.c - from a run that ended to the map: its embeddings
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "app/application.h"

#include "app/training-private.h"

/* The read-outs that the user chooses from, measured in docs/benchmarks.md: where the
 * encoder is read is worth more than how long it was trained. They are kept as they are
 * for the map; the Explore page whitens them to measure look-alikes and scores. */
static const struct
{
  const char *name, *layer, *pool;
} read_outs[] = {
  { "pattern", "layer1", "6x6" },
  { "whole", "features", "mean" },
};

static void
load_cb (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoTraining) self = user_data;
  g_autoptr (PhenoRunItem) item = g_steal_pointer (&self->embedding);
  g_autoptr (GError) error = NULL;

  if (pheno_session_load_embedding_finish (self->session, result, &error))
    pheno_training_emit_embedded (self, item, self->wanted);
  else
    pheno_training_emit_failed (self, item, error->message);
  pheno_training_emit_changed (self);
}

static void
load (PhenoTraining *self)
{
  g_autofree char *path = g_build_filename (pheno_run_item_get_path (self->embedding),
                                            PHENO_EMBEDDINGS_NAME, NULL);

  pheno_session_load_embedding_async (self->session, path, NULL, load_cb,
                                      g_object_ref (self));
}

static void
progress_cb (PhenoWorker *worker, const PhenoProgress *progress, PhenoTraining *self)
{
  double fraction = progress->total > 0 ? (double) progress->done / progress->total : 0;

  if (self->current != NULL)
    return; /* a training has more to say */

  pheno_training_set_status (
      self, CLAMP (fraction, 0, 1),
      g_strdup_printf (_ ("Computing embeddings: %" PRIu64 " of %" PRIu64 " images"),
                       progress->done, progress->total));
}

static void
ended_cb (PhenoWorker *worker, PhenoTraining *self)
{
  g_autoptr (PhenoWorker) ended = g_steal_pointer (&self->embedder);
  const char *message = pheno_worker_get_message (ended);

  pheno_training_set_status (self, self->fraction,
                             self->current != NULL ? g_strdup (self->status) : NULL);
  if (pheno_worker_get_outcome (ended) == PHENO_OUTCOME_DONE)
    {
      pheno_training_read_again (self, self->embedding);
      load (self);
      return;
    }

  {
    g_autoptr (PhenoRunItem) item = g_steal_pointer (&self->embedding);

    if (message != NULL)
      pheno_training_emit_failed (self, item, message);
  }
  pheno_training_emit_changed (self);
}

static GPtrArray *
make_arguments (PhenoRunItem *item)
{
  GSettings *settings = pheno_settings ();
  g_autofree char *chosen = g_settings_get_string (settings, "read-out");
  g_autofree char *device = g_settings_get_string (settings, "device");
  const char *path = pheno_run_item_get_path (item);
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);
  guint kind = 0;

  for (guint i = 0; i < G_N_ELEMENTS (read_outs); i++)
    if (g_str_equal (read_outs[i].name, chosen))
      kind = i;

  g_ptr_array_add (arguments, g_strdup ("embed"));
  g_ptr_array_add (arguments, g_strdup (path));
  g_ptr_array_add (arguments, g_strconcat ("--layer=", read_outs[kind].layer, NULL));
  g_ptr_array_add (arguments, g_strconcat ("--pool=", read_outs[kind].pool, NULL));
  g_ptr_array_add (arguments, g_strconcat ("--device=", device, NULL));
  g_ptr_array_add (arguments, g_strdup_printf ("--threads=%d",
                                               g_settings_get_int (settings, "threads")));
  g_ptr_array_add (arguments, g_strdup ("-o"));
  g_ptr_array_add (arguments, g_build_filename (path, PHENO_EMBEDDINGS_NAME, NULL));
  g_ptr_array_add (arguments, NULL);
  return arguments;
}

void
pheno_training_embed (PhenoTraining *self, PhenoRunItem *item, gboolean wanted)
{
  g_autoptr (GPtrArray) arguments = NULL;
  g_autoptr (GError) error = NULL;

  if (self->embedding != NULL)
    return;

  arguments = make_arguments (item);
  self->embedding = g_object_ref (item);
  self->wanted = wanted;
  self->embedder = pheno_worker_new ();
  g_signal_connect_object (self->embedder, "progress", G_CALLBACK (progress_cb), self, 0);
  g_signal_connect_object (self->embedder, "ended", G_CALLBACK (ended_cb), self, 0);
  if (!pheno_training_follow_roots (self, item, &error)
      || !pheno_worker_start (self->embedder, (const char *const *) arguments->pdata,
                              &error))
    {
      g_clear_object (&self->embedder);
      g_clear_object (&self->embedding);
      pheno_training_emit_failed (self, item, error->message);
    }
  pheno_training_emit_changed (self);
}

void
pheno_training_explore (PhenoTraining *self, PhenoRunItem *item)
{
  if (self->embedding != NULL)
    {
      self->wanted |= self->embedding == item;
      return;
    }
  if (!pheno_run_item_get_facts (item)->has_embedding)
    {
      pheno_training_embed (self, item, TRUE);
      return;
    }

  self->embedding = g_object_ref (item);
  self->wanted = TRUE;
  load (self);
}

void
pheno_training_embed_again (PhenoTraining *self, PhenoRunItem *item)
{
  pheno_training_embed (self, item, TRUE);
}

gboolean
pheno_training_is_embedding (PhenoTraining *self)
{
  return self->embedding != NULL;
}
