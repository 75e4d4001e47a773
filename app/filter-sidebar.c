/* filter-sidebar.c - words to look for, and the values of all columns, to be checked
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/filter-sidebar.h"

#include <string.h>

#include "app/filter-group.h"

struct _PhenoFilterSidebar
{
  AdwBin parent_instance;

  /* template children */
  GtkSearchEntry *search_entry;
  GtkButton *clear_button;
  GtkBox *groups;

  /* owned */
  PhenoSession *session;
  GSignalGroup *session_signals;
  guint count_source;
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (PhenoFilterSidebar, pheno_filter_sidebar, ADW_TYPE_BIN)

enum
{
  PROP_SESSION = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

void
pheno_filter_sidebar_grab_search (PhenoFilterSidebar *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/* ---- counting ---- */

static void
count_groups (PhenoFilterSidebar *self)
{
  GListModel *specimens = pheno_session_get_specimens (self->session);
  guint n = g_list_model_get_n_items (specimens);
  g_autofree gboolean *visible = g_new0 (gboolean, n + 1);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoSpecimen) specimen = g_list_model_get_item (specimens, i);

      visible[i] = pheno_session_is_visible (self->session, specimen);
    }
  for (GtkWidget *group = gtk_widget_get_first_child (GTK_WIDGET (self->groups));
       group != NULL; group = gtk_widget_get_next_sibling (group))
    pheno_filter_group_count (PHENO_FILTER_GROUP (group), visible);
}

static gboolean
count_cb (gpointer user_data)
{
  PhenoFilterSidebar *self = user_data;

  self->count_source = 0;
  count_groups (self);
  return G_SOURCE_REMOVE;
}

/* After the grid is drawn: what is typed shows there first. */
static void
count_later (PhenoFilterSidebar *self)
{
  if (self->count_source == 0)
    self->count_source = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, count_cb, self, NULL);
}

static void
filter_changed_cb (PhenoSession *session, PhenoFilterSidebar *self)
{
  const char *search = pheno_session_get_search (session);

  gtk_widget_set_visible (GTK_WIDGET (self->clear_button),
                          pheno_session_is_filtered (session));
  self->updating = TRUE;
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->search_entry)),
                 search != NULL ? search : "")
      != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->search_entry),
                           search != NULL ? search : "");
  self->updating = FALSE;
  count_later (self);
}

static void
edited_cb (PhenoSession *session, PhenoFilterSidebar *self)
{
  count_later (self);
}

/* ---- groups ---- */

static gboolean
has_groups (PhenoFilterSidebar *self, const char *const *columns)
{
  GtkWidget *group = gtk_widget_get_first_child (GTK_WIDGET (self->groups));

  for (; group != NULL && *columns != NULL;
       group = gtk_widget_get_next_sibling (group), columns++)
    if (!g_str_equal (pheno_filter_group_get_column (PHENO_FILTER_GROUP (group)),
                      *columns))
      return FALSE;
  return group == NULL && *columns == NULL;
}

static void
columns_changed_cb (PhenoSession *session, PhenoFilterSidebar *self)
{
  const char *const *columns = pheno_session_get_columns (session);
  GtkWidget *child;

  count_later (self);
  if (has_groups (self, columns))
    return;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->groups))) != NULL)
    gtk_box_remove (self->groups, child);
  for (guint i = 0; columns[i] != NULL; i++)
    {
      child = pheno_filter_group_new (session, columns[i]);
      pheno_filter_group_set_expanded (PHENO_FILTER_GROUP (child), i == 0);
      g_signal_connect_swapped (child, "expanded", G_CALLBACK (count_later), self);
      gtk_box_append (self->groups, child);
    }
}

/* ---- search ---- */

static void
search_changed_cb (GtkSearchEntry *entry, PhenoFilterSidebar *self)
{
  if (!self->updating)
    pheno_session_set_search (self->session,
                              gtk_editable_get_text (GTK_EDITABLE (entry)));
}

/* Escape takes the words away, and then the keyboard to what they found. */
static void
stop_search_cb (GtkSearchEntry *entry, PhenoFilterSidebar *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (entry)) != '\0')
    gtk_editable_set_text (GTK_EDITABLE (entry), "");
  else
    gtk_widget_child_focus (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))),
                            GTK_DIR_TAB_FORWARD);
}

static void
clear_cb (GtkButton *button, PhenoFilterSidebar *self)
{
  pheno_session_clear_filter (self->session);
  pheno_filter_sidebar_grab_search (self);
}

static void
set_session (PhenoFilterSidebar *self, PhenoSession *session)
{
  if (!g_set_object (&self->session, session))
    return;

  g_signal_group_set_target (self->session_signals, session);
  if (session != NULL)
    columns_changed_cb (session, self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SESSION]);
}

static void
pheno_filter_sidebar_get_property (GObject *object, guint id, GValue *value,
                                   GParamSpec *pspec)
{
  if (id == PROP_SESSION)
    g_value_set_object (value, PHENO_FILTER_SIDEBAR (object)->session);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_filter_sidebar_set_property (GObject *object, guint id, const GValue *value,
                                   GParamSpec *pspec)
{
  if (id == PROP_SESSION)
    set_session (PHENO_FILTER_SIDEBAR (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_filter_sidebar_dispose (GObject *object)
{
  PhenoFilterSidebar *self = PHENO_FILTER_SIDEBAR (object);

  g_clear_handle_id (&self->count_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_FILTER_SIDEBAR);
  g_clear_object (&self->session_signals);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (pheno_filter_sidebar_parent_class)->dispose (object);
}

static void
pheno_filter_sidebar_class_init (PhenoFilterSidebarClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = pheno_filter_sidebar_get_property;
  object_class->set_property = pheno_filter_sidebar_set_property;
  object_class->dispose = pheno_filter_sidebar_dispose;
  props[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, PHENO_TYPE_SESSION,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/filter-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoFilterSidebar, search_entry);
  gtk_widget_class_bind_template_child (widget_class, PhenoFilterSidebar, clear_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoFilterSidebar, groups);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
}

static void
pheno_filter_sidebar_init (PhenoFilterSidebar *self)
{
  self->session_signals = g_signal_group_new (PHENO_TYPE_SESSION);
  g_signal_group_connect (self->session_signals, "columns-changed",
                          G_CALLBACK (columns_changed_cb), self);
  g_signal_group_connect (self->session_signals, "filter-changed",
                          G_CALLBACK (filter_changed_cb), self);
  g_signal_group_connect (self->session_signals, "edited", G_CALLBACK (edited_cb), self);
  gtk_widget_init_template (GTK_WIDGET (self));
}
