/* map-model.c - rows of an embedding, and which of them are shown and selected
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which row stands at which position of the session's visible list is kept in both
 * directions, so that a lasso around 100,000 points is one call of the selection model.
 */
#include "app/map-model-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (PhenoMapModel, pheno_map_model, G_TYPE_OBJECT)

enum
{
  PROP_BUSY = 1,
  PROP_N_ROWS,
  PROP_N_SHOWN,
  PROP_N_SELECTED,
  PROP_QUERY,
  PROP_CAN_GO_BACK,
  PROP_CAN_WHITEN,
  PROP_WHITENED,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static const char *const signal_names[]
    = { "rows-changed", "map-changed", "groups-changed", "shown-changed",
        "selection-changed" };

void
pheno_map_model_emit (PhenoMapModel *self, const char *signal)
{
  g_signal_emit_by_name (self, signal);
}

void
pheno_map_model_notify (PhenoMapModel *self, const char *property)
{
  g_object_notify (G_OBJECT (self), property);
}

/* ---- rows ---- */

/* Last parts of names that only one specimen has, to the specimen: tables of others often
 * leave the folder out. */
static GHashTable *
specimens_by_name (GListModel *specimens)
{
  GHashTable *by_name = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = g_list_model_get_n_items (specimens);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoSpecimen) specimen = g_list_model_get_item (specimens, i);
      gpointer name = (gpointer) pheno_specimen_get_name (specimen);
      gboolean twice = g_hash_table_contains (by_name, name);

      g_hash_table_insert (by_name, name, twice ? NULL : specimen);
    }
  return by_name;
}

static void
drop_specimen (gpointer specimen)
{
  if (specimen != NULL)
    g_object_unref (specimen);
}

/* Whether a name is shown as it is. Most are, and need no copy. */
static gboolean
is_plain (const char *name)
{
  for (; *name != '\0'; name++)
    if (!g_ascii_isprint (*name))
      return FALSE;
  return TRUE;
}

static const char *
last_part (const char *file)
{
  const char *slash = strrchr (file, '/');

  return slash != NULL && slash[1] != '\0' ? slash + 1 : file;
}

static PhenoSpecimen *
find_specimen (PhenoMapModel *self, const char *file, GHashTable **by_name)
{
  g_autofree char *escaped = is_plain (file) ? NULL : pheno_display_name (file);
  const char *shown = escaped != NULL ? escaped : file;
  PhenoSpecimen *specimen = pheno_session_find (self->session, shown);

  if (specimen != NULL)
    return specimen;
  if (*by_name == NULL)
    *by_name = specimens_by_name (pheno_session_get_specimens (self->session));
  return g_hash_table_lookup (*by_name, last_part (shown));
}

static void
match_specimens (PhenoMapModel *self)
{
  g_autoptr (GHashTable) by_name = NULL;

  g_clear_pointer (&self->specimens, g_ptr_array_unref);
  self->specimens = g_ptr_array_new_full (self->n, drop_specimen);
  self->n_strangers = 0;
  for (gsize row = 0; row < self->n; row++)
    {
      PhenoSpecimen *specimen
          = find_specimen (self, self->embedding->files->pdata[row], &by_name);

      g_ptr_array_add (self->specimens,
                       specimen != NULL ? g_object_ref (specimen) : NULL);
      self->n_strangers += specimen == NULL;
    }
}

/* Whether a row that is no specimen of the study would pass the filter: by the column
 * that the map is coloured by. A search cannot find it. */
static gboolean
stranger_is_shown (PhenoMapModel *self, gsize row)
{
  const char *search = pheno_session_get_search (self->session);

  if (search != NULL && strstr (pheno_map_model_get_name (self, row), search) == NULL)
    return FALSE;
  if (self->colour_by == NULL || g_str_equal (self->colour_by, PHENO_MAP_BY_SELECTION))
    return TRUE;
  return pheno_session_lets_through (
      self->session, self->colour_by,
      pheno_map_model_get_value (self, row, self->colour_by));
}

static void
count_rows (PhenoMapModel *self)
{
  gsize shown = 0, selected = 0;

  for (gsize row = 0; row < self->n; row++)
    {
      shown += self->shown[row];
      selected += self->selected[row];
    }
  self->n_shown = shown;
  self->n_selected = selected;
  pheno_map_model_notify (self, "n-shown");
  pheno_map_model_notify (self, "n-selected");
}

/* Reads the visible list and its selection again. */
static void
refresh (PhenoMapModel *self)
{
  GtkMultiSelection *selection = pheno_session_get_selection (self->session);
  GListModel *visible = pheno_session_get_visible (self->session);
  guint n_visible = g_list_model_get_n_items (visible);
  g_autoptr (GHashTable) row_of = g_hash_table_new (NULL, NULL);

  g_clear_handle_id (&self->refresh_source, g_source_remove);
  g_array_set_size (self->row_at, n_visible);
  for (gsize row = 0; row < self->n; row++)
    {
      self->position[row] = -1;
      if (self->specimens->pdata[row] != NULL)
        g_hash_table_insert (row_of, self->specimens->pdata[row],
                             GSIZE_TO_POINTER (row + 1));
    }

  for (guint i = 0; i < n_visible; i++)
    {
      g_autoptr (PhenoSpecimen) specimen = g_list_model_get_item (visible, i);
      gsize found = GPOINTER_TO_SIZE (g_hash_table_lookup (row_of, specimen));

      g_array_index (self->row_at, int, i) = (int) found - 1;
      if (found > 0)
        self->position[found - 1] = (int) i;
    }

  for (gsize row = 0; row < self->n; row++)
    {
      gboolean stranger = self->specimens->pdata[row] == NULL;

      self->shown[row]
          = stranger ? stranger_is_shown (self, row) : self->position[row] >= 0;
      if (!self->shown[row])
        self->selected[row] = FALSE;
      else if (!stranger)
        self->selected[row] = gtk_selection_model_is_selected (
            GTK_SELECTION_MODEL (selection), (guint) self->position[row]);
    }

  count_rows (self);
  pheno_map_model_emit (self, "shown-changed");
  pheno_map_model_emit (self, "selection-changed");
}

static gboolean
refresh_cb (gpointer user_data)
{
  PhenoMapModel *self = user_data;

  self->refresh_source = 0;
  refresh (self);
  return G_SOURCE_REMOVE;
}

/* A filter changes the list in many steps: once is enough, before the next frame. */
static void
refresh_soon (PhenoMapModel *self)
{
  if (self->refresh_source == 0)
    self->refresh_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, refresh_cb, self, NULL);
}

static void
forget_rows (PhenoMapModel *self)
{
  g_clear_handle_id (&self->refresh_source, g_source_remove);
  pheno_map_model_forget_map (self);
  g_clear_pointer (&self->embedding, pheno_embedding_free);
  g_clear_pointer (&self->measure, pheno_measure_unref);
  g_clear_pointer (&self->specimens, g_ptr_array_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->position, g_free);
  g_clear_pointer (&self->shown, g_free);
  g_clear_pointer (&self->selected, g_free);
  g_clear_pointer (&self->group, g_free);
  g_clear_pointer (&self->group_names, g_ptr_array_unref);
  self->n = self->n_shown = self->n_selected = self->n_strangers = 0;
  self->query = -1;
  g_array_set_size (self->asked, 0);
}

static void
choose_colours (PhenoMapModel *self)
{
  g_auto (GStrv) columns = pheno_map_model_get_columns (self);

  if (self->colour_by != NULL
      && (g_str_equal (self->colour_by, PHENO_MAP_BY_SELECTION)
          || g_strv_contains ((const char *const *) columns, self->colour_by)))
    return;
  g_free (self->colour_by);
  self->colour_by = g_strdup (columns[0]);
}

static void
embedding_changed_cb (PhenoSession *session, PhenoMapModel *self)
{
  const PhenoEmbedding *embedding = pheno_session_get_embedding (session);

  forget_rows (self);
  if (embedding != NULL)
    {
      self->embedding = pheno_embedding_ref (embedding);
      self->measure = pheno_measure_new (embedding);
      self->n = embedding->matrix->rows;
      self->position = g_new (int, self->n);
      self->shown = g_new0 (guint8, self->n);
      self->selected = g_new0 (guint8, self->n);
      self->names = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_set_size (self->names, (int) self->n);
      match_specimens (self);
      choose_colours (self);
    }
  pheno_map_model_notify (self, "n-rows");
  pheno_map_model_notify (self, "query");
  pheno_map_model_notify (self, "can-go-back");
  pheno_map_model_notify (self, "can-whiten");
  pheno_map_model_emit (self, "rows-changed");
  pheno_map_model_update_groups (self);
  if (embedding != NULL)
    {
      refresh (self);
      pheno_map_model_start_projection (self);
    }
}

/* After a scan: other objects, perhaps other files. */
static void
specimens_changed_cb (GListModel *specimens, guint position, guint removed, guint added,
                      PhenoMapModel *self)
{
  if (self->embedding == NULL)
    return;
  match_specimens (self);
  pheno_map_model_update_groups (self);
  refresh_soon (self);
}

static void
visible_changed_cb (GListModel *visible, guint position, guint removed, guint added,
                    PhenoMapModel *self)
{
  if (self->embedding != NULL)
    refresh_soon (self);
}

static void
filter_changed_cb (PhenoSession *session, PhenoMapModel *self)
{
  if (self->embedding != NULL)
    refresh_soon (self);
}

static void
edited_cb (PhenoSession *session, PhenoMapModel *self)
{
  if (self->embedding == NULL)
    return;
  pheno_map_model_update_groups (self);
  refresh_soon (self);
}

const PhenoEmbedding *
pheno_map_model_get_embedding (PhenoMapModel *self)
{
  return self->embedding;
}

PhenoMeasure *
pheno_map_model_get_measure (PhenoMapModel *self)
{
  return self->measure;
}

gboolean
pheno_map_model_get_whitened (PhenoMapModel *self)
{
  return self->whitened;
}

gsize
pheno_map_model_get_n_rows (PhenoMapModel *self)
{
  return self->n;
}

gsize
pheno_map_model_get_n_strangers (PhenoMapModel *self)
{
  return self->n_strangers;
}

PhenoSpecimen *
pheno_map_model_get_specimen (PhenoMapModel *self, gsize row)
{
  return self->specimens->pdata[row];
}

const char *
pheno_map_model_get_name (PhenoMapModel *self, gsize row)
{
  gpointer *name = &self->names->pdata[row];

  if (*name == NULL)
    *name = pheno_display_name (last_part (self->embedding->files->pdata[row]));
  return *name;
}

PhenoSession *
pheno_map_model_get_session (PhenoMapModel *self)
{
  return self->session;
}

/* ---- selection ---- */

const guint8 *
pheno_map_model_get_shown (PhenoMapModel *self)
{
  return self->shown;
}

gsize
pheno_map_model_get_n_shown (PhenoMapModel *self)
{
  return self->n_shown;
}

const guint8 *
pheno_map_model_get_selected (PhenoMapModel *self)
{
  return self->selected;
}

gsize
pheno_map_model_get_n_selected (PhenoMapModel *self)
{
  return self->n_selected;
}

static void
selection_changed (PhenoMapModel *self)
{
  count_rows (self);
  if (g_strcmp0 (self->colour_by, PHENO_MAP_BY_SELECTION) == 0)
    pheno_map_model_update_groups (self);
  pheno_map_model_emit (self, "selection-changed");
}

static void
selection_changed_cb (GtkSelectionModel *selection, guint position, guint n_items,
                      PhenoMapModel *self)
{
  /* A list that has changed is read anew anyway. */
  if (self->embedding == NULL || self->selecting || self->refresh_source != 0)
    return;

  for (guint i = position; i < MIN (position + n_items, self->row_at->len); i++)
    {
      int row = g_array_index (self->row_at, int, i);

      if (row >= 0)
        self->selected[row] = gtk_selection_model_is_selected (selection, i);
    }
  selection_changed (self);
}

void
pheno_map_model_select (PhenoMapModel *self, const int *rows, gsize n,
                        PhenoSelectMode mode)
{
  GtkSelectionModel *selection
      = GTK_SELECTION_MODEL (pheno_session_get_selection (self->session));
  g_autoptr (GtkBitset) selected = gtk_bitset_new_empty ();
  g_autoptr (GtkBitset) mask = mode == PHENO_SELECT_ONLY
                                   ? gtk_bitset_new_range (0, self->row_at->len)
                                   : gtk_bitset_new_empty ();

  if (self->embedding == NULL)
    return;
  if (self->refresh_source != 0)
    refresh (self);
  if (mode == PHENO_SELECT_ONLY)
    memset (self->selected, 0, self->n);
  for (gsize i = 0; i < n; i++)
    {
      int row = rows[i];

      if (!self->shown[row])
        continue;
      self->selected[row] = mode != PHENO_SELECT_REMOVE;
      if (self->position[row] < 0)
        continue;
      gtk_bitset_add (mask, (guint) self->position[row]);
      if (mode != PHENO_SELECT_REMOVE)
        gtk_bitset_add (selected, (guint) self->position[row]);
    }

  self->selecting = TRUE;
  gtk_selection_model_set_selection (selection, selected, mask);
  self->selecting = FALSE;
  selection_changed (self);
}

void
pheno_map_model_invert_selection (PhenoMapModel *self)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (int));

  for (int row = 0; row < (int) self->n; row++)
    if (self->shown[row] && !self->selected[row])
      g_array_append_val (rows, row);
  pheno_map_model_select (self, (const int *) rows->data, rows->len, PHENO_SELECT_ONLY);
}

/* ---- the query ---- */

static void
take_query (PhenoMapModel *self, int row)
{
  self->query = row;
  pheno_map_model_notify (self, "query");
  pheno_map_model_notify (self, "can-go-back");
}

void
pheno_map_model_set_query (PhenoMapModel *self, int row)
{
  if (row == self->query || row >= (int) self->n)
    return;
  if (self->query >= 0)
    g_array_append_val (self->asked, self->query);
  take_query (self, row);
}

int
pheno_map_model_get_query (PhenoMapModel *self)
{
  return self->query;
}

void
pheno_map_model_go_back (PhenoMapModel *self)
{
  int row;

  if (self->asked->len == 0)
    return;
  row = g_array_index (self->asked, int, self->asked->len - 1);
  g_array_set_size (self->asked, self->asked->len - 1);
  take_query (self, row);
}

/* ---- the object ---- */

static void
pheno_map_model_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PhenoMapModel *self = PHENO_MAP_MODEL (object);

  switch (id)
    {
    case PROP_BUSY:
      g_value_set_boolean (value, self->projecting != NULL);
      break;
    case PROP_N_ROWS:
      g_value_set_uint64 (value, self->n);
      break;
    case PROP_N_SHOWN:
      g_value_set_uint64 (value, self->n_shown);
      break;
    case PROP_N_SELECTED:
      g_value_set_uint64 (value, self->n_selected);
      break;
    case PROP_QUERY:
      g_value_set_int (value, self->query);
      break;
    case PROP_CAN_GO_BACK:
      g_value_set_boolean (value, self->asked->len > 0);
      break;
    case PROP_CAN_WHITEN:
      g_value_set_boolean (value, self->measure != NULL
                                      && pheno_measure_can_whiten (self->measure));
      break;
    case PROP_WHITENED:
      g_value_set_boolean (value, self->whitened);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pheno_map_model_set_property (GObject *object, guint id, const GValue *value,
                              GParamSpec *pspec)
{
  PhenoMapModel *self = PHENO_MAP_MODEL (object);

  if (id != PROP_WHITENED)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (self->whitened == g_value_get_boolean (value))
    return;
  self->whitened = g_value_get_boolean (value);
  g_object_notify_by_pspec (object, props[PROP_WHITENED]);
}

PhenoMapModel *
pheno_map_model_new (PhenoSession *session)
{
  PhenoMapModel *self = g_object_new (PHENO_TYPE_MAP_MODEL, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "embedding-changed",
                           G_CALLBACK (embedding_changed_cb), self, 0);
  g_signal_connect_object (session, "filter-changed", G_CALLBACK (filter_changed_cb),
                           self, 0);
  g_signal_connect_object (session, "edited", G_CALLBACK (edited_cb), self, 0);
  g_signal_connect_object (pheno_session_get_specimens (session), "items-changed",
                           G_CALLBACK (specimens_changed_cb), self, 0);
  g_signal_connect_object (pheno_session_get_visible (session), "items-changed",
                           G_CALLBACK (visible_changed_cb), self, 0);
  g_signal_connect_object (pheno_session_get_selection (session), "selection-changed",
                           G_CALLBACK (selection_changed_cb), self, 0);
  embedding_changed_cb (session, self);
  return self;
}

static void
pheno_map_model_finalize (GObject *object)
{
  PhenoMapModel *self = PHENO_MAP_MODEL (object);

  forget_rows (self);
  g_array_unref (self->row_at);
  g_array_unref (self->asked);
  g_free (self->colour_by);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (pheno_map_model_parent_class)->finalize (object);
}

static void
pheno_map_model_class_init (PhenoMapModelClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pheno_map_model_get_property;
  object_class->set_property = pheno_map_model_set_property;
  object_class->finalize = pheno_map_model_finalize;

  props[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  props[PROP_N_ROWS]
      = g_param_spec_uint64 ("n-rows", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  props[PROP_N_SHOWN]
      = g_param_spec_uint64 ("n-shown", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  props[PROP_N_SELECTED]
      = g_param_spec_uint64 ("n-selected", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  props[PROP_QUERY] = g_param_spec_int ("query", NULL, NULL, -1, G_MAXINT, -1, flags);
  props[PROP_CAN_GO_BACK]
      = g_param_spec_boolean ("can-go-back", NULL, NULL, FALSE, flags);
  props[PROP_CAN_WHITEN] = g_param_spec_boolean ("can-whiten", NULL, NULL, FALSE, flags);
  props[PROP_WHITENED] = g_param_spec_boolean ("whitened", NULL, NULL, TRUE,
                                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                   | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  for (guint i = 0; i < G_N_ELEMENTS (signal_names); i++)
    g_signal_new (signal_names[i], G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
pheno_map_model_init (PhenoMapModel *self)
{
  self->row_at = g_array_new (FALSE, FALSE, sizeof (int));
  self->asked = g_array_new (FALSE, FALSE, sizeof (int));
  self->projection = pheno_projections ()[0];
  self->y_axis = 1;
  self->whitened = TRUE;
  self->query = -1;
}
