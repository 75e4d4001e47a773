/* map-model-groups.c - columns of the map: what colours it, and what the legend counts
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/map-model-private.h"

#include <string.h>

const char *
pheno_map_model_get_value (PhenoMapModel *self, gsize row, const char *column)
{
  PhenoSpecimen *specimen = self->specimens->pdata[row];
  const char *value
      = specimen != NULL ? pheno_specimen_get_value (specimen, column) : NULL;
  char **values;

  if (value != NULL)
    return value;
  /* A column that the study has is empty where the study says so. */
  if (specimen != NULL
      && g_strv_contains (pheno_session_get_columns (self->session), column))
    return "";
  values = pheno_embedding_column (self->embedding, column);
  return values != NULL ? values[row] : "";
}

char **
pheno_map_model_get_columns (PhenoMapModel *self)
{
  const char *const *own = pheno_session_get_columns (self->session);
  GStrvBuilder *builder = g_strv_builder_new ();
  char **columns;

  for (guint i = 0; own[i] != NULL; i++)
    g_strv_builder_add (builder, own[i]);
  for (guint i = 0; self->embedding != NULL && i < self->embedding->columns->len; i++)
    if (!g_strv_contains (own, self->embedding->columns->pdata[i]))
      g_strv_builder_add (builder, self->embedding->columns->pdata[i]);
  columns = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return columns;
}

/* Numbers in names are compared as numbers: "site 9" before "site 10". */
static int
compare_names (gconstpointer a, gconstpointer b)
{
  g_autofree char *first = g_utf8_collate_key_for_filename (*(char **) a, -1);
  g_autofree char *second = g_utf8_collate_key_for_filename (*(char **) b, -1);

  return strcmp (first, second);
}

int *
pheno_map_model_make_groups (PhenoMapModel *self, const char *column, GPtrArray **names)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) number = g_hash_table_new (g_str_hash, g_str_equal);
  int *group = g_new (int, self->n + 1);

  for (gsize row = 0; row < self->n; row++)
    {
      const char *value = pheno_map_model_get_value (self, row, column);

      if (*value != '\0' && !g_hash_table_contains (number, value))
        {
          g_hash_table_add (number, (gpointer) value);
          g_ptr_array_add (found, g_strdup (value));
        }
    }
  g_ptr_array_sort (found, compare_names);
  g_hash_table_remove_all (number);
  for (guint i = 0; i < found->len; i++)
    g_hash_table_insert (number, found->pdata[i], GUINT_TO_POINTER (i + 1));
  for (gsize row = 0; row < self->n; row++)
    group[row] = GPOINTER_TO_INT (g_hash_table_lookup (
                     number, pheno_map_model_get_value (self, row, column)))
                 - 1;

  if (names != NULL)
    *names = g_steal_pointer (&found);
  return group;
}

static gboolean
repeats (PhenoMapModel *self, const char *column)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize row = 0; row < self->n; row++)
    {
      const char *value = pheno_map_model_get_value (self, row, column);

      if (*value != '\0' && !g_hash_table_add (seen, (gpointer) value))
        return TRUE;
    }
  return FALSE;
}

const char *
pheno_map_model_get_individuals (PhenoMapModel *self)
{
  const char *const *columns = pheno_individual_columns ();

  for (guint i = 0; columns[i] != NULL; i++)
    if (repeats (self, columns[i]))
      return columns[i];
  return NULL;
}

/* ---- colours ---- */

static void
group_by_selection (PhenoMapModel *self)
{
  self->group = g_new (int, self->n + 1);
  self->group_names = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->group_names, g_strdup (_ ("Selected")));
  for (gsize row = 0; row < self->n; row++)
    self->group[row] = self->selected[row] ? 0 : -1;
}

void
pheno_map_model_update_groups (PhenoMapModel *self)
{
  g_clear_pointer (&self->group, g_free);
  g_clear_pointer (&self->group_names, g_ptr_array_unref);
  if (self->embedding != NULL && self->colour_by == NULL)
    {
      self->group = g_new0 (int, self->n + 1);
      self->group_names = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (self->group_names, g_strdup (_ ("All specimens")));
    }
  else if (self->embedding != NULL)
    {
      if (g_str_equal (self->colour_by, PHENO_MAP_BY_SELECTION))
        group_by_selection (self);
      else
        self->group
            = pheno_map_model_make_groups (self, self->colour_by, &self->group_names);
    }
  pheno_map_model_emit (self, "groups-changed");
}

void
pheno_map_model_set_colour_by (PhenoMapModel *self, const char *column)
{
  if (g_strcmp0 (self->colour_by, column) == 0)
    return;
  g_free (self->colour_by);
  self->colour_by = g_strdup (column);
  pheno_map_model_update_groups (self);
}

const char *
pheno_map_model_get_colour_by (PhenoMapModel *self)
{
  return self->colour_by;
}

guint
pheno_map_model_get_n_groups (PhenoMapModel *self)
{
  return self->group_names != NULL ? self->group_names->len : 0;
}

const char *
pheno_map_model_group_name (PhenoMapModel *self, int group)
{
  if (group >= 0)
    return self->group_names->pdata[group];
  return g_strcmp0 (self->colour_by, PHENO_MAP_BY_SELECTION) == 0 ? _ ("Not selected")
                                                                  : _ ("Not known");
}

int
pheno_map_model_group_of (PhenoMapModel *self, gsize row)
{
  return self->group != NULL ? self->group[row] : -1;
}

const int *
pheno_map_model_get_groups (PhenoMapModel *self)
{
  return self->group;
}

PhenoMapCount *
pheno_map_model_count (PhenoMapModel *self)
{
  PhenoMapCount *counts = g_new0 (PhenoMapCount, pheno_map_model_get_n_groups (self) + 1);

  for (gsize row = 0; row < self->n; row++)
    {
      PhenoMapCount *count = counts + pheno_map_model_group_of (self, row) + 1;

      count->selected += self->selected[row];
      count->shown += self->shown[row];
      count->total += 1;
    }
  return counts;
}

/* ---- the legend hides by the filter ---- */

static const char *
value_of_group (PhenoMapModel *self, int group)
{
  return group >= 0 ? self->group_names->pdata[group] : "";
}

static gboolean
is_a_column (PhenoMapModel *self)
{
  return self->colour_by != NULL
         && !g_str_equal (self->colour_by, PHENO_MAP_BY_SELECTION);
}

gboolean
pheno_map_model_group_is_shown (PhenoMapModel *self, int group)
{
  return !is_a_column (self)
         || pheno_session_lets_through (self->session, self->colour_by,
                                        value_of_group (self, group));
}

void
pheno_map_model_show_group (PhenoMapModel *self, int group, gboolean shown)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  int n = (int) pheno_map_model_get_n_groups (self);

  if (!is_a_column (self) || pheno_map_model_group_is_shown (self, group) == shown)
    return;
  for (int g = -1; g < n; g++)
    if (g == group ? shown : pheno_map_model_group_is_shown (self, g))
      g_ptr_array_add (values, (gpointer) value_of_group (self, g));
  /* With nothing shown there would be nothing to click on; with all there is no filter.
   */
  if (values->len == 0)
    return;
  if ((int) values->len == n + 1)
    g_ptr_array_set_size (values, 0);
  g_ptr_array_add (values, NULL);
  pheno_session_set_values_shown (self->session, self->colour_by,
                                  (const char *const *) values->pdata);
}

void
pheno_map_model_isolate_group (PhenoMapModel *self, int group)
{
  const char *only[2] = { NULL, NULL };

  if (!is_a_column (self))
    return;
  only[0] = value_of_group (self, group);
  pheno_session_set_values_shown (self->session, self->colour_by, only);
}

void
pheno_map_model_show_all_groups (PhenoMapModel *self)
{
  if (is_a_column (self))
    pheno_session_set_values_shown (self->session, self->colour_by, NULL);
}

void
pheno_map_model_select_group (PhenoMapModel *self, int group, PhenoSelectMode mode)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (int));

  for (int row = 0; row < (int) self->n; row++)
    if (self->shown[row] && self->group[row] == group)
      g_array_append_val (rows, row);
  pheno_map_model_select (self, (const int *) rows->data, rows->len, mode);
}
