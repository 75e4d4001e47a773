/* session-save.c - what waits to be written, as a job for any thread
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Into the study's folder go study.ini (what is left out), metadata.csv (all values, once
 * one was edited; the user's own tables are never written) and augment.recipe. The text
 * of ten thousand rows is made in some milliseconds on the main loop; the disk, which may
 * take a second, is waited for on a thread.
 */
#include "app/session-save.h"

#include "app/main-task.h"

#include <string.h>

/* Long enough for a slider or a typist to come to rest. */
#define SAVE_DELAY_MS 400

struct _PhenoSaver
{
  GMutex lock;
  guint64 given; /* the newest job; of the main loop */
  guint64 written[3];
};

/* The parts of a job, in the order in which they are written: study.ini speaks of the
 * table, so the table is there first. */
enum
{
  VALUES,
  STUDY,
  RECIPE
};

struct _PhenoSaveJob
{
  PhenoSaver *saver;
  guint64 number;
  char *metadata_path, *metadata;
  PhenoStudy *study;
  char *recipe_path, *recipe;
  char *study_path; /* whose job it is */
};

static void
saver_clear (gpointer data)
{
  g_mutex_clear (&((PhenoSaver *) data)->lock);
}

PhenoSaver *
pheno_saver_new (void)
{
  PhenoSaver *self = g_atomic_rc_box_new0 (PhenoSaver);

  g_mutex_init (&self->lock);
  return self;
}

void
pheno_saver_unref (PhenoSaver *self)
{
  g_atomic_rc_box_release_full (self, saver_clear);
}

/* ---- the texts ---- */

/* A name as the table can hold it, and as the join compares it. */
static void
append_name (GString *line, const char *name)
{
  g_autofree char *text = NULL;

  if (!g_utf8_validate (name, -1, NULL))
    text = g_convert_with_fallback (name, -1, "UTF-8", "WINDOWS-1252", "?", NULL, NULL,
                                    NULL);
  pheno_append_field (line, text != NULL ? text : name);
}

static void
append_kept_rows (PhenoSession *self, GString *text, const char *const *columns)
{
  for (guint i = 0; self->kept_rows != NULL && i < self->kept_rows->len; i++)
    {
      char **row = self->kept_rows->pdata[i];

      pheno_append_field (text, row[0]);
      for (guint c = 0; columns[c] != NULL; c++)
        {
          const char *const *names = (const char *const *) self->kept_columns->pdata;

          g_string_append_c (text, ',');
          for (guint k = 1; names[k] != NULL; k++)
            if (g_str_equal (names[k], columns[c]))
              pheno_append_field (text, row[k]);
        }
      g_string_append_c (text, '\n');
    }
}

static gboolean
has_values (PhenoSession *self, const char *column)
{
  GListModel *model = G_LIST_MODEL (self->specimens);
  guint n = g_list_model_get_n_items (model);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoSpecimen) specimen = g_list_model_get_item (model, i);

      if (pheno_specimen_get_value (specimen, column) != NULL)
        return TRUE;
    }
  return self->kept_columns != NULL
         && g_strv_contains ((const char *const *) self->kept_columns->pdata, column);
}

/* (transfer container): what the table holds. A column whose only values were undone is
 * none; species that the folders say stay out, so that files which come later have
 * theirs.
 */
static const char **
columns_of_table (PhenoSession *self)
{
  const char *const *columns = pheno_session_get_columns (self);
  GPtrArray *kept = g_ptr_array_new ();

  for (guint i = 0; columns[i] != NULL; i++)
    if (g_str_equal (columns[i], "species") ? !self->species_by_folder
                                            : has_values (self, columns[i]))
      g_ptr_array_add (kept, (gpointer) columns[i]);
  g_ptr_array_add (kept, NULL);
  return (const char **) g_ptr_array_free (kept, FALSE);
}

/* All values of all specimens: with several roots by whole path, as names may repeat.
 */
static char *
metadata_text (PhenoSession *self)
{
  g_autofree const char **columns = columns_of_table (self);
  GListModel *model = G_LIST_MODEL (self->specimens);
  guint n = g_list_model_get_n_items (model);
  gboolean whole = self->study->roots->len > 1;
  GString *text = g_string_new ("filename");

  for (guint c = 0; columns[c] != NULL; c++)
    {
      g_string_append_c (text, ',');
      pheno_append_field (text, columns[c]);
    }
  g_string_append_c (text, '\n');

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoSpecimen) specimen = g_list_model_get_item (model, i);

      append_name (text, whole ? pheno_specimen_get_path (specimen)
                               : pheno_specimen_get_relative (specimen));
      for (guint c = 0; columns[c] != NULL; c++)
        {
          g_string_append_c (text, ',');
          pheno_append_field (text, pheno_specimen_get_value (specimen, columns[c]));
        }
      g_string_append_c (text, '\n');
    }
  append_kept_rows (self, text, (const char *const *) columns);
  return g_string_free (text, FALSE);
}

/* From now on the study's own table counts, wherever the values came from. */
static void
take_own_table (PhenoSession *self, const char *path)
{
  const char *species = self->species_by_folder ? self->study->species : "metadata";

  if (g_strcmp0 (self->study->metadata, path) == 0
      && g_str_equal (self->study->species, species))
    return;

  if (!g_str_equal (self->study->species, species))
    {
      g_free (self->study->species);
      self->study->species = g_strdup (species);
    }
  g_free (self->study->metadata);
  self->study->metadata = g_strdup (path);
  self->study_changed = TRUE;
}

static char *
recipe_text (PhenoSession *self)
{
  g_autofree char *operations = pheno_recipe_to_text (self->recipe);

  return g_strdup_printf ("[augment]\nrecipe=%s\n\n[model]\nsize=%d\n\n"
                          "[training]\nseed=%" G_GUINT64_FORMAT "\n\n%s",
                          self->recipe_name, self->size, self->seed, operations);
}

/* ---- the job ---- */

PhenoSaveJob *
pheno_session_take_save (PhenoSession *self)
{
  PhenoSaveJob *job;

  g_clear_handle_id (&self->save_source, g_source_remove);
  if (self->study == NULL
      || !(self->values_changed || self->study_changed || self->recipe_changed))
    return NULL;

  job = g_new0 (PhenoSaveJob, 1);
  job->saver = g_atomic_rc_box_acquire (self->saver);
  job->number = ++self->saver->given;
  job->study_path = g_strdup (self->study->path);
  if (self->values_changed)
    {
      job->metadata_path = pheno_study_metadata_path (self->study);
      job->metadata = metadata_text (self);
      take_own_table (self, job->metadata_path);
    }
  if (self->study_changed)
    job->study = pheno_study_copy (self->study);
  if (self->recipe_changed)
    {
      job->recipe_path = g_build_filename (self->study->path, "augment.recipe", NULL);
      job->recipe = recipe_text (self);
    }
  self->values_changed = self->study_changed = self->recipe_changed = FALSE;
  return job;
}

void
pheno_session_return_save (PhenoSession *self, const PhenoSaveJob *job)
{
  if (self->study == NULL || !g_str_equal (self->study->path, job->study_path))
    return;
  self->values_changed |= job->metadata != NULL;
  self->study_changed |= job->study != NULL;
  self->recipe_changed |= job->recipe != NULL;
}

static gboolean
is_newer (PhenoSaveJob *self, guint part, gboolean there)
{
  return there && self->number > self->saver->written[part];
}

static gboolean
write_parts (PhenoSaveJob *self, GError **error)
{
  if (is_newer (self, VALUES, self->metadata != NULL))
    {
      if (!pheno_write_file (self->metadata_path, self->metadata, strlen (self->metadata),
                             error))
        return FALSE;
      self->saver->written[VALUES] = self->number;
    }
  if (is_newer (self, STUDY, self->study != NULL))
    {
      if (!pheno_study_save (self->study, error))
        return FALSE;
      self->saver->written[STUDY] = self->number;
    }
  if (is_newer (self, RECIPE, self->recipe != NULL))
    {
      if (!pheno_write_file (self->recipe_path, self->recipe, strlen (self->recipe),
                             error))
        return FALSE;
      self->saver->written[RECIPE] = self->number;
    }
  return TRUE;
}

gboolean
pheno_save_job_run (PhenoSaveJob *self, GError **error)
{
  gboolean done;

  g_mutex_lock (&self->saver->lock);
  done = write_parts (self, error);
  g_mutex_unlock (&self->saver->lock);
  return done;
}

void
pheno_save_job_free (PhenoSaveJob *self)
{
  pheno_saver_unref (self->saver);
  g_free (self->study_path);
  g_free (self->metadata_path);
  g_free (self->metadata);
  g_clear_pointer (&self->study, pheno_study_free);
  g_free (self->recipe_path);
  g_free (self->recipe);
  g_free (self);
}

/* ---- when ---- */

void
pheno_session_save (PhenoSession *self)
{
  g_autoptr (PhenoSaveJob) job = pheno_session_take_save (self);
  g_autoptr (GError) error = NULL;

  /* A job that a thread is writing is waited for, even if there is nothing newer. */
  if (job == NULL)
    {
      g_mutex_lock (&self->saver->lock);
      g_mutex_unlock (&self->saver->lock);
      return;
    }
  if (pheno_save_job_run (job, &error))
    return;
  pheno_session_return_save (self, job);
  pheno_session_toast (self, error->message, NULL, NULL);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer job, GCancellable *cancellable)
{
  GError *error = NULL;

  if (pheno_save_job_run (job, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* The session may be gone by now; what it had to save is written all the same. */
static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr (PhenoSession) self = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error) && self != NULL)
    {
      pheno_session_return_save (self, g_task_get_task_data (G_TASK (result)));
      pheno_session_toast (self, error->message, NULL, NULL);
    }
  g_weak_ref_clear (weak);
  g_free (weak);
}

static gboolean
save_cb (gpointer user_data)
{
  PhenoSession *self = user_data;
  g_autoptr (GTask) task = NULL;
  PhenoSaveJob *job;
  GWeakRef *weak;

  self->save_source = 0;
  job = pheno_session_take_save (self);
  if (job == NULL)
    return G_SOURCE_REMOVE;

  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  task = g_task_new (NULL, NULL, saved_cb, weak);
  g_task_set_task_data (task, job, (GDestroyNotify) pheno_save_job_free);
  pheno_task_run (task, save_in_thread);
  return G_SOURCE_REMOVE;
}

void
pheno_session_save_later (PhenoSession *self)
{
  g_clear_handle_id (&self->save_source, g_source_remove);
  self->save_source = g_timeout_add (SAVE_DELAY_MS, save_cb, self);
}
