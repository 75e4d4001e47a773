/* explore-page.c - the map of look-alikes, neighbours, groups, figures
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/explore-page-private.h"

#include "app/filter-group.h"
#include "app/tab-leaves.h"

G_DEFINE_FINAL_TYPE (PhenoExplorePage, pheno_explore_page, ADW_TYPE_BIN)

enum
{
  PROP_SESSION = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

/* ---- which state ---- */

void
pheno_explore_page_update_state (PhenoExplorePage *self)
{
  gboolean there = pheno_session_get_embedding (self->session) != NULL;
  const char *error = there ? pheno_map_model_get_error (self->model) : NULL;

  if (self->error != NULL)
    adw_status_page_set_description (self->error_page, self->error);
  gtk_stack_set_visible_child_name (self->stack, there                   ? "map"
                                                 : self->loading != NULL ? "loading"
                                                 : self->error != NULL   ? "error"
                                                                         : "empty");
  if (self->wants_focus && there && gtk_widget_get_mapped (GTK_WIDGET (self->map_view)))
    {
      self->wants_focus = FALSE;
      gtk_widget_grab_focus (GTK_WIDGET (self->map_view));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->map_error), error != NULL);
  if (error != NULL)
    adw_status_page_set_description (self->map_error, error);
  gtk_widget_set_visible (GTK_WIDGET (self->map_view), error == NULL);
}

/* ---- words below the map ---- */

static char *
describe (PhenoExplorePage *self)
{
  gsize n = pheno_map_model_get_n_rows (self->model);
  gsize shown = pheno_map_model_get_n_shown (self->model);
  gsize selected = pheno_map_model_get_n_selected (self->model);
  gsize strangers = pheno_map_model_get_n_strangers (self->model);
  g_autoptr (GString) words = g_string_new (NULL);

  if (shown == n)
    g_string_append_printf (words, ngettext ("%zu specimen.", "%zu specimens.", n), n);
  else
    g_string_append_printf (words, _ ("%zu of %zu specimens shown."), shown, n);
  if (selected > 0)
    g_string_append_printf (
        words, ngettext (" %zu selected.", " %zu selected.", selected), selected);
  if (strangers > 0)
    g_string_append_printf (
        words,
        ngettext (" %zu is no image of this collection: it has no picture.",
                  " %zu are no images of this collection: they have no pictures.",
                  strangers),
        strangers);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
update_words (PhenoExplorePage *self)
{
  g_autofree char *drawing = NULL, *words = NULL;

  if (pheno_map_model_get_embedding (self->model) == NULL)
    return;
  g_object_get (self->map_view, "drawing", &drawing, NULL);
  words = drawing != NULL ? g_steal_pointer (&drawing) : describe (self);
  gtk_label_set_label (self->status_label, words);
  gtk_widget_set_visible (self->none_shown_box,
                          pheno_map_model_get_n_shown (self->model) == 0);
}

/* What distances mean depends on the projection, and on whether the axes of the embedding
 * were made equally long. */
static void
update_note (PhenoExplorePage *self)
{
  const PhenoEmbedding *embedding = pheno_map_model_get_embedding (self->model);
  const char *meaning = _ (pheno_map_model_get_projection (self->model)->meaning);
  const char *whiten;
  g_autofree char *note = NULL;

  if (embedding == NULL)
    return;
  whiten = g_hash_table_lookup (embedding->provenance, "whiten");
  if (whiten != NULL && g_ascii_strtoull (whiten, NULL, 10) > 0)
    note = g_strdup_printf (
        /* Translators: %s: whole sentences on what near and far mean */
        _ ("%s These embeddings are whitened: all components hold much the same "
           "variance, so two of them show little. Look at the look-alikes, or map "
           "embeddings that are not whitened."),
        meaning);
  gtk_label_set_label (self->note_label, note != NULL ? note : meaning);
}

/* ---- choices ---- */

static void
fill_colours (PhenoExplorePage *self)
{
  g_auto (GStrv) columns = pheno_map_model_get_columns (self->model);
  const char *chosen = pheno_map_model_get_colour_by (self->model);
  GtkStringList *titles = gtk_string_list_new (NULL);
  guint at;

  g_ptr_array_set_size (self->colour_columns, 0);
  for (guint i = 0; columns[i] != NULL; i++)
    {
      g_ptr_array_add (self->colour_columns, g_strdup (columns[i]));
      gtk_string_list_append (titles, pheno_column_title (columns[i]));
    }
  gtk_string_list_append (titles, _ ("Selection"));
  g_ptr_array_add (self->colour_columns, g_strdup (PHENO_MAP_BY_SELECTION));
  gtk_string_list_append (titles, _ ("One colour"));
  g_ptr_array_add (self->colour_columns, NULL);

  for (at = 0; at + 1 < self->colour_columns->len; at++)
    if (g_strcmp0 (self->colour_columns->pdata[at], chosen) == 0)
      break;
  self->filling = TRUE;
  gtk_drop_down_set_model (self->colour_choice, G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (self->colour_choice, at);
  self->filling = FALSE;
  g_object_unref (titles);
}

static void
setup_colour_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (item, label);
}

/* On the button alone: the list holds bare names. */
static void
bind_colour_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  g_autofree char *words = g_strdup_printf (
      /* Translators: %s: a column of the metadata */
      _ ("Colour: %s"), gtk_string_object_get_string (gtk_list_item_get_item (item)));

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), words);
}

static void
bind_name_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)),
                       gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static void
set_factories (PhenoExplorePage *self)
{
  GtkListItemFactory *button = gtk_signal_list_item_factory_new ();
  GtkListItemFactory *list = gtk_signal_list_item_factory_new ();

  g_signal_connect (button, "setup", G_CALLBACK (setup_colour_cb), NULL);
  g_signal_connect (button, "bind", G_CALLBACK (bind_colour_cb), NULL);
  g_signal_connect (list, "setup", G_CALLBACK (setup_colour_cb), NULL);
  g_signal_connect (list, "bind", G_CALLBACK (bind_name_cb), NULL);
  gtk_drop_down_set_factory (self->colour_choice, button);
  gtk_drop_down_set_list_factory (self->colour_choice, list);
  /* On the button it gives way when the window is narrow. */
  gtk_drop_down_set_factory (self->source_choice, list);
  g_object_unref (button);
  g_object_unref (list);
}

static void
colour_chosen_cb (GtkDropDown *choice, GParamSpec *pspec, PhenoExplorePage *self)
{
  guint at = gtk_drop_down_get_selected (choice);

  if (!self->filling && at < self->colour_columns->len)
    pheno_map_model_set_colour_by (self->model, self->colour_columns->pdata[at]);
}

static void
fill_projections (PhenoExplorePage *self)
{
  const PhenoProjection *const *all = pheno_projections ();
  GtkStringList *titles = gtk_string_list_new (NULL);

  for (; *all != NULL; all++)
    gtk_string_list_append (titles, _ ((*all)->title));
  gtk_drop_down_set_model (self->projection_choice, G_LIST_MODEL (titles));
  g_object_unref (titles);
}

static void
projection_chosen_cb (GtkDropDown *choice, GParamSpec *pspec, PhenoExplorePage *self)
{
  if (self->model != NULL)
    pheno_map_model_set_projection (
        self->model, pheno_projections ()[gtk_drop_down_get_selected (choice)]);
}

static void
fill_axis (PhenoExplorePage *self, GtkDropDown *choice, guint chosen)
{
  const PhenoMap *map = pheno_map_model_get_map (self->model);
  GtkStringList *titles = gtk_string_list_new (NULL);
  guint n = map != NULL ? (guint) map->coordinates->columns : 0;

  for (guint axis = 0; axis < MAX (n, 2); axis++)
    {
      g_autofree char *title = pheno_map_model_axis_label (self->model, axis, FALSE);

      gtk_string_list_append (titles, title);
    }
  gtk_drop_down_set_model (choice, G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (choice, chosen);
  g_object_unref (titles);
}

static void
fill_axes (PhenoExplorePage *self)
{
  guint x, y;

  pheno_map_model_get_axes (self->model, &x, &y);
  self->filling = TRUE;
  fill_axis (self, self->x_choice, x);
  fill_axis (self, self->y_choice, y);
  self->filling = FALSE;
}

static void
axis_chosen_cb (PhenoExplorePage *self)
{
  guint x = gtk_drop_down_get_selected (self->x_choice);
  guint y = gtk_drop_down_get_selected (self->y_choice);

  if (!self->filling && x != GTK_INVALID_LIST_POSITION && y != GTK_INVALID_LIST_POSITION)
    pheno_map_model_set_axes (self->model, x, y);
}

/* ---- the model ---- */

static void
rows_changed_cb (PhenoMapModel *model, PhenoExplorePage *self)
{
  fill_colours (self);
  update_words (self);
  update_note (self);
  pheno_explore_page_update_state (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    pheno_explore_page_list_sources (self);
}

static void
map_changed_cb (PhenoMapModel *model, PhenoExplorePage *self)
{
  gboolean busy;

  g_object_get (model, "busy", &busy, NULL);
  gtk_spinner_set_spinning (self->map_spinner, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->map_spinner), busy);
  fill_axes (self);
  update_note (self);
  pheno_explore_page_update_state (self);
}

static void
words_changed_cb (PhenoExplorePage *self)
{
  update_words (self);
}

static void
columns_changed_cb (PhenoExplorePage *self)
{
  fill_colours (self);
}

static void
row_chosen_cb (PhenoNeighboursPanel *panel, int row, PhenoExplorePage *self)
{
  pheno_map_model_select (self->model, &row, 1, PHENO_SELECT_ONLY);
  pheno_map_model_set_query (self->model, row);
}

static void
colour_by_cb (PhenoSelectionPanel *panel, const char *column, PhenoExplorePage *self)
{
  pheno_map_model_set_colour_by (self->model, column);
  fill_colours (self);
}

/* A lasso's catch is looked at in its own panel; a click's in that of the look-alikes. */
static void
selection_changed_cb (PhenoMapModel *model, PhenoExplorePage *self)
{
  gsize n = pheno_map_model_get_n_selected (model);

  update_words (self);
  if (n > 1 && n != self->n_selected && gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_stack_set_visible_child_name (self->side_stack, "selection");
  self->n_selected = n;
}

static void
row_shown_cb (PhenoSelectionPanel *panel, int row, PhenoExplorePage *self)
{
  pheno_map_model_set_query (self->model, row);
}

static void
query_changed_cb (PhenoMapModel *model, GParamSpec *pspec, PhenoExplorePage *self)
{
  int query = pheno_map_model_get_query (model);

  if (query < 0)
    return;
  pheno_map_view_show_row (self->map_view, query);
  gtk_stack_set_visible_child_name (self->side_stack, "neighbours");
}

static void
error_back_cb (GtkButton *button, PhenoExplorePage *self)
{
  g_clear_pointer (&self->error, g_free);
  pheno_explore_page_update_state (self);
}

static void
study_changed_cb (PhenoExplorePage *self)
{
  /* What was made or read for another study comes too late. */
  if (self->worker != NULL)
    pheno_worker_stop (self->worker);
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_pointer (&self->error, g_free);
  g_clear_pointer (&self->offered_study, g_free);
  pheno_explore_page_update_state (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    pheno_explore_page_offer_newest (self);
}

static void
set_session (PhenoExplorePage *self, PhenoSession *session)
{
  if (session == NULL || !g_set_object (&self->session, session))
    return;

  self->model = pheno_map_model_new (session);
  pheno_map_view_set_model (self->map_view, self->model);
  pheno_map_legend_set_model (self->legend, self->model);
  pheno_neighbours_panel_set_model (self->neighbours_panel, self->model);
  pheno_selection_panel_set_model (self->selection_panel, self->model);
  pheno_scores_panel_set_model (self->scores_panel, self->model);
  g_signal_connect_object (self->model, "rows-changed", G_CALLBACK (rows_changed_cb),
                           self, 0);
  g_signal_connect_object (self->model, "map-changed", G_CALLBACK (map_changed_cb), self,
                           0);
  g_signal_connect_object (self->model, "selection-changed",
                           G_CALLBACK (selection_changed_cb), self, 0);
  g_signal_connect_object (self->model, "shown-changed", G_CALLBACK (words_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "notify::query", G_CALLBACK (query_changed_cb),
                           self, 0);
  g_signal_connect_object (session, "columns-changed", G_CALLBACK (columns_changed_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::study-path", G_CALLBACK (study_changed_cb),
                           self, G_CONNECT_SWAPPED);
  rows_changed_cb (self->model, self);
  map_changed_cb (self->model, self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SESSION]);
}

/* ---- the widget ---- */

static void
pheno_explore_page_map (GtkWidget *widget)
{
  PhenoExplorePage *self = PHENO_EXPLORE_PAGE (widget);

  GTK_WIDGET_CLASS (pheno_explore_page_parent_class)->map (widget);
  if (self->session == NULL)
    return;
  pheno_explore_page_list_sources (self);
  pheno_explore_page_offer_newest (self);
}

/* To the map, where there is one. */
static gboolean
pheno_explore_page_grab_focus (GtkWidget *widget)
{
  PhenoExplorePage *self = PHENO_EXPLORE_PAGE (widget);

  /* Embeddings are loaded when the page is seen for the first time. */
  self->wants_focus = !gtk_widget_get_mapped (GTK_WIDGET (self->map_view));
  return (gtk_widget_get_mapped (GTK_WIDGET (self->map_view))
          && gtk_widget_grab_focus (GTK_WIDGET (self->map_view)))
         || pheno_tab_enters (adw_bin_get_child (ADW_BIN (self)));
}

static void
pheno_explore_page_get_property (GObject *object, guint id, GValue *value,
                                 GParamSpec *pspec)
{
  PhenoExplorePage *self = PHENO_EXPLORE_PAGE (object);

  if (id == PROP_SESSION)
    g_value_set_object (value, self->session);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_explore_page_set_property (GObject *object, guint id, const GValue *value,
                                 GParamSpec *pspec)
{
  PhenoExplorePage *self = PHENO_EXPLORE_PAGE (object);

  if (id == PROP_SESSION)
    set_session (self, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_explore_page_dispose (GObject *object)
{
  PhenoExplorePage *self = PHENO_EXPLORE_PAGE (object);

  if (self->worker != NULL)
    pheno_worker_stop (self->worker);
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  /* The bin would let go of a child of the template a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_EXPLORE_PAGE);
  g_clear_object (&self->worker);
  g_clear_object (&self->loading);
  g_clear_object (&self->chooser);
  g_clear_object (&self->actions);
  g_clear_object (&self->model);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pheno_explore_page_parent_class)->dispose (object);
}

static void
pheno_explore_page_finalize (GObject *object)
{
  PhenoExplorePage *self = PHENO_EXPLORE_PAGE (object);

  g_clear_pointer (&self->sources, g_ptr_array_unref);
  g_ptr_array_unref (self->colour_columns);
  g_free (self->error);
  g_free (self->offered_study);
  g_free (self->making);
  G_OBJECT_CLASS (pheno_explore_page_parent_class)->finalize (object);
}

#define BIND(name)                                                                       \
  gtk_widget_class_bind_template_child (widget_class, PhenoExplorePage, name)

static void
pheno_explore_page_class_init (PhenoExplorePageClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = pheno_explore_page_get_property;
  object_class->set_property = pheno_explore_page_set_property;
  object_class->dispose = pheno_explore_page_dispose;
  object_class->finalize = pheno_explore_page_finalize;
  widget_class->map = pheno_explore_page_map;
  widget_class->grab_focus = pheno_explore_page_grab_focus;
  props[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, PHENO_TYPE_SESSION,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (PHENO_TYPE_MAP_VIEW);
  g_type_ensure (PHENO_TYPE_MAP_LEGEND);
  g_type_ensure (PHENO_TYPE_NEIGHBOURS_PANEL);
  g_type_ensure (PHENO_TYPE_SELECTION_PANEL);
  g_type_ensure (PHENO_TYPE_SCORES_PANEL);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/explore-page.ui");
  BIND (stack);
  BIND (side_stack);
  BIND (flap);
  BIND (error_page);
  BIND (map_error);
  BIND (baseline_choice);
  BIND (source_choice);
  BIND (colour_choice);
  BIND (projection_choice);
  BIND (x_choice);
  BIND (y_choice);
  BIND (baseline_button);
  BIND (error_back_button);
  BIND (sidebar_button);
  BIND (more_button);
  BIND (map_view);
  BIND (legend);
  BIND (neighbours_panel);
  BIND (selection_panel);
  BIND (scores_panel);
  BIND (map_spinner);
  BIND (none_shown_box);
  BIND (status_label);
  BIND (note_label);
  BIND (working_revealer);
  BIND (working_label);
  BIND (working_bar);
  BIND (working_stop_button);
}

static void
pheno_explore_page_init (PhenoExplorePage *self)
{
  self->colour_columns = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  pheno_explore_page_add_actions (self);
  pheno_explore_page_connect_sources (self);
  fill_projections (self);
  set_factories (self);
  g_signal_connect (self->colour_choice, "notify::selected",
                    G_CALLBACK (colour_chosen_cb), self);
  g_signal_connect (self->projection_choice, "notify::selected",
                    G_CALLBACK (projection_chosen_cb), self);
  g_signal_connect_swapped (self->x_choice, "notify::selected",
                            G_CALLBACK (axis_chosen_cb), self);
  g_signal_connect_swapped (self->y_choice, "notify::selected",
                            G_CALLBACK (axis_chosen_cb), self);
  g_signal_connect_swapped (self->map_view, "notify::drawing",
                            G_CALLBACK (words_changed_cb), self);
  g_signal_connect (self->neighbours_panel, "row-chosen", G_CALLBACK (row_chosen_cb),
                    self);
  g_signal_connect (self->selection_panel, "row-chosen", G_CALLBACK (row_shown_cb), self);
  g_signal_connect (self->selection_panel, "colour-by", G_CALLBACK (colour_by_cb), self);
  g_signal_connect (self->error_back_button, "clicked", G_CALLBACK (error_back_cb), self);
}
