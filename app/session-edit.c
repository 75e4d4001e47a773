/* session-edit.c - what the user changes in a study: undone with Ctrl+Z, saved by itself
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is written, and when, stands in session-save.c.
 */
#include "app/session-private.h"

/* One edit of some specimens: the values before and the one after. */
typedef struct
{
  PhenoSession *session; /* borrowed: the stack belongs to it */
  GPtrArray *specimens;
  char *column; /* NULL: exclusion */
  GPtrArray *before;
  char *after;
  gboolean excluded;
  GArray *excluded_before;
} Edit;

static void
edit_free (gpointer data)
{
  Edit *self = data;

  g_ptr_array_unref (self->specimens);
  g_clear_pointer (&self->before, g_ptr_array_unref);
  g_clear_pointer (&self->excluded_before, g_array_unref);
  g_free (self->column);
  g_free (self->after);
  g_free (self);
}

static Edit *
edit_new (PhenoSession *session, GPtrArray *specimens)
{
  Edit *self = g_new0 (Edit, 1);

  self->session = session;
  self->specimens = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < specimens->len; i++)
    g_ptr_array_add (self->specimens, g_object_ref (specimens->pdata[i]));
  return self;
}

/* ---- exclusions ---- */

static void
set_excluded (PhenoSession *self, PhenoSpecimen *specimen, gboolean excluded)
{
  pheno_specimen_set_excluded (specimen, excluded);
  pheno_study_set_excluded (self->study, pheno_specimen_get_path (specimen), excluded);
}

static void
exclusions_changed (PhenoSession *self)
{
  pheno_session_count_excluded (self);
  self->study_changed = TRUE;
  pheno_session_save_later (self);
  pheno_session_emit_edited (self);
}

static void
exclusion_redo (gpointer data)
{
  Edit *self = data;

  for (guint i = 0; i < self->specimens->len; i++)
    set_excluded (self->session, self->specimens->pdata[i], self->excluded);
  exclusions_changed (self->session);
}

static void
exclusion_undo (gpointer data)
{
  Edit *self = data;

  for (guint i = 0; i < self->specimens->len; i++)
    set_excluded (self->session, self->specimens->pdata[i],
                  g_array_index (self->excluded_before, gboolean, i));
  exclusions_changed (self->session);
}

void
pheno_session_exclude (PhenoSession *self, GPtrArray *specimens, gboolean excluded)
{
  g_autofree char *label = NULL;
  Edit *edit;

  g_return_if_fail (self->study != NULL);
  if (specimens->len == 0)
    return;

  edit = edit_new (self, specimens);
  edit->excluded = excluded;
  edit->excluded_before = g_array_new (FALSE, FALSE, sizeof (gboolean));
  for (guint i = 0; i < specimens->len; i++)
    {
      gboolean before = pheno_specimen_get_excluded (specimens->pdata[i]);

      g_array_append_val (edit->excluded_before, before);
    }

  if (excluded)
    label = g_strdup_printf (
        ngettext ("%u image excluded", "%u images excluded", specimens->len),
        specimens->len);
  else
    label = g_strdup_printf (
        ngettext ("%u image included again", "%u images included again", specimens->len),
        specimens->len);

  exclusion_redo (edit);
  pheno_undo_push (self->undo, label, exclusion_undo, exclusion_redo, edit, edit_free);
  pheno_session_toast (self, label, _ ("Undo"), "win.undo");
}

/* ---- problems that are no more looked at ---- */

typedef struct
{
  PhenoSession *session;
  GPtrArray *problems; /* whose state changes */
  gboolean ignored;
} Ignoring;

static void
ignoring_free (gpointer data)
{
  Ignoring *self = data;

  g_ptr_array_unref (self->problems);
  g_free (self);
}

static void
set_ignored (Ignoring *self, gboolean ignored)
{
  PhenoSession *session = self->session;

  for (guint i = 0; i < self->problems->len; i++)
    {
      PhenoProblemItem *problem = self->problems->pdata[i];

      pheno_problem_item_set_ignored (problem, ignored);
      pheno_study_set_excluded (session->study, pheno_problem_item_get_path (problem),
                                ignored);
    }
  session->study_changed = TRUE;
  pheno_session_save_later (session);
  pheno_session_notify (session, PHENO_SESSION_PROP_N_PROBLEMS);
  pheno_session_emit_edited (session);
}

static void
ignoring_redo (gpointer data)
{
  Ignoring *self = data;

  set_ignored (self, self->ignored);
}

static void
ignoring_undo (gpointer data)
{
  Ignoring *self = data;

  set_ignored (self, !self->ignored);
}

void
pheno_session_ignore (PhenoSession *self, GPtrArray *problems, gboolean ignored)
{
  g_autofree char *label = NULL;
  Ignoring *ignoring;
  guint n;

  g_return_if_fail (self->study != NULL);

  ignoring = g_new0 (Ignoring, 1);
  ignoring->session = self;
  ignoring->problems = g_ptr_array_new_with_free_func (g_object_unref);
  ignoring->ignored = ignored;
  for (guint i = 0; i < problems->len; i++)
    if (pheno_problem_item_get_path (problems->pdata[i]) != NULL
        && pheno_problem_item_get_ignored (problems->pdata[i]) != ignored)
      g_ptr_array_add (ignoring->problems, g_object_ref (problems->pdata[i]));
  n = ignoring->problems->len;
  if (n == 0)
    {
      ignoring_free (ignoring);
      return;
    }

  label = g_strdup_printf (
      ignored ? ngettext ("%u problem left out", "%u problems left out", n)
              : ngettext ("%u problem listed again", "%u problems listed again", n),
      n);
  ignoring_redo (ignoring);
  pheno_undo_push (self->undo, label, ignoring_undo, ignoring_redo, ignoring,
                   ignoring_free);
  pheno_session_toast (self, label, _ ("Undo"), "win.undo");
}

/* ---- values ---- */

static void
values_changed (PhenoSession *self, const char *column)
{
  self->n_edits++;
  self->values_changed = TRUE;
  if (g_str_equal (column, "species"))
    self->species_by_folder = FALSE;
  pheno_session_save_later (self);
  if (g_hash_table_size (self->shown) > 0 || self->search != NULL)
    gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  pheno_session_emit_edited (self);
}

static void
values_redo (gpointer data)
{
  Edit *self = data;

  for (guint i = 0; i < self->specimens->len; i++)
    pheno_specimen_set_value (self->specimens->pdata[i], self->column, self->after);
  values_changed (self->session, self->column);
}

static void
values_undo (gpointer data)
{
  Edit *self = data;

  for (guint i = 0; i < self->specimens->len; i++)
    pheno_specimen_set_value (self->specimens->pdata[i], self->column,
                              self->before->pdata[i]);
  values_changed (self->session, self->column);
}

void
pheno_session_edit (PhenoSession *self, GPtrArray *specimens, const char *column,
                    const char *value)
{
  g_autofree char *label = NULL;
  Edit *edit;

  g_return_if_fail (self->study != NULL);
  if (specimens->len == 0)
    return;

  pheno_session_add_column_name (self, column);
  edit = edit_new (self, specimens);
  edit->column = g_strdup (column);
  /* “male” and “male ” are one value, and a table has no spaces around its own. */
  edit->after = value != NULL ? g_strstrip (g_strdup (value)) : NULL;
  edit->before = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < specimens->len; i++)
    g_ptr_array_add (edit->before,
                     g_strdup (pheno_specimen_get_value (specimens->pdata[i], column)));

  label = g_strdup_printf (
      ngettext ("“%s” of %u image changed", "“%s” of %u images changed", specimens->len),
      column, specimens->len);
  values_redo (edit);
  pheno_undo_push (self->undo, label, values_undo, values_redo, edit, edit_free);
  pheno_session_toast (self, label, _ ("Undo"), "win.undo");
}

void
pheno_session_add_column (PhenoSession *self, const char *column)
{
  pheno_session_add_column_name (self, column);
  self->values_changed = TRUE;
  pheno_session_save_later (self);
}

PhenoUndo *
pheno_session_get_undo (PhenoSession *self)
{
  return self->undo;
}

/* ---- the recipe, the seed and the size of a view ---- */

/* Changes with one label that follow each other as closely as this are one step of undo:
 * a drag of a slider, a few turns of a wheel. */
#define JOIN_US (2 * G_USEC_PER_SEC)

typedef struct
{
  PhenoRecipe *recipe;
  char *name;
  guint64 seed;
  int size;
} Views;

typedef struct
{
  PhenoSession *session;
  Views before, after;
  char *label;
  gint64 time;
} ViewsEdit;

static Views
views_copy (PhenoSession *self)
{
  Views views = {
    .recipe = pheno_recipe_copy (self->recipe),
    .name = g_strdup (self->recipe_name),
    .seed = self->seed,
    .size = self->size,
  };

  return views;
}

static void
views_clear (Views *views)
{
  g_clear_pointer (&views->recipe, pheno_recipe_free);
  g_clear_pointer (&views->name, g_free);
}

static void
views_edit_free (gpointer data)
{
  ViewsEdit *self = data;

  if (self->session->views_edit == self)
    self->session->views_edit = NULL;
  views_clear (&self->before);
  views_clear (&self->after);
  g_free (self->label);
  g_free (self);
}

static void
views_changed (PhenoSession *self)
{
  self->recipe_changed = TRUE;
  pheno_session_save_later (self);
  pheno_session_emit_recipe_changed (self);
}

/* Sets what differs between the two; the rest may have been changed since then by
 * something that is no step of undo. */
static void
take_views (PhenoSession *self, const Views *views, const Views *other)
{
  self->views_edit = NULL; /* what follows is a step of its own */
  if (!pheno_recipe_equal (views->recipe, other->recipe))
    {
      pheno_recipe_free (self->recipe);
      self->recipe = pheno_recipe_copy (views->recipe);
    }
  if (!g_str_equal (views->name, other->name))
    {
      g_free (self->recipe_name);
      self->recipe_name = g_strdup (views->name);
    }
  if (views->seed != other->seed)
    self->seed = views->seed;
  if (views->size != other->size)
    self->size = views->size;
  views_changed (self);
}

static void
views_redo (gpointer data)
{
  ViewsEdit *self = data;

  take_views (self->session, &self->after, &self->before);
}

static void
views_undo (gpointer data)
{
  ViewsEdit *self = data;

  take_views (self->session, &self->before, &self->after);
}

/* The step that a change with this label joins, or NULL. */
static ViewsEdit *
step_to_join (PhenoSession *self, const char *label)
{
  ViewsEdit *edit = self->views_edit;

  if (edit == NULL || !g_str_equal (edit->label, label)
      || g_strcmp0 (pheno_undo_get_undo_label (self->undo), label) != 0
      || g_get_monotonic_time () - edit->time > JOIN_US)
    return NULL;
  return edit;
}

/* After a change: @before is what was. */
static void
push_views (PhenoSession *self, Views *before, const char *label)
{
  ViewsEdit *edit = label != NULL ? step_to_join (self, label) : NULL;

  if (edit != NULL)
    {
      views_clear (&edit->after);
      views_clear (before);
      edit->after = views_copy (self);
      edit->time = g_get_monotonic_time ();
    }
  else if (label != NULL)
    {
      edit = g_new0 (ViewsEdit, 1);
      edit->session = self;
      edit->before = *before;
      edit->after = views_copy (self);
      edit->label = g_strdup (label);
      edit->time = g_get_monotonic_time ();
      pheno_undo_push (self->undo, label, views_undo, views_redo, edit, views_edit_free);
      self->views_edit = edit;
    }
  else
    views_clear (before);
  views_changed (self);
}

const PhenoRecipe *
pheno_session_get_recipe (PhenoSession *self)
{
  return self->recipe;
}

void
pheno_session_set_recipe (PhenoSession *self, const PhenoRecipe *recipe,
                          const char *label)
{
  Views before;

  if (pheno_recipe_equal (self->recipe, recipe))
    return;

  before = views_copy (self);
  pheno_recipe_free (self->recipe);
  self->recipe = pheno_recipe_copy (recipe);
  push_views (self, &before, label);
}

const char *
pheno_session_get_recipe_name (PhenoSession *self)
{
  return self->recipe_name;
}

void
pheno_session_set_preset (PhenoSession *self, const char *name, const PhenoRecipe *recipe,
                          const char *label)
{
  Views before;

  if (g_str_equal (self->recipe_name, name) && pheno_recipe_equal (self->recipe, recipe))
    return;

  before = views_copy (self);
  pheno_recipe_free (self->recipe);
  self->recipe = pheno_recipe_copy (recipe);
  g_free (self->recipe_name);
  self->recipe_name = g_strdup (name);
  push_views (self, &before, label);
}

guint64
pheno_session_get_seed (PhenoSession *self)
{
  return self->seed;
}

void
pheno_session_set_seed (PhenoSession *self, guint64 seed, const char *label)
{
  Views before;

  if (self->seed == seed)
    return;

  before = views_copy (self);
  self->seed = seed;
  push_views (self, &before, label);
}

int
pheno_session_get_input_size (PhenoSession *self)
{
  return self->size;
}

void
pheno_session_set_input_size (PhenoSession *self, int size, const char *label)
{
  Views before;

  if (self->size == size)
    return;

  before = views_copy (self);
  self->size = size;
  push_views (self, &before, label);
}

/* ---- on disk ---- */

/* The recipe that a study begins with: what a biologist photographs for its colours keeps
 * them. */
#define FIRST_RECIPE "colour"

void
pheno_session_forget_views (PhenoSession *self)
{
  g_autoptr (PhenoRun) run = pheno_run_new ();

  g_clear_pointer (&self->recipe, pheno_recipe_free);
  self->recipe = pheno_recipe_load (FIRST_RECIPE, NULL);
  g_free (self->recipe_name);
  self->recipe_name = g_strdup (FIRST_RECIPE);
  self->seed = run->seed;
  self->size = run->size;
}

static void
read_views (PhenoSession *self, GKeyFile *key_file)
{
  g_autofree char *name = g_key_file_get_string (key_file, "augment", "recipe", NULL);
  int size = g_key_file_get_integer (key_file, "model", "size", NULL);

  if (name != NULL && *name != '\0')
    {
      g_free (self->recipe_name);
      self->recipe_name = g_steal_pointer (&name);
    }
  if (size >= PHENO_SMALLEST_INPUT && size <= PHENO_LARGEST_INPUT)
    self->size = size;
  if (g_key_file_has_key (key_file, "training", "seed", NULL))
    self->seed = g_key_file_get_uint64 (key_file, "training", "seed", NULL);
}

void
pheno_session_read_settings (PhenoSession *self)
{
  g_autofree char *path = g_build_filename (self->study->path, "augment.recipe", NULL);
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (PhenoRecipe) recipe = NULL;
  g_autoptr (GError) error = NULL;

  pheno_session_forget_views (self);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return;

  if (g_key_file_load_from_file (key_file, path, G_KEY_FILE_NONE, &error))
    recipe = pheno_recipe_new_from_key_file (NULL, key_file, &error);
  if (recipe == NULL)
    {
      pheno_session_toast (self, error->message, NULL, NULL);
      return;
    }

  pheno_recipe_free (self->recipe);
  self->recipe = g_steal_pointer (&recipe);
  read_views (self, key_file);
}
