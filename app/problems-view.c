/* problems-view.c - what could not be used, what was left out, what fits nowhere
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * One list of lines with headings between them, so that thousands of them scroll as
 * smoothly as ten. It is made anew when it is in sight and something has changed.
 */
#include "app/problems-view.h"

#include <string.h>

#include "app/problem-row.h"
#include "app/show-file.h"

struct _PhenoProblemsView
{
  AdwBin parent_instance;

  /* template children */
  GtkStack *stack; /* list, none */
  GtkListView *list_view;

  /* owned */
  PhenoSession *session;
  GListStore *rows;
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

/* ---- rows ---- */

typedef struct
{
  GtkWidget *title, *detail, *folder, *leave, *include;
} RowWidgets;

static PhenoProblemRow *
row_of (GtkWidget *button)
{
  GtkListItem *item = g_object_get_data (G_OBJECT (button), "list-item");

  return gtk_list_item_get_item (item);
}

static void
folder_cb (GtkWidget *button, PhenoProblemsView *self)
{
  gpointer object = pheno_problem_row_get_object (row_of (button));
  const char *path = PHENO_IS_SPECIMEN (object) ? pheno_specimen_get_path (object)
                                                : pheno_problem_item_get_path (object);

  pheno_show_file (GTK_WIDGET (self), path);
}

static void
leave_cb (GtkWidget *button, PhenoProblemsView *self)
{
  pheno_session_ignore (self->session, pheno_problem_row_get_object (row_of (button)),
                        TRUE);
}

static void
include_cb (GtkWidget *button, PhenoProblemsView *self)
{
  gpointer object = pheno_problem_row_get_object (row_of (button));
  g_autoptr (GPtrArray) specimens = g_ptr_array_new ();

  if (PHENO_IS_PROBLEM_ITEM (object))
    {
      pheno_session_ignore (self->session, object, FALSE);
      return;
    }
  g_ptr_array_add (specimens, object);
  pheno_session_exclude (self->session, specimens, FALSE);
}

static GtkWidget *
add_button (GtkListItem *item, GtkWidget *box, const char *label, GCallback callback,
            PhenoProblemsView *self)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data (G_OBJECT (button), "list-item", item);
  g_signal_connect (button, "clicked", callback, self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static GtkWidget *
add_label (GtkWidget *box)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PhenoProblemsView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  RowWidgets *row = g_new0 (RowWidgets, 1);

  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (box), words);
  row->title = add_label (words);
  row->detail = add_label (words);
  gtk_widget_add_css_class (row->detail, "dim-label");
  row->folder = add_button (item, box, _ ("Open Folder"), G_CALLBACK (folder_cb), self);
  row->leave = add_button (item, box, _ ("Leave Out"), G_CALLBACK (leave_cb), self);
  row->include
      = add_button (item, box, _ ("Include Again"), G_CALLBACK (include_cb), self);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  g_object_set_data_full (G_OBJECT (item), "row", row, g_free);
  gtk_list_item_set_child (item, box);
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
}

static gboolean
has_path (gpointer object)
{
  if (PHENO_IS_SPECIMEN (object))
    return TRUE;
  return PHENO_IS_PROBLEM_ITEM (object) && pheno_problem_item_get_path (object) != NULL;
}

static void
describe_button (GtkWidget *button, const char *file)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, file, -1);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, PhenoProblemsView *self)
{
  PhenoProblemRow *line = gtk_list_item_get_item (item);
  RowWidgets *row = g_object_get_data (G_OBJECT (item), "row");
  PhenoProblemKind kind = pheno_problem_row_get_kind (line);
  const char *title = pheno_problem_row_get_title (line);
  const char *detail = pheno_problem_row_get_detail (line);
  gboolean path = has_path (pheno_problem_row_get_object (line));

  gtk_label_set_label (GTK_LABEL (row->title), title);
  gtk_label_set_label (GTK_LABEL (row->detail), detail != NULL ? detail : "");
  gtk_widget_set_visible (row->detail, detail != NULL);
  gtk_widget_set_visible (row->folder, path);
  gtk_widget_set_visible (row->leave, kind == PHENO_PROBLEM_FILE && path);
  gtk_widget_set_visible (row->include, kind == PHENO_PROBLEM_EXCLUDED
                                            || kind == PHENO_PROBLEM_IGNORED);
  if (kind == PHENO_PROBLEM_HEADING)
    gtk_widget_add_css_class (row->title, "title-4");
  else
    gtk_widget_remove_css_class (row->title, "title-4");
  gtk_widget_set_margin_top (gtk_list_item_get_child (item),
                             kind == PHENO_PROBLEM_HEADING ? 18 : 6);
  describe_button (row->folder, title);
  describe_button (row->leave, title);
  describe_button (row->include, title);
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
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/problems-view.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoProblemsView, stack);
  gtk_widget_class_bind_template_child (widget_class, PhenoProblemsView, list_view);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_install_action (widget_class, "problems.copy", NULL, copy_action);
}

static void
pheno_problems_view_init (PhenoProblemsView *self)
{
  g_autoptr (GtkNoSelection) model = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_list_store_new (PHENO_TYPE_PROBLEM_ROW);
  model = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->rows)));
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (model));
}
