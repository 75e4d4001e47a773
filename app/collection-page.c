/* collection-page.c - the specimens: grid, table, problems, and one in large
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/collection-page-private.h"

#include "app/application.h"

G_DEFINE_FINAL_TYPE (PhenoCollectionPage, pheno_collection_page, ADW_TYPE_BIN)

enum
{
  PROP_SESSION = 1,
  PROP_VIEW,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

/* ---- what is shown ---- */

/* Each state that has nothing to show says why, and how to go on. */
static const char *
choose_content (PhenoCollectionPage *self)
{
  guint n = g_list_model_get_n_items (pheno_session_get_specimens (self->session));

  if (pheno_session_get_missing_root (self->session) != NULL)
    return "missing";
  if (g_str_equal (self->view, "problems"))
    return "problems";
  if (n == 0)
    return g_list_model_get_n_items (pheno_session_get_problems (self->session)) > 0
               ? "all-problems"
               : "no-images";
  if (g_list_model_get_n_items (pheno_session_get_visible (self->session)) == 0)
    return "no-match";
  return self->view;
}

static void
show_content (PhenoCollectionPage *self)
{
  const char *content;

  if (self->session == NULL || pheno_session_get_study (self->session) == NULL)
    return;

  content = choose_content (self);
  if (g_str_equal (content, "table"))
    pheno_specimen_table_fill (self->table);
  gtk_stack_set_visible_child_name (self->content_stack, content);
}

static void
set_count (GtkLabel *label, char *text, gboolean visible)
{
  g_autofree char *owned = text;

  gtk_label_set_label (label, owned);
  gtk_widget_set_visible (GTK_WIDGET (label), visible);
}

static guint
property_uint (PhenoCollectionPage *self, const char *name)
{
  guint value;

  g_object_get (self->session, name, &value, NULL);
  return value;
}

static void
show_counts (PhenoCollectionPage *self)
{
  guint n = property_uint (self, "n-specimens"),
        shown = property_uint (self, "n-visible");
  guint excluded = property_uint (self, "n-excluded");
  guint problems = property_uint (self, "n-problems");

  set_count (self->n_images_label,
             g_strdup_printf (ngettext ("%'u image", "%'u images", n), n), TRUE);
  set_count (self->n_shown_label,
             g_strdup_printf (ngettext ("%'u shown", "%'u shown", shown), shown),
             shown != n);
  set_count (
      self->n_excluded_label,
      g_strdup_printf (ngettext ("%'u excluded", "%'u excluded", excluded), excluded),
      excluded > 0);
  set_count (
      self->n_problems_label,
      g_strdup_printf (ngettext ("%'u problem", "%'u problems", problems), problems),
      problems > 0);
  set_count (self->badge_label, g_strdup_printf ("%'u", problems), problems > 0);
}

static void
counts_changed_cb (PhenoSession *session, GParamSpec *pspec, PhenoCollectionPage *self)
{
  show_counts (self);
  show_content (self);
}

static gboolean
selection_settled_cb (gpointer user_data)
{
  PhenoCollectionPage *self = user_data;
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (
      GTK_SELECTION_MODEL (pheno_session_get_selection (self->session)));
  guint n = (guint) gtk_bitset_get_size (selected);

  self->selection_source = 0;
  set_count (self->n_selected_label,
             g_strdup_printf (ngettext ("%'u selected", "%'u selected", n), n), n > 0);
  pheno_collection_page_update_actions (self);
  return G_SOURCE_REMOVE;
}

/* A rubber band changes the selection with each motion of the pointer. */
static void
selection_changed (PhenoCollectionPage *self)
{
  if (self->selection_source == 0)
    self->selection_source = g_idle_add (selection_settled_cb, self);
}

static void
study_changed_cb (PhenoSession *session, GParamSpec *pspec, PhenoCollectionPage *self)
{
  g_autofree char *missing = NULL, *text = NULL;

  gtk_stack_set_visible_child_name (self->main_stack, "browse");
  pheno_specimen_view_set_specimen (self->specimen_view, NULL);

  g_object_get (session, "missing-root", &missing, NULL);
  text = g_strdup_printf (
      _ ("The images of this study were in “%s”, which is not there now. Where the "
         "folder "
         "was moved or renamed, show where it is: all images, exclusions and edits are "
         "found again. Where it is on a disk that is not connected, connect it and look "
         "again."),
      missing != NULL ? missing : "");
  adw_status_page_set_description (self->missing_page, text);
  show_content (self);
}

/* ---- the keyboard ---- */

/* The keyboard goes to what is shown: the specimen in large, or the list. */
static gboolean
focus_shown_cb (gpointer user_data)
{
  PhenoCollectionPage *self = user_data;
  GtkWidget *shown = pheno_specimen_view_get_specimen (self->specimen_view) != NULL
                         ? GTK_WIDGET (self->specimen_view)
                         : gtk_stack_get_visible_child (self->content_stack);

  self->focus_source = 0;
  if (!gtk_widget_grab_focus (shown))
    gtk_widget_child_focus (shown, GTK_DIR_TAB_FORWARD);
  return G_SOURCE_REMOVE;
}

/* A list gives the focus to the item that was clicked after it has told of it, and has
 * items only when it has been laid out. */
static void
focus_shown (PhenoCollectionPage *self)
{
  if (self->focus_source == 0)
    self->focus_source = g_idle_add (focus_shown_cb, self);
}

static gboolean
pheno_collection_page_grab_focus (GtkWidget *widget)
{
  PhenoCollectionPage *self = PHENO_COLLECTION_PAGE (widget);

  focus_shown (self);
  return TRUE;
}

/* ---- one specimen in large ---- */

void
pheno_collection_page_show_specimen (PhenoCollectionPage *self, PhenoSpecimen *specimen)
{
  gtk_stack_set_visible_child_name (self->main_stack, "specimen");
  pheno_specimen_view_set_specimen (self->specimen_view, specimen);
  focus_shown (self);
  pheno_collection_page_update_actions (self);
}

static void
activated_cb (GtkWidget *view, PhenoSpecimen *specimen, PhenoCollectionPage *self)
{
  pheno_collection_page_show_specimen (self, specimen);
}

/* Back to the list, where the specimen that was looked at last is selected and in sight.
 */
static void
specimen_closed_cb (PhenoSpecimenView *view, PhenoCollectionPage *self)
{
  guint position = pheno_specimen_view_get_position (view);

  gtk_stack_set_visible_child_name (self->main_stack, "browse");
  pheno_specimen_view_set_specimen (view, NULL);
  if (position != GTK_INVALID_LIST_POSITION)
    {
      gtk_selection_model_select_item (
          GTK_SELECTION_MODEL (pheno_session_get_selection (self->session)), position,
          TRUE);
      if (g_str_equal (self->view, "table"))
        pheno_specimen_table_scroll_to (self->table, position);
      else
        pheno_specimen_grid_focus (self->grid, position);
    }
  gtk_widget_grab_focus (g_str_equal (self->view, "table") ? GTK_WIDGET (self->table)
                                                           : GTK_WIDGET (self->grid));
  pheno_collection_page_update_actions (self);
}

static void
specimen_changed_cb (PhenoSpecimenView *view, GParamSpec *pspec,
                     PhenoCollectionPage *self)
{
  pheno_collection_page_update_actions (self);
}

/* ---- doors ---- */

void
pheno_collection_page_search (PhenoCollectionPage *self)
{
  gtk_stack_set_visible_child_name (self->main_stack, "browse");
  adw_flap_set_reveal_flap (self->flap, TRUE);
  pheno_filter_sidebar_grab_search (self->sidebar);
}

void
pheno_collection_page_toggle_sidebar (PhenoCollectionPage *self)
{
  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

void
pheno_collection_page_show_view (PhenoCollectionPage *self, const char *view)
{
  if (g_strcmp0 (self->view, view) == 0)
    return;
  g_return_if_fail (g_str_equal (view, "grid") || g_str_equal (view, "table")
                    || g_str_equal (view, "problems"));

  g_free (self->view);
  self->view = g_strdup (view);
  gtk_widget_set_visible (self->side_box, g_str_equal (view, "grid"));
  if (gtk_widget_get_mapped (GTK_WIDGET (self->main_stack))
      && !g_str_equal (gtk_stack_get_visible_child_name (self->main_stack), "browse"))
    gtk_stack_set_visible_child_name (self->main_stack, "browse");
  show_content (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VIEW]);
}

static void
watch_session (PhenoCollectionPage *self)
{
  static const char *const counts[] = { "notify::n-specimens", "notify::n-visible",
                                        "notify::n-excluded", "notify::n-problems" };
  GtkMultiSelection *selection = pheno_session_get_selection (self->session);

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_signal_connect_object (self->session, counts[i], G_CALLBACK (counts_changed_cb),
                             self, 0);
  g_signal_connect_object (self->session, "notify::study-path",
                           G_CALLBACK (study_changed_cb), self, 0);
  g_signal_connect_object (self->session, "edited",
                           G_CALLBACK (pheno_collection_page_update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (selection, "selection-changed", G_CALLBACK (selection_changed),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (selection, "items-changed", G_CALLBACK (selection_changed),
                           self, G_CONNECT_SWAPPED);
}

static void
set_session (PhenoCollectionPage *self, PhenoSession *session)
{
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_object_set (self->sidebar, "session", session, NULL);
  pheno_specimen_grid_set_session (self->grid, session);
  pheno_specimen_table_set_session (self->table, session);
  pheno_problems_view_set_session (self->problems, session);
  pheno_specimen_view_set_session (self->specimen_view, session);
  watch_session (self);
  show_counts (self);
  pheno_collection_page_update_actions (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SESSION]);
}

static void
pheno_collection_page_get_property (GObject *object, guint id, GValue *value,
                                    GParamSpec *pspec)
{
  PhenoCollectionPage *self = PHENO_COLLECTION_PAGE (object);

  if (id == PROP_SESSION)
    g_value_set_object (value, self->session);
  else if (id == PROP_VIEW)
    g_value_set_string (value, self->view);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_collection_page_set_property (GObject *object, guint id, const GValue *value,
                                    GParamSpec *pspec)
{
  PhenoCollectionPage *self = PHENO_COLLECTION_PAGE (object);

  if (id == PROP_SESSION)
    set_session (self, g_value_get_object (value));
  else if (id == PROP_VIEW)
    pheno_collection_page_show_view (self, g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_collection_page_dispose (GObject *object)
{
  PhenoCollectionPage *self = PHENO_COLLECTION_PAGE (object);

  g_clear_handle_id (&self->selection_source, g_source_remove);
  g_clear_handle_id (&self->focus_source, g_source_remove);
  /* The bin holds a child of the template, and would let go of it a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_COLLECTION_PAGE);
  g_clear_object (&self->session);
  g_clear_object (&self->chooser);

  G_OBJECT_CLASS (pheno_collection_page_parent_class)->dispose (object);
}

static void
pheno_collection_page_finalize (GObject *object)
{
  g_free (PHENO_COLLECTION_PAGE (object)->view);
  G_OBJECT_CLASS (pheno_collection_page_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, main_stack);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, flap);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, sidebar);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, sidebar_button);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, content_stack);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, grid);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, table);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, problems);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, specimen_view);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, missing_page);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, side_box);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, sort_button);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, n_images_label);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, n_shown_label);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, n_selected_label);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, n_excluded_label);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, n_problems_label);
  gtk_widget_class_bind_template_child (class, PhenoCollectionPage, badge_label);
  gtk_widget_class_bind_template_callback (class, activated_cb);
  gtk_widget_class_bind_template_callback (class, specimen_closed_cb);
  gtk_widget_class_bind_template_callback (class, specimen_changed_cb);
}

static void
pheno_collection_page_class_init (PhenoCollectionPageClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = pheno_collection_page_get_property;
  object_class->set_property = pheno_collection_page_set_property;
  object_class->dispose = pheno_collection_page_dispose;
  object_class->finalize = pheno_collection_page_finalize;
  widget_class->grab_focus = pheno_collection_page_grab_focus;
  props[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, PHENO_TYPE_SESSION,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_VIEW] = g_param_spec_string ("view", NULL, NULL, "grid",
                                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                              | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (PHENO_TYPE_FILTER_SIDEBAR);
  g_type_ensure (PHENO_TYPE_SPECIMEN_GRID);
  g_type_ensure (PHENO_TYPE_SPECIMEN_TABLE);
  g_type_ensure (PHENO_TYPE_PROBLEMS_VIEW);
  g_type_ensure (PHENO_TYPE_SPECIMEN_VIEW);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/collection-page.ui");
  bind_children (widget_class);
  pheno_collection_page_install_actions (widget_class);
}

static void
pheno_collection_page_init (PhenoCollectionPage *self)
{
  self->view = g_strdup ("grid");
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (self->sort_button,
                                  pheno_specimen_table_get_sort_menu (self->table));
  g_settings_bind (pheno_settings (), "thumbnail-size", self->grid, "side",
                   G_SETTINGS_BIND_DEFAULT);
}
