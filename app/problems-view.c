/* problems-view.c - what could not be used, what was left out, what fits nowhere
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * One list of lines with headings between them, so that thousands of them scroll as
 * smoothly as ten. It is made anew when it is in sight and something has changed.
 */
#include "app/problems-view.h"

#include <string.h>

#include "app/context-menu.h"
#include "app/item-name.h"
#include "app/problem-row.h"
#include "app/show-file.h"
#include "app/tab-leaves.h"

struct _PhenoProblemsView
{
  AdwBin parent_instance;

  /* template children */
  GtkStack *stack; /* list, none */
  GtkListView *list_view;
  GtkRevealer *detail_revealer;
  GtkLabel *detail_label;
  GMenuModel *menu;

  /* owned */
  PhenoSession *session;
  GListStore *rows;
  GtkMultiSelection *selection;
  guint make_source;
  gboolean stale;
};

G_DEFINE_FINAL_TYPE (PhenoProblemsView, pheno_problems_view, ADW_TYPE_BIN)

/* ---- the list ---- */

static void
add_line (GPtrArray *lines, PhenoProblemKind kind, const char *title, const char *detail,
          gpointer object)
{
  g_ptr_array_add (lines, pheno_problem_row_new (kind, title, detail, object));
}

static void
add_problems (PhenoProblemsView *self, GPtrArray *lines, gboolean ignored)
{
  GListModel *problems = pheno_session_get_problems (self->session);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr (PhenoProblemItem) problem = g_list_model_get_item (problems, i);

      if (pheno_problem_item_get_ignored (problem) == ignored)
        add_line (lines, ignored ? PHENO_PROBLEM_IGNORED : PHENO_PROBLEM_FILE,
                  pheno_problem_item_get_file (problem),
                  pheno_problem_item_get_reason (problem), problem);
    }
}

static void
add_excluded (PhenoProblemsView *self, GPtrArray *lines)
{
  GListModel *specimens = pheno_session_get_specimens (self->session);
  guint n = g_list_model_get_n_items (specimens);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoSpecimen) specimen = g_list_model_get_item (specimens, i);

      if (pheno_specimen_get_excluded (specimen))
        add_line (lines, PHENO_PROBLEM_EXCLUDED, pheno_specimen_get_file (specimen),
                  pheno_specimen_get_species (specimen), specimen);
    }
}

static void
add_names (GPtrArray *lines, GListModel *names)
{
  for (guint i = 0; i < g_list_model_get_n_items (names); i++)
    {
      g_autoptr (GtkStringObject) name = g_list_model_get_item (names, i);

      add_line (lines, PHENO_PROBLEM_NAME, gtk_string_object_get_string (name), NULL,
                NULL);
    }
}

/* The heading of what was added since @from; nothing where that is nothing. */
static void
add_heading (GPtrArray *lines, guint from, const char *title, const char *detail)
{
  if (lines->len > from)
    g_ptr_array_insert (
        lines, from, pheno_problem_row_new (PHENO_PROBLEM_HEADING, title, detail, NULL));
}

static GPtrArray *
make_lines (PhenoProblemsView *self)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_object_unref);
  guint from;

  add_problems (self, lines, FALSE);
  add_heading (
      lines, 0, _ ("Could Not Be Used"),
      _ ("These are not part of the collection. Each line says what is wrong and "
         "what to do; look for new files when it is done, or leave the file out "
         "for good."));
  from = lines->len;
  add_excluded (self, lines);
  add_problems (self, lines, TRUE);
  add_heading (
      lines, from, _ ("Left Out by You"),
      _ ("These take no part in training, maps and figures. The files themselves "
         "are never touched."));
  from = lines->len;
  add_names (lines, pheno_session_get_unmatched_rows (self->session));
  add_heading (lines, from, _ ("Rows of Metadata Without an Image"),
               _ ("The table has a row for these names, but there is no such file. Look "
                  "for a name that is spelt in another way, or for a folder that is "
                  "missing."));
  from = lines->len;
  add_names (lines, pheno_session_get_unmatched_files (self->session));
  add_heading (lines, from, _ ("Images Without Metadata"),
               _ ("These images are used, but no row of the table is for them. Add the "
                  "rows, or edit the values in the table here."));
  return lines;
}

static gboolean
make_cb (gpointer user_data)
{
  PhenoProblemsView *self = user_data;
  g_autoptr (GPtrArray) lines = make_lines (self);

  self->make_source = 0;
  self->stale = FALSE;
  g_list_store_splice (self->rows, 0,
                       g_list_model_get_n_items (G_LIST_MODEL (self->rows)), lines->pdata,
                       lines->len);
  gtk_stack_set_visible_child_name (self->stack, lines->len > 0 ? "list" : "none");
  return G_SOURCE_REMOVE;
}

static void
changed (PhenoProblemsView *self)
{
  self->stale = TRUE;
  if (self->make_source == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->make_source = g_idle_add (make_cb, self);
}

static void
pheno_problems_view_map (GtkWidget *widget)
{
  PhenoProblemsView *self = PHENO_PROBLEMS_VIEW (widget);

  GTK_WIDGET_CLASS (pheno_problems_view_parent_class)->map (widget);
  if (self->stale && self->session != NULL)
    {
      g_clear_handle_id (&self->make_source, g_source_remove);
      make_cb (self);
    }
}

/* To the lines: what is above them can do nothing before one is selected. */
static gboolean
pheno_problems_view_grab_focus (GtkWidget *widget)
{
  PhenoProblemsView *self = PHENO_PROBLEMS_VIEW (widget);
  GtkWidget *list = GTK_WIDGET (self->list_view);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (focus != NULL && gtk_widget_is_ancestor (focus, list))
    return TRUE;
  return gtk_widget_child_focus (list, GTK_DIR_TAB_FORWARD);
}

/* ---- rows ---- */

typedef struct
{
  GtkWidget *title, *detail;
} RowWidgets;

/* Of so many lines whatever it says: how high a text gets in a width is found out by
 * laying it out, and a list does that with two hundred rows before it shows ten. What
 * does not fit stands below the list when the row is selected. */
static GtkWidget *
add_text (GtkWidget *box, guint lines)
{
  GtkWidget *text = gtk_inscription_new (NULL);

  gtk_inscription_set_min_lines (GTK_INSCRIPTION (text), lines);
  gtk_inscription_set_nat_lines (GTK_INSCRIPTION (text), lines);
  gtk_inscription_set_xalign (GTK_INSCRIPTION (text), 0);
  gtk_inscription_set_yalign (GTK_INSCRIPTION (text), 0);
  gtk_inscription_set_wrap_mode (GTK_INSCRIPTION (text), PANGO_WRAP_WORD_CHAR);
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (text),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), text);
  return text;
}

/* No button stands in a row: of some hundred rows they would take a second to make, and
 * they would do one file at a time. */
static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PhenoProblemsView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  RowWidgets *row = g_new0 (RowWidgets, 1);

  row->title = add_text (box, 1);
  row->detail = add_text (box, 2);
  gtk_widget_add_css_class (row->detail, "dim-label");
  gtk_widget_set_margin_bottom (box, 6);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  g_object_set_data_full (G_OBJECT (item), "row", row, g_free);
  gtk_list_item_set_child (item, box);
  pheno_cell_set_item (box, item);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PhenoProblemsView *self)
{
  PhenoProblemRow *line = gtk_list_item_get_item (item);
  RowWidgets *row = g_object_get_data (G_OBJECT (item), "row");
  gboolean heading = pheno_problem_row_get_kind (line) == PHENO_PROBLEM_HEADING;
  const char *detail = pheno_problem_row_get_detail (line);

  gtk_inscription_set_text (GTK_INSCRIPTION (row->title),
                            pheno_problem_row_get_title (line));
  gtk_inscription_set_text (GTK_INSCRIPTION (row->detail), detail);
  gtk_widget_set_visible (row->detail, detail != NULL);
  if (heading)
    gtk_widget_add_css_class (row->title, "title-4");
  else
    gtk_widget_remove_css_class (row->title, "title-4");
  gtk_widget_set_margin_top (gtk_list_item_get_child (item), heading ? 18 : 6);
  pheno_item_set_name (gtk_list_item_get_child (item),
                       pheno_problem_row_get_title (line));
  /* Headings are selected, too: the keyboard does not get past what cannot be. */
  gtk_list_item_set_activatable (item, !heading);
}

/* ---- what is selected ---- */

/* (transfer full): the objects of the selected rows that are of @kind. */
static GPtrArray *
selected (PhenoProblemsView *self, PhenoProblemKind kind)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GtkBitset) set
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, set, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (PhenoProblemRow) row
          = g_list_model_get_item (G_LIST_MODEL (self->rows), position);
      gpointer object = pheno_problem_row_get_object (row);

      if (pheno_problem_row_get_kind (row) == kind && object != NULL)
        g_ptr_array_add (objects, g_object_ref (object));
    }
  return objects;
}

/* (nullable) (transfer none): the path that a row is about. */
static const char *
path_of (PhenoProblemRow *row)
{
  gpointer object = pheno_problem_row_get_object (row);

  if (PHENO_IS_SPECIMEN (object))
    return pheno_specimen_get_path (object);
  return PHENO_IS_PROBLEM_ITEM (object) ? pheno_problem_item_get_path (object) : NULL;
}

/* All that there is to say about the only row that is selected. */
static void
show_detail (PhenoProblemsView *self)
{
  g_autoptr (GtkBitset) set
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  g_autoptr (PhenoProblemRow) row = NULL;
  const char *detail = NULL;

  if (gtk_bitset_get_size (set) == 1)
    row = g_list_model_get_item (G_LIST_MODEL (self->rows), gtk_bitset_get_minimum (set));
  if (row != NULL)
    detail = pheno_problem_row_get_detail (row);
  gtk_label_set_label (self->detail_label, detail != NULL ? detail : "");
  gtk_revealer_set_reveal_child (self->detail_revealer, detail != NULL);
}

static void
update_actions (PhenoProblemsView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  g_autoptr (GPtrArray) files = selected (self, PHENO_PROBLEM_FILE);
  g_autoptr (GPtrArray) ignored = selected (self, PHENO_PROBLEM_IGNORED);
  g_autoptr (GPtrArray) excluded = selected (self, PHENO_PROBLEM_EXCLUDED);

  show_detail (self);
  gtk_widget_action_set_enabled (widget, "problems.leave-out", files->len > 0);
  gtk_widget_action_set_enabled (widget, "problems.include",
                                 ignored->len + excluded->len > 0);
  gtk_widget_action_set_enabled (widget, "problems.open-folder",
                                 files->len + ignored->len + excluded->len > 0);
}

static void
activate_cb (GtkListView *view, guint position, PhenoProblemsView *self)
{
  g_autoptr (PhenoProblemRow) row
      = g_list_model_get_item (G_LIST_MODEL (self->rows), position);

  if (path_of (row) != NULL)
    pheno_show_file (GTK_WIDGET (self), path_of (row));
}

static void
open_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoProblemsView *self = PHENO_PROBLEMS_VIEW (widget);
  g_autoptr (GtkBitset) set
      = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  guint n = (guint) gtk_bitset_get_size (set);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoProblemRow) row = g_list_model_get_item (
          G_LIST_MODEL (self->rows), gtk_bitset_get_nth (set, i));

      if (path_of (row) != NULL)
        {
          pheno_show_file (widget, path_of (row));
          return;
        }
    }
}

static void
leave_out_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoProblemsView *self = PHENO_PROBLEMS_VIEW (widget);
  g_autoptr (GPtrArray) files = selected (self, PHENO_PROBLEM_FILE);

  pheno_session_ignore (self->session, files, TRUE);
}

static void
include_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoProblemsView *self = PHENO_PROBLEMS_VIEW (widget);
  g_autoptr (GPtrArray) ignored = selected (self, PHENO_PROBLEM_IGNORED);
  g_autoptr (GPtrArray) excluded = selected (self, PHENO_PROBLEM_EXCLUDED);

  pheno_session_ignore (self->session, ignored, FALSE);
  pheno_session_exclude (self->session, excluded, FALSE);
}

/* ---- copying ---- */

/* One line each, with tabs: what a mail or a spreadsheet takes. */
static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  PhenoProblemsView *self = PHENO_PROBLEMS_VIEW (widget);
  g_autoptr (GPtrArray) lines = make_lines (self);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    {
      PhenoProblemRow *line = lines->pdata[i];
      const char *detail = pheno_problem_row_get_detail (line);

      if (pheno_problem_row_get_kind (line) == PHENO_PROBLEM_HEADING)
        g_string_append_printf (text, "%s%s\n", i > 0 ? "\n" : "",
                                pheno_problem_row_get_title (line));
      else
        g_string_append_printf (text, "%s\t%s\n", pheno_problem_row_get_title (line),
                                detail != NULL ? detail : "");
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text->str);
  pheno_session_toast (self->session, _ ("The list is on the clipboard."), NULL, NULL);
}

void
pheno_problems_view_set_session (PhenoProblemsView *self, PhenoSession *session)
{
  g_set_object (&self->session, session);
  g_signal_connect_object (session, "edited", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::n-problems", G_CALLBACK (changed), self,
                           G_CONNECT_SWAPPED);
  self->stale = TRUE;
}

static void
pheno_problems_view_dispose (GObject *object)
{
  PhenoProblemsView *self = PHENO_PROBLEMS_VIEW (object);

  g_clear_handle_id (&self->make_source, g_source_remove);
  /* The bin holds a child of the template, and would let go of it a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_PROBLEMS_VIEW);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (pheno_problems_view_parent_class)->dispose (object);
}

static void
pheno_problems_view_class_init (PhenoProblemsViewClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_problems_view_dispose;
  widget_class->map = pheno_problems_view_map;
  widget_class->grab_focus = pheno_problems_view_grab_focus;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/problems-view.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoProblemsView, stack);
  gtk_widget_class_bind_template_child (widget_class, PhenoProblemsView, list_view);
  gtk_widget_class_bind_template_child (widget_class, PhenoProblemsView, detail_revealer);
  gtk_widget_class_bind_template_child (widget_class, PhenoProblemsView, detail_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoProblemsView, menu);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_install_action (widget_class, "problems.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "problems.open-folder", NULL,
                                   open_folder_action);
  gtk_widget_class_install_action (widget_class, "problems.leave-out", NULL,
                                   leave_out_action);
  gtk_widget_class_install_action (widget_class, "problems.include", NULL,
                                   include_action);
}

static void
pheno_problems_view_init (PhenoProblemsView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_list_store_new (PHENO_TYPE_PROBLEM_ROW);
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (g_object_ref (self->rows)));
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "selection-changed",
                           G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (update_actions),
                           self, G_CONNECT_SWAPPED);
  pheno_context_menu_add (GTK_WIDGET (self->list_view), self->menu);
  pheno_tab_leaves (GTK_WIDGET (self->list_view));
  update_actions (self);
}
