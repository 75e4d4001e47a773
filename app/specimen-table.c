/* specimen-table.c - the specimens as a table of their metadata
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A column view makes two hundred rows at once, and each cell of them is a widget. So the
 * cells are as light as can be, a column at a time is made when the main loop has nothing
 * else to do, and an editor is there only while a cell is edited.
 */
#include "app/specimen-table.h"

#include "app/cell-editor.h"
#include "app/column-sorter.h"
#include "app/context-menu.h"
#include "app/filter-group.h"
#include "app/item-name.h"
#include "app/specimen-facts.h"
#include "app/tab-leaves.h"

#define FILE_WIDTH 260
#define SPECIES_WIDTH 190
#define VALUE_WIDTH 130

struct _PhenoSpecimenTable
{
  AdwBin parent_instance;

  /* template children */
  GtkColumnView *column_view;
  GMenuModel *menu;

  /* owned */
  PhenoSession *session;
  GPtrArray *cells; /* GtkListItem of all cells that are bound, borrowed */
  GMenu *sort_menu;
  guint make_source, focus_source;
  gboolean filled;
  GtkColumnViewColumn *sorted; /* borrowed; by the menu */
  gboolean descending;
  const char *edited_column; /* interned; NULL: none yet */
};

G_DEFINE_FINAL_TYPE (PhenoSpecimenTable, pheno_specimen_table, ADW_TYPE_BIN)

enum
{
  ACTIVATED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static GQuark
column_quark (void)
{
  return g_quark_from_static_string ("pheno-column");
}

/* ---- cells ---- */

static char *
text_of (PhenoSpecimen *specimen, const char *column)
{
  if (g_str_equal (column, "size"))
    return pheno_specimen_describe_size (specimen);
  if (g_str_equal (column, "bands"))
    return pheno_specimen_describe_bands (specimen);
  if (g_str_equal (column, "excluded"))
    return g_strdup (pheno_specimen_get_excluded (specimen) ? _ ("Excluded") : "");
  return g_strdup (pheno_specimen_get_value (specimen, column));
}

static void
show_cell (GtkListItem *item)
{
  GtkWidget *cell = gtk_list_item_get_child (item);
  PhenoSpecimen *specimen = gtk_list_item_get_item (item);
  const char *column = g_object_get_qdata (G_OBJECT (cell), column_quark ());
  g_autofree char *text = text_of (specimen, column);

  gtk_inscription_set_text (GTK_INSCRIPTION (cell), text);
  if (g_str_equal (column, "file"))
    {
      g_autofree char *words = pheno_specimen_in_words (specimen);

      pheno_table_row_set_name (cell, words);
    }
  if (pheno_specimen_get_excluded (specimen))
    gtk_widget_add_css_class (cell, "dim-label");
  else
    gtk_widget_remove_css_class (cell, "dim-label");
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PhenoSpecimenTable *self)
{
  GtkWidget *cell = gtk_inscription_new (NULL);
  char *column = g_object_get_qdata (G_OBJECT (factory), column_quark ());

  gtk_inscription_set_xalign (GTK_INSCRIPTION (cell), 0);
  /* File names differ at their end. */
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (cell),
                                     g_str_equal (column, "file")
                                         ? GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_MIDDLE
                                         : GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  g_object_set_qdata (G_OBJECT (cell), column_quark (), column);
  pheno_cell_set_item (cell, item);
  gtk_list_item_set_child (item, cell);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PhenoSpecimenTable *self)
{
  g_ptr_array_add (self->cells, item);
  show_cell (item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PhenoSpecimenTable *self)
{
  g_ptr_array_remove_fast (self->cells, item);
}

static void
edited_cb (PhenoSession *session, PhenoSpecimenTable *self)
{
  GListModel *columns = gtk_column_view_get_columns (self->column_view);

  for (guint i = 0; i < self->cells->len; i++)
    show_cell (self->cells->pdata[i]);
  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      pheno_column_sorter_forget (gtk_column_view_column_get_sorter (column));
    }
}

static gboolean
is_editable (PhenoSpecimenTable *self, const char *column)
{
  return g_strv_contains (pheno_session_get_columns (self->session), column);
}

/* ---- editing a value where it stands ---- */

/* (nullable): the cell of a row that is bound to it. */
static GtkListItem *
find_cell (PhenoSpecimenTable *self, PhenoSpecimen *specimen, const char *column)
{
  for (guint i = 0; i < self->cells->len; i++)
    {
      GtkListItem *item = self->cells->pdata[i];
      GObject *cell = G_OBJECT (gtk_list_item_get_child (item));

      if (gtk_list_item_get_item (item) == specimen
          && g_str_equal (g_object_get_qdata (cell, column_quark ()), column))
        return item;
    }
  return NULL;
}

static void leave_cb (PhenoSpecimen *specimen, const char *column, int step,
                      gpointer user_data);

static void
edit_cell (PhenoSpecimenTable *self, GtkListItem *item)
{
  GtkWidget *view = GTK_WIDGET (self->column_view);
  GtkWidget *cell = gtk_list_item_get_child (item);
  GtkAdjustment *across
      = gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (self->column_view));
  double left = gtk_adjustment_get_value (across);
  graphene_rect_t bounds;

  self->edited_column = g_object_get_qdata (G_OBJECT (cell), column_quark ());
  if (gtk_widget_compute_bounds (cell, view, &bounds))
    gtk_adjustment_clamp_page (across, left + bounds.origin.x,
                               left + bounds.origin.x + bounds.size.width);
  pheno_cell_editor_popup (view, cell, self->session, gtk_list_item_get_item (item),
                           self->edited_column, leave_cb, self);
}

static gboolean
edit_value (PhenoSpecimenTable *self, PhenoSpecimen *specimen, const char *column)
{
  GtkListItem *item = find_cell (self, specimen, column);

  if (item != NULL)
    edit_cell (self, item);
  return item != NULL;
}

/* On to the value beside it, from the last column to the first. */
static void
leave_cb (PhenoSpecimen *specimen, const char *column, int step, gpointer user_data)
{
  PhenoSpecimenTable *self = user_data;
  const char *const *columns = pheno_session_get_columns (self->session);
  int n = (int) g_strv_length ((GStrv) columns), at = 0;

  while (at < n && !g_str_equal (columns[at], column))
    at++;
  edit_value (self, specimen, columns[(at + step + n) % n]);
}

/* Of the row that has the keyboard: the column that was edited last, or the species. */
static void
edit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoSpecimenTable *self = PHENO_SPECIMEN_TABLE (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  const char *column = self->edited_column;

  if (column == NULL || !is_editable (self, column))
    column = "species";
  for (guint i = 0; focus != NULL && i < self->cells->len; i++)
    {
      GtkListItem *item = self->cells->pdata[i];

      if (gtk_widget_is_ancestor (gtk_list_item_get_child (item), focus))
        {
          edit_value (self, gtk_list_item_get_item (item), column);
          return;
        }
    }
}

/* A double click on a value edits it; elsewhere it opens the large view. */
static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y,
            PhenoSpecimenTable *self)
{
  GtkListItem *item = pheno_cell_item_at (GTK_WIDGET (self->column_view), x, y);
  GtkWidget *cell = item != NULL ? gtk_list_item_get_child (item) : NULL;
  const char *column
      = cell != NULL ? g_object_get_qdata (G_OBJECT (cell), column_quark ()) : NULL;

  if (n_press != 2 || column == NULL || !is_editable (self, column))
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  edit_cell (self, item);
}

static void
activate_cb (GtkColumnView *view, guint position, PhenoSpecimenTable *self)
{
  g_autoptr (PhenoSpecimen) specimen
      = g_list_model_get_item (pheno_session_get_visible (self->session), position);

  if (specimen != NULL)
    g_signal_emit (self, signals[ACTIVATED], 0, specimen);
}

/* ---- columns ---- */

static const char *
title_of (const char *column)
{
  if (g_str_equal (column, "file"))
    return _ ("File");
  if (g_str_equal (column, "size"))
    return _ ("Size");
  if (g_str_equal (column, "bands"))
    return _ ("Bands");
  if (g_str_equal (column, "excluded"))
    return _ ("Excluded");
  return pheno_column_title (column);
}

static int
width_of (const char *column)
{
  if (g_str_equal (column, "file"))
    return FILE_WIDTH;
  return g_str_equal (column, "species") ? SPECIES_WIDTH : VALUE_WIDTH;
}

static void
add_column (PhenoSpecimenTable *self, const char *name, guint position)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSorter) sorter = pheno_column_sorter_new (name);
  g_autoptr (GtkColumnViewColumn) column = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  g_object_set_qdata (G_OBJECT (factory), column_quark (),
                      (gpointer) g_intern_string (name));
  column = gtk_column_view_column_new (title_of (name), factory);
  g_object_set_qdata (G_OBJECT (column), column_quark (),
                      (gpointer) g_intern_string (name));
  gtk_column_view_column_set_sorter (column, sorter);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_column_set_fixed_width (column, width_of (name));
  gtk_column_view_insert_column (self->column_view, position, column);
}

/* (nullable) (transfer full) */
static GtkColumnViewColumn *
find_column (PhenoSpecimenTable *self, const char *name)
{
  GListModel *columns = gtk_column_view_get_columns (self->column_view);

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      if (g_str_equal (g_object_get_qdata (G_OBJECT (column), column_quark ()), name))
        return g_steal_pointer (&column);
    }
  return NULL;
}

/* File, the metadata, and what the file says, in this order. */
static GPtrArray *
wanted_columns (PhenoSpecimenTable *self)
{
  const char *const *columns = pheno_session_get_columns (self->session);
  GPtrArray *wanted = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (wanted, g_strdup ("file"));
  for (; *columns != NULL; columns++)
    g_ptr_array_add (wanted, g_strdup (*columns));
  g_ptr_array_add (wanted, g_strdup ("size"));
  g_ptr_array_add (wanted, g_strdup ("bands"));
  g_ptr_array_add (wanted, g_strdup ("excluded"));
  return wanted;
}

/* One of the columns that are not there yet, where it belongs; the user may have put the
 * others in another order. */
static gboolean
make_column_cb (gpointer user_data)
{
  PhenoSpecimenTable *self = user_data;
  g_autoptr (GPtrArray) wanted = wanted_columns (self);
  guint n = g_list_model_get_n_items (gtk_column_view_get_columns (self->column_view));

  for (guint i = 0; i < wanted->len; i++)
    {
      g_autoptr (GtkColumnViewColumn) column = find_column (self, wanted->pdata[i]);

      if (column == NULL)
        {
          add_column (self, wanted->pdata[i], MIN (i, n));
          return G_SOURCE_CONTINUE;
        }
    }
  self->make_source = 0;
  return G_SOURCE_REMOVE;
}

static void
remove_unwanted (PhenoSpecimenTable *self, GPtrArray *wanted)
{
  GListModel *columns = gtk_column_view_get_columns (self->column_view);

  for (guint i = g_list_model_get_n_items (columns); i > 0; i--)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i - 1);
      const char *name = g_object_get_qdata (G_OBJECT (column), column_quark ());

      if (g_ptr_array_find_with_equal_func (wanted, name, g_str_equal, NULL))
        continue;
      if (self->sorted == column)
        self->sorted = NULL;
      gtk_column_view_remove_column (self->column_view, column);
    }
}

static void
fill_sort_menu (PhenoSpecimenTable *self, GPtrArray *wanted)
{
  g_menu_remove_all (self->sort_menu);
  for (guint i = 0; i < wanted->len; i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (title_of (wanted->pdata[i]), NULL);

      g_menu_item_set_action_and_target (item, "collection.sort", "s", wanted->pdata[i]);
      g_menu_append_item (self->sort_menu, item);
    }
}

static void
columns_changed_cb (PhenoSession *session, PhenoSpecimenTable *self)
{
  g_autoptr (GPtrArray) wanted = wanted_columns (self);

  fill_sort_menu (self, wanted);
  if (!self->filled)
    return;

  remove_unwanted (self, wanted);
  if (self->make_source == 0)
    self->make_source = g_idle_add (make_column_cb, self);
}

void
pheno_specimen_table_fill (PhenoSpecimenTable *self)
{
  if (self->filled)
    return;

  self->filled = TRUE;
  gtk_column_view_set_model (
      self->column_view,
      GTK_SELECTION_MODEL (pheno_session_get_selection (self->session)));
  columns_changed_cb (self->session, self);
}

void
pheno_specimen_table_scroll_to (PhenoSpecimenTable *self, guint position)
{
  gtk_widget_activate_action (gtk_widget_get_last_child (GTK_WIDGET (self->column_view)),
                              "list.scroll-to-item", "u", position);
}

void
pheno_specimen_table_sort_by (PhenoSpecimenTable *self, const char *name)
{
  g_autoptr (GtkColumnViewColumn) column = NULL;

  /* Whoever sorts the pictures may not have seen the table yet. */
  pheno_specimen_table_fill (self);
  g_clear_handle_id (&self->make_source, g_source_remove);
  while (make_column_cb (self))
    ;
  column = find_column (self, name);
  if (column == NULL)
    return;

  self->descending = self->sorted == column && !self->descending;
  self->sorted = column;
  gtk_column_view_sort_by_column (self->column_view, column,
                                  self->descending ? GTK_SORT_DESCENDING
                                                   : GTK_SORT_ASCENDING);
}

GMenuModel *
pheno_specimen_table_get_sort_menu (PhenoSpecimenTable *self)
{
  return G_MENU_MODEL (self->sort_menu);
}

void
pheno_specimen_table_set_session (PhenoSpecimenTable *self, PhenoSession *session)
{
  g_set_object (&self->session, session);
  pheno_session_set_sorter (session, gtk_column_view_get_sorter (self->column_view));
  g_signal_connect_object (session, "columns-changed", G_CALLBACK (columns_changed_cb),
                           self, 0);
  g_signal_connect_object (session, "edited", G_CALLBACK (edited_cb), self, 0);
  columns_changed_cb (session, self);
}

static void
add_controllers (PhenoSpecimenTable *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  /* Before the row, which would open the large view. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click),
                                              GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->column_view),
                             GTK_EVENT_CONTROLLER (click));
  pheno_context_menu_add (GTK_WIDGET (self->column_view), self->menu);
  /* The rows, below the titles of the columns. */
  pheno_tab_leaves (gtk_widget_get_last_child (GTK_WIDGET (self->column_view)));
}

static gboolean
focus_cb (gpointer user_data)
{
  PhenoSpecimenTable *self = user_data;

  if (self->make_source != 0)
    return G_SOURCE_CONTINUE;

  self->focus_source = 0;
  gtk_widget_child_focus (gtk_widget_get_last_child (GTK_WIDGET (self->column_view)),
                          GTK_DIR_TAB_FORWARD);
  return G_SOURCE_REMOVE;
}

/* There are no rows before the columns are there, and a frame was laid out. */
static gboolean
pheno_specimen_table_grab_focus (GtkWidget *widget)
{
  PhenoSpecimenTable *self = PHENO_SPECIMEN_TABLE (widget);
  GtkWidget *rows = gtk_widget_get_last_child (GTK_WIDGET (self->column_view));
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (focus != NULL && gtk_widget_is_ancestor (focus, rows))
    return TRUE;
  if (self->make_source == 0 && gtk_widget_child_focus (rows, GTK_DIR_TAB_FORWARD))
    return TRUE;
  if (self->focus_source == 0)
    self->focus_source
        = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, 60, focus_cb, self, NULL);
  return TRUE;
}

static void
pheno_specimen_table_dispose (GObject *object)
{
  PhenoSpecimenTable *self = PHENO_SPECIMEN_TABLE (object);

  g_clear_handle_id (&self->make_source, g_source_remove);
  g_clear_handle_id (&self->focus_source, g_source_remove);
  if (self->session != NULL)
    pheno_session_set_sorter (self->session, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_SPECIMEN_TABLE);
  g_clear_object (&self->sort_menu);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (pheno_specimen_table_parent_class)->dispose (object);
}

static void
pheno_specimen_table_finalize (GObject *object)
{
  PhenoSpecimenTable *self = PHENO_SPECIMEN_TABLE (object);

  g_ptr_array_unref (self->cells);
  G_OBJECT_CLASS (pheno_specimen_table_parent_class)->finalize (object);
}

static void
pheno_specimen_table_class_init (PhenoSpecimenTableClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_specimen_table_dispose;
  G_OBJECT_CLASS (class)->finalize = pheno_specimen_table_finalize;
  widget_class->grab_focus = pheno_specimen_table_grab_focus;
  signals[ACTIVATED]
      = g_signal_new ("activated", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                      NULL, NULL, G_TYPE_NONE, 1, PHENO_TYPE_SPECIMEN);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/specimen-table.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoSpecimenTable, column_view);
  gtk_widget_class_bind_template_child (widget_class, PhenoSpecimenTable, menu);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_install_action (widget_class, "table.edit", NULL, edit_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "table.edit", NULL);
}

static void
pheno_specimen_table_init (PhenoSpecimenTable *self)
{
  self->cells = g_ptr_array_new ();
  self->sort_menu = g_menu_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  add_controllers (self);
}
