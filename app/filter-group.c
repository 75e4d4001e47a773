/* filter-group.c - the values of one column, to be checked
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A column may have a value for each specimen. So at most MOST_ROWS are made, and what is
 * written into the search above them finds the others.
 */
#include "app/filter-group.h"

#include <string.h>

/* Check buttons that are made in some milliseconds. */
#define MOST_ROWS 60
/* Up to here they are seen at a glance. */
#define SEARCH_FROM 13

typedef struct
{
  char *value, *order; /* order: what sorts it */
  guint total, count;

  GtkWidget *check, *label; /* NULL where it has no row */
} Value;

struct _PhenoFilterGroup
{
  AdwBin parent_instance;

  /* template children */
  GtkExpander *expander;
  GtkLabel *title_label, *state_label;
  GtkButton *clear_button;
  GtkSearchEntry *search_entry;
  GtkBox *rows;
  GtkLabel *more_label;

  /* owned */
  PhenoSession *session;
  char *column;
  GHashTable *by_value; /* to Value, owned there */
  GPtrArray *values;    /* Value, sorted, borrowed */
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (PhenoFilterGroup, pheno_filter_group, ADW_TYPE_BIN)

enum
{
  EXPANDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

const char *
pheno_column_title (const char *column)
{
  if (g_str_equal (column, "species"))
    return _ ("Species");
  return column;
}

const char *
pheno_value_title (const char *value)
{
  /* Translators: what stands for a value of a column that a specimen does not have. */
  return *value != '\0' ? value : _ ("(none)");
}

static void
value_free (gpointer data)
{
  Value *self = data;

  g_free (self->value);
  g_free (self->order);
  g_free (self);
}

GtkWidget *
pheno_filter_group_new (PhenoSession *session, const char *column)
{
  PhenoFilterGroup *self = g_object_new (PHENO_TYPE_FILTER_GROUP, NULL);

  self->session = g_object_ref (session);
  self->column = g_strdup (column);
  gtk_label_set_label (self->title_label, pheno_column_title (column));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->expander),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  pheno_column_title (column), -1);
  return GTK_WIDGET (self);
}

const char *
pheno_filter_group_get_column (PhenoFilterGroup *self)
{
  return self->column;
}

void
pheno_filter_group_set_expanded (PhenoFilterGroup *self, gboolean expanded)
{
  gtk_expander_set_expanded (self->expander, expanded);
}

/* ---- counting ---- */

static int
compare_values (gconstpointer a, gconstpointer b)
{
  const Value *first = *(Value *const *) a, *second = *(Value *const *) b;

  /* The empty value comes last. */
  if ((*first->value == '\0') != (*second->value == '\0'))
    return *first->value == '\0' ? 1 : -1;
  return strcmp (first->order, second->order);
}

static Value *
find_value (PhenoFilterGroup *self, const char *text, gboolean *changed)
{
  Value *value = g_hash_table_lookup (self->by_value, text);

  if (value != NULL)
    return value;

  value = g_new0 (Value, 1);
  value->value = g_strdup (text);
  /* Numbers in names sort by size: IMG_9 before IMG_10. */
  value->order = g_utf8_collate_key_for_filename (text, -1);
  g_hash_table_insert (self->by_value, value->value, value);
  *changed = TRUE;
  return value;
}

static gboolean
drop_unused (gpointer key, gpointer data, gpointer user_data)
{
  return ((Value *) data)->total == 0;
}

/* Returns: whether there are other values than before. */
static gboolean
count (PhenoFilterGroup *self, const gboolean *visible)
{
  GListModel *specimens = pheno_session_get_specimens (self->session);
  guint n = g_list_model_get_n_items (specimens);
  GHashTableIter iter;
  gpointer data;
  gboolean changed = FALSE;

  g_hash_table_iter_init (&iter, self->by_value);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    ((Value *) data)->total = ((Value *) data)->count = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoSpecimen) specimen = g_list_model_get_item (specimens, i);
      const char *text = pheno_specimen_get_value (specimen, self->column);
      Value *value = find_value (self, text != NULL ? text : "", &changed);

      value->total++;
      value->count += visible[i];
    }

  /* Rows point to values: before these go, the caller removes them. */
  g_hash_table_iter_init (&iter, self->by_value);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    changed |= ((Value *) data)->total == 0;
  return changed;
}

static void
sort_values (PhenoFilterGroup *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_foreach_remove (self->by_value, drop_unused, NULL);
  g_ptr_array_set_size (self->values, 0);
  g_hash_table_iter_init (&iter, self->by_value);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (self->values, value);
  g_ptr_array_sort (self->values, compare_values);
}

/* ---- rows ---- */

static void
show_state (PhenoFilterGroup *self)
{
  guint n = pheno_session_count_shown (self->session, self->column);
  g_autofree char *text
      = n > 0 ? g_strdup_printf (ngettext ("%u checked", "%u checked", n), n)
              : g_strdup ("");

  gtk_label_set_label (self->state_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->clear_button), n > 0);
}

static void
show_value (PhenoFilterGroup *self, Value *value)
{
  g_autofree char *text = NULL, *words = NULL;

  if (value->check == NULL)
    return;

  /* Translators: how many of a value's specimens the filter shows, and how many there
   * are.
   */
  text = value->count == value->total
             ? g_strdup_printf ("%u", value->total)
             : g_strdup_printf (_ ("%u / %u"), value->count, value->total);
  words = g_strdup_printf (_ ("%s, %u of %u shown"), pheno_value_title (value->value),
                           value->count, value->total);
  gtk_label_set_label (GTK_LABEL (value->label), text);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (value->check), GTK_ACCESSIBLE_PROPERTY_LABEL,
      pheno_value_title (value->value), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  gtk_check_button_set_active (
      GTK_CHECK_BUTTON (value->check),
      pheno_session_get_value_shown (self->session, self->column, value->value));
}

static void
show_values (PhenoFilterGroup *self)
{
  self->updating = TRUE;
  for (guint i = 0; i < self->values->len; i++)
    show_value (self, self->values->pdata[i]);
  self->updating = FALSE;
  show_state (self);
}

static void
toggled_cb (GtkCheckButton *check, PhenoFilterGroup *self)
{
  const char *value = g_object_get_data (G_OBJECT (check), "value");

  if (!self->updating)
    pheno_session_set_value_shown (self->session, self->column, value,
                                   gtk_check_button_get_active (check));
}

static void
add_row (PhenoFilterGroup *self, Value *value)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *name = gtk_label_new (pheno_value_title (value->value));

  value->check = gtk_check_button_new ();
  value->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_check_button_set_child (GTK_CHECK_BUTTON (value->check), name);
  gtk_widget_set_hexpand (value->check, TRUE);
  gtk_widget_add_css_class (value->label, "dim-label");
  gtk_widget_add_css_class (value->label, "numeric");
  gtk_widget_add_css_class (value->label, "caption");
  g_object_set_data_full (G_OBJECT (value->check), "value", g_strdup (value->value),
                          g_free);
  gtk_box_append (GTK_BOX (row), value->check);
  gtk_box_append (GTK_BOX (row), value->label);
  gtk_box_append (self->rows, row);
  g_signal_connect (value->check, "toggled", G_CALLBACK (toggled_cb), self);
}

/* A name that does not fit is told in whole. One handler for all rows: a tooltip of their
 * own would ask the display where the pointer is for each of them. */
static gboolean
query_tooltip_cb (GtkWidget *rows, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  GtkWidget *picked = gtk_widget_pick (rows, x, y, GTK_PICK_DEFAULT);

  if (!GTK_IS_LABEL (picked)
      || !pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (picked))))
    return FALSE;
  gtk_tooltip_set_text (tooltip, gtk_label_get_label (GTK_LABEL (picked)));
  return TRUE;
}

static void
remove_rows (PhenoFilterGroup *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->rows))) != NULL)
    gtk_box_remove (self->rows, row);
}

static gboolean
is_wanted (PhenoFilterGroup *self, const Value *value, const char *words)
{
  g_autofree char *folded = NULL;

  if (words == NULL)
    return TRUE;
  folded = g_utf8_casefold (pheno_value_title (value->value), -1);
  return strstr (folded, words) != NULL;
}

/* What is checked is always in sight, whatever else there is no room for. */
static void
make_rows (PhenoFilterGroup *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  g_autofree char *words = *text != '\0' ? g_utf8_casefold (text, -1) : NULL;
  guint made = 0, left = 0;
  g_autofree char *more = NULL;

  remove_rows (self);
  for (guint i = 0; i < self->values->len; i++)
    {
      Value *value = self->values->pdata[i];

      value->check = value->label = NULL;
      if (pheno_session_get_value_shown (self->session, self->column, value->value)
          || (is_wanted (self, value, words) && made < MOST_ROWS))
        {
          add_row (self, value);
          made++;
        }
      else if (is_wanted (self, value, words))
        left++;
    }

  more = g_strdup_printf (
      ngettext ("%u more value: search for it", "%u more values: search for them", left),
      left);
  gtk_label_set_label (self->more_label, more);
  gtk_widget_set_visible (GTK_WIDGET (self->more_label), left > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->search_entry),
                          self->values->len >= SEARCH_FROM);
  show_values (self);
}

void
pheno_filter_group_count (PhenoFilterGroup *self, const gboolean *visible)
{
  show_state (self);
  if (!gtk_expander_get_expanded (self->expander))
    return;

  if (count (self, visible))
    {
      remove_rows (self);
      sort_values (self);
      make_rows (self);
    }
  else
    show_values (self);
}

static void
search_changed_cb (GtkSearchEntry *entry, PhenoFilterGroup *self)
{
  make_rows (self);
}

static void
expanded_cb (GtkExpander *expander, GParamSpec *pspec, PhenoFilterGroup *self)
{
  if (gtk_expander_get_expanded (expander))
    g_signal_emit (self, signals[EXPANDED], 0);
}

static void
clear_cb (GtkButton *button, PhenoFilterGroup *self)
{
  pheno_session_set_values_shown (self->session, self->column, NULL);
}

static void
pheno_filter_group_dispose (GObject *object)
{
  PhenoFilterGroup *self = PHENO_FILTER_GROUP (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_FILTER_GROUP);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (pheno_filter_group_parent_class)->dispose (object);
}

static void
pheno_filter_group_finalize (GObject *object)
{
  PhenoFilterGroup *self = PHENO_FILTER_GROUP (object);

  g_free (self->column);
  g_ptr_array_unref (self->values);
  g_hash_table_unref (self->by_value);
  G_OBJECT_CLASS (pheno_filter_group_parent_class)->finalize (object);
}

static void
pheno_filter_group_class_init (PhenoFilterGroupClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pheno_filter_group_dispose;
  G_OBJECT_CLASS (class)->finalize = pheno_filter_group_finalize;
  signals[EXPANDED]
      = g_signal_new ("expanded", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL,
                      NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/filter-group.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoFilterGroup, expander);
  gtk_widget_class_bind_template_child (widget_class, PhenoFilterGroup, title_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoFilterGroup, state_label);
  gtk_widget_class_bind_template_child (widget_class, PhenoFilterGroup, clear_button);
  gtk_widget_class_bind_template_child (widget_class, PhenoFilterGroup, search_entry);
  gtk_widget_class_bind_template_child (widget_class, PhenoFilterGroup, rows);
  gtk_widget_class_bind_template_child (widget_class, PhenoFilterGroup, more_label);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, expanded_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
  gtk_widget_class_bind_template_callback (widget_class, query_tooltip_cb);
}

static void
pheno_filter_group_init (PhenoFilterGroup *self)
{
  self->by_value = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, value_free);
  self->values = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
