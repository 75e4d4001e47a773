/* specimen-maker.c - the built-in specimens, drawn when somebody wants to try the program
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/specimen-maker.h"

#include "app/main-task.h"

#include "engine/synthesis/synthesis.h"

struct _PhenoSpecimenMaker
{
  GObject parent_instance;

  gboolean running;
  double fraction;
};

G_DEFINE_FINAL_TYPE (PhenoSpecimenMaker, pheno_specimen_maker, G_TYPE_OBJECT)

enum
{
  PROP_RUNNING = 1,
  PROP_FRACTION,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

typedef struct
{
  char *folder;
  GMutex lock;
  PhenoProgress latest; /* under the lock; so is the source that shows it */
  guint show_source;
} Making;

static void
making_free (gpointer data)
{
  Making *self = data;

  g_mutex_clear (&self->lock);
  g_free (self->folder);
  g_free (self);
}

PhenoSpecimenMaker *
pheno_specimen_maker_new (void)
{
  return g_object_new (PHENO_TYPE_SPECIMEN_MAKER, NULL);
}

static gboolean
show_latest_cb (gpointer user_data)
{
  GTask *task = user_data;
  PhenoSpecimenMaker *self = g_task_get_source_object (task);
  Making *making = g_task_get_task_data (task);

  g_mutex_lock (&making->lock);
  making->show_source = 0;
  self->fraction = making->latest.total > 0
                       ? (double) making->latest.done / making->latest.total
                       : 0;
  g_mutex_unlock (&making->lock);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FRACTION]);

  return G_SOURCE_REMOVE;
}

static void
report_cb (const PhenoProgress *progress, gpointer user_data) /* on the thread */
{
  Making *making = g_task_get_task_data (user_data);

  g_mutex_lock (&making->lock);
  making->latest = *progress;
  if (making->show_source == 0)
    making->show_source = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, 50, show_latest_cb,
                                              g_object_ref (user_data), g_object_unref);
  g_mutex_unlock (&making->lock);
}

/* spectra.csv is written last, so a folder that has it is whole. */
static gboolean
is_whole (const char *folder)
{
  g_autofree char *last = g_build_filename (folder, "spectra.csv", NULL);

  return g_file_test (last, G_FILE_TEST_EXISTS);
}

static void
make_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Making *making = data;
  /* As phenoscape-cli draws them; a core is left to the window. */
  const PhenoSynthesisOptions options = {
    .species = 12,
    .specimens = 300,
    .size = 256,
    .seed = 1,
    .threads = MAX (1, pheno_thread_count (0) - 1),
  };
  GError *error = NULL;

  if (is_whole (making->folder)
      || pheno_synthesise (making->folder, &options, report_cb, task, cancellable,
                           &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
set_running (PhenoSpecimenMaker *self, gboolean running)
{
  self->running = running;
  self->fraction = 0;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_RUNNING]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FRACTION]);
}

void
pheno_specimen_maker_make_async (PhenoSpecimenMaker *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Making *making = g_new0 (Making, 1);

  g_return_if_fail (!self->running);

  making->folder = g_build_filename (g_get_user_data_dir (), "phenoscape",
                                     "built-in-specimens", NULL);
  g_mutex_init (&making->lock);
  g_task_set_source_tag (task, pheno_specimen_maker_make_async);
  g_task_set_task_data (task, making, making_free);
  set_running (self, TRUE);
  pheno_task_run (task, make_in_thread);
}

char *
pheno_specimen_maker_make_finish (PhenoSpecimenMaker *self, GAsyncResult *result,
                                  GError **error)
{
  Making *making;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  set_running (self, FALSE);
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  making = g_task_get_task_data (G_TASK (result));
  return g_steal_pointer (&making->folder);
}

static void
pheno_specimen_maker_get_property (GObject *object, guint id, GValue *value,
                                   GParamSpec *pspec)
{
  PhenoSpecimenMaker *self = PHENO_SPECIMEN_MAKER (object);

  if (id == PROP_RUNNING)
    g_value_set_boolean (value, self->running);
  else if (id == PROP_FRACTION)
    g_value_set_double (value, self->fraction);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_specimen_maker_class_init (PhenoSpecimenMakerClass *class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (class)->get_property = pheno_specimen_maker_get_property;
  props[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  props[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (class), N_PROPS, props);
}

static void
pheno_specimen_maker_init (PhenoSpecimenMaker *self)
{
}
