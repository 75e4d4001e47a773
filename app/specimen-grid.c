/* specimen-grid.c - the specimens as pictures
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A grid view makes cells for what is in sight and a little more, and uses them again for
 * what comes into sight, so that ten thousand specimens cost as much as a hundred.
 */
#include "app/specimen-grid.h"

#include "app/context-menu.h"
#include "app/specimen-cell.h"
#include "app/tab-leaves.h"

/* What the theme has around a cell, on both sides. */
#define CELL_MARGIN 12

struct _PhenoSpecimenGrid
{
  AdwBin parent_instance;

  /* template children */
  GtkGridView *grid_view;
  GMenuModel *menu;

  /* owned */
  PhenoSession *session;
  GPtrArray *cells; /* all that there are, borrowed */
  int side;
  guint columns_source, focus_source, focus_position;
};

G_DEFINE_FINAL_TYPE (PhenoSpecimenGrid, pheno_specimen_grid, ADW_TYPE_BIN)

enum
{
  PROP_SIDE = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum
{
  ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

void
pheno_specimen_grid_set_session (PhenoSpecimenGrid *self, PhenoSession *session)
{
  g_set_object (&self->session, session);
  gtk_grid_view_set_model (self->grid_view, session != NULL ? GTK_SELECTION_MODEL (
                                                pheno_session_get_selection (session))
                                                            : NULL);
}

/* A grid view has no call that gives the focus to an item; its cell has a parent that
 * takes it. */
static gboolean
focus_cb (gpointer user_data)
{
  PhenoSpecimenGrid *self = user_data;
  g_autoptr (PhenoSpecimen) specimen = g_list_model_get_item (
      pheno_session_get_visible (self->session), self->focus_position);

  self->focus_source = 0;
  for (guint i = 0; i < self->cells->len; i++)
    if (pheno_specimen_cell_get_specimen (self->cells->pdata[i]) == specimen)
      gtk_widget_grab_focus (gtk_widget_get_parent (self->cells->pdata[i]));
  return G_SOURCE_REMOVE;
}

void
pheno_specimen_grid_focus (PhenoSpecimenGrid *self, guint position)
{
  gtk_widget_activate_action (GTK_WIDGET (self->grid_view), "list.scroll-to-item", "u",
                              position);
  self->focus_position = position;
  /* After the frame in which the cells are put where they belong. */
  if (self->focus_source == 0)
    self->focus_source
        = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, 60, focus_cb, self, NULL);
}

/* ---- cells ---- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PhenoSpecimenGrid *self)
{
  GtkWidget *cell = pheno_specimen_cell_new ();

  pheno_specimen_cell_set_side (PHENO_SPECIMEN_CELL (cell), self->side);
  gtk_list_item_set_child (item, cell);
  pheno_cell_set_item (cell, item);
  g_ptr_array_add (self->cells, cell);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PhenoSpecimenGrid *self)
{
  pheno_specimen_cell_set_specimen (PHENO_SPECIMEN_CELL (gtk_list_item_get_child (item)),
                                    gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PhenoSpecimenGrid *self)
{
  pheno_specimen_cell_set_specimen (PHENO_SPECIMEN_CELL (gtk_list_item_get_child (item)),
                                    NULL);
}

static void
teardown_cb (GtkSignalListItemFactory *factory, GtkListItem *item,
             PhenoSpecimenGrid *self)
{
  g_ptr_array_remove_fast (self->cells, gtk_list_item_get_child (item));
  gtk_list_item_set_child (item, NULL);
}

static void
activate_cb (GtkGridView *view, guint position, PhenoSpecimenGrid *self)
{
  g_autoptr (PhenoSpecimen) specimen
      = g_list_model_get_item (pheno_session_get_visible (self->session), position);

  if (specimen != NULL)
    g_signal_emit (self, signals[ACTIVATED], 0, specimen);
}

/* ---- columns ---- */

/* A grid view makes thirty rows of as many columns as it may ever have: so it may have no
 * more than there is room for. */
static gboolean
set_columns_cb (gpointer user_data)
{
  PhenoSpecimenGrid *self = user_data;
  GtkAdjustment *across
      = gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->grid_view));
  int width = (int) gtk_adjustment_get_page_size (across);
  guint columns = (guint) MAX (1, width / (self->side + CELL_MARGIN));

  self->columns_source = 0;
  if (columns != gtk_grid_view_get_max_columns (self->grid_view))
    gtk_grid_view_set_max_columns (self->grid_view, columns);
  return G_SOURCE_REMOVE;
}

/* Not while sizes are given out. */
static void
update_columns (PhenoSpecimenGrid *self)
{
  if (self->columns_source == 0)
    self->columns_source
        = g_idle_add_full (GTK_PRIORITY_RESIZE, set_columns_cb, self, NULL);
}

static void
set_side (PhenoSpecimenGrid *self, int side)
{
  if (self->side == side)
    return;

  self->side = side;
  for (guint i = 0; i < self->cells->len; i++)
    pheno_specimen_cell_set_side (self->cells->pdata[i], side);
  update_columns (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SIDE]);
}

static gboolean
pheno_specimen_grid_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (PHENO_SPECIMEN_GRID (widget)->grid_view));
}

static void
pheno_specimen_grid_get_property (GObject *object, guint id, GValue *value,
                                  GParamSpec *pspec)
{
  if (id == PROP_SIDE)
    g_value_set_int (value, PHENO_SPECIMEN_GRID (object)->side);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_specimen_grid_set_property (GObject *object, guint id, const GValue *value,
                                  GParamSpec *pspec)
{
  if (id == PROP_SIDE)
    set_side (PHENO_SPECIMEN_GRID (object), g_value_get_int (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_specimen_grid_dispose (GObject *object)
{
  PhenoSpecimenGrid *self = PHENO_SPECIMEN_GRID (object);

  g_clear_handle_id (&self->columns_source, g_source_remove);
  g_clear_handle_id (&self->focus_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_SPECIMEN_GRID);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (pheno_specimen_grid_parent_class)->dispose (object);
}

static void
pheno_specimen_grid_finalize (GObject *object)
{
  g_ptr_array_unref (PHENO_SPECIMEN_GRID (object)->cells);
  G_OBJECT_CLASS (pheno_specimen_grid_parent_class)->finalize (object);
}

static void
pheno_specimen_grid_class_init (PhenoSpecimenGridClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = pheno_specimen_grid_get_property;
  object_class->set_property = pheno_specimen_grid_set_property;
  object_class->dispose = pheno_specimen_grid_dispose;
  object_class->finalize = pheno_specimen_grid_finalize;
  widget_class->grab_focus = pheno_specimen_grid_grab_focus;
  props[PROP_SIDE] = g_param_spec_int (
      "side", NULL, NULL, PHENO_GRID_SMALLEST, PHENO_GRID_LARGEST, 144,
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[ACTIVATED]
      = g_signal_new ("activated", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                      NULL, NULL, G_TYPE_NONE, 1, PHENO_TYPE_SPECIMEN);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/specimen-grid.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoSpecimenGrid, grid_view);
  gtk_widget_class_bind_template_child (widget_class, PhenoSpecimenGrid, menu);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, unbind_cb);
  gtk_widget_class_bind_template_callback (widget_class, teardown_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
}

static void
pheno_specimen_grid_init (PhenoSpecimenGrid *self)
{
  self->side = 144;
  self->cells = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (
      gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->grid_view)),
      "notify::page-size", G_CALLBACK (update_columns), self, G_CONNECT_SWAPPED);
  pheno_context_menu_add (GTK_WIDGET (self->grid_view), self->menu);
  pheno_tab_leaves (GTK_WIDGET (self->grid_view));
}
