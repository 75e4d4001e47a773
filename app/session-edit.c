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
  edit->after = g_strdup (value);
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

/* ---- the recipe ---- */

typedef struct
{
  PhenoSession *session;
  PhenoRecipe *before, *after;
} RecipeEdit;

static void
recipe_edit_free (gpointer data)
{
  RecipeEdit *self = data;

  pheno_recipe_free (self->before);
  pheno_recipe_free (self->after);
  g_free (self);
}

static void
take_recipe (PhenoSession *self, const PhenoRecipe *recipe)
{
  PhenoRecipe *copy = pheno_recipe_copy (recipe);

  g_clear_pointer (&self->recipe, pheno_recipe_free);
  self->recipe = copy;
  self->recipe_changed = TRUE;
  pheno_session_save_later (self);
  pheno_session_emit_recipe_changed (self);
}

static void
recipe_redo (gpointer data)
{
  RecipeEdit *self = data;

  take_recipe (self->session, self->after);
}

static void
recipe_undo (gpointer data)
{
  RecipeEdit *self = data;

  take_recipe (self->session, self->before);
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
  RecipeEdit *edit;

  if (pheno_recipe_equal (self->recipe, recipe))
    return;

  if (label != NULL)
    {
      edit = g_new0 (RecipeEdit, 1);
      edit->session = self;
      edit->before = pheno_recipe_copy (self->recipe);
      edit->after = pheno_recipe_copy (recipe);
      pheno_undo_push (self->undo, label, recipe_undo, recipe_redo, edit,
                       recipe_edit_free);
    }
  take_recipe (self, recipe);
}

guint64
pheno_session_get_seed (PhenoSession *self)
{
  return self->seed;
}

void
pheno_session_set_seed (PhenoSession *self, guint64 seed)
{
  if (self->seed == seed)
    return;

  self->seed = seed;
  self->recipe_changed = TRUE;
  pheno_session_save_later (self);
  pheno_session_emit_recipe_changed (self);
}

/* ---- on disk ---- */

void
pheno_session_read_settings (PhenoSession *self)
{
  g_autofree char *path = g_build_filename (self->study->path, "augment.recipe", NULL);
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (PhenoRecipe) recipe = NULL;
  g_autoptr (GError) error = NULL;

  self->seed = 1;
  g_clear_pointer (&self->recipe, pheno_recipe_free);
  self->recipe = pheno_recipe_load ("colour", NULL);
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
  if (g_key_file_has_key (key_file, "training", "seed", NULL))
    self->seed = g_key_file_get_uint64 (key_file, "training", "seed", NULL);
}
