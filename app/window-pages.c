/* window-pages.c - the four pages of the work, made one after the other
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Together they take too long for one turn of the main loop. The window is there at once
 * with its start page; then each turn makes a page, or its styles, when nothing else is
 * to be done. A study waits for the last of them, as pages know what is open from what
 * the session tells them; so whoever works in a study has them all.
 */
#include "app/window-private.h"

typedef struct
{
  const char *name; /* of the place in the stack that it fills */
  GType (*get_type) (void);
} Page;

/* Measuring goes on for so long in one turn. */
#define PIECE_US 8000

static const Page pages[] = {
  { "collection", pheno_collection_page_get_type },
  { "augment", pheno_augment_page_get_type },
  { "train", pheno_train_page_get_type },
  { "explore", pheno_explore_page_get_type },
};

static AdwBin *
place_of (PhenoWindow *self, guint i)
{
  return ADW_BIN (adw_view_stack_get_child_by_name (self->page_stack, pages[i].name));
}

static void
make_page (PhenoWindow *self, guint i)
{
  GtkWidget *page = g_object_new (pages[i].get_type (), NULL);

  adw_bin_set_child (place_of (self, i), page);
  if (PHENO_IS_COLLECTION_PAGE (page))
    self->collection_page = PHENO_COLLECTION_PAGE (page);
  else if (PHENO_IS_AUGMENT_PAGE (page))
    self->augment_page = PHENO_AUGMENT_PAGE (page);
  else if (PHENO_IS_TRAIN_PAGE (page))
    self->train_page = PHENO_TRAIN_PAGE (page);
  else
    self->explore_page = PHENO_EXPLORE_PAGE (page);
  g_object_set (page, "session", self->session, NULL);
}

/* Children before what holds them, whose measure is made of theirs. */
static void
collect (GtkWidget *widget, GPtrArray *widgets)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, widgets);
  g_ptr_array_add (widgets, g_object_ref (widget));
}

/* Styles and fonts of all that is in a page are found out when it is first measured; the
 * stack would do so with all pages in one turn. What was measured is kept, so the page
 * itself, which comes last, is measured at once.
 *
 * Returns: whether there is more to be measured. */
static gboolean
measure_some (PhenoWindow *self, guint i)
{
  gint64 until = g_get_monotonic_time () + PIECE_US;
  int minimum;

  if (self->unmeasured == NULL)
    {
      self->unmeasured = g_ptr_array_new_with_free_func (g_object_unref);
      self->n_measured = 0;
      collect (adw_bin_get_child (place_of (self, i)), self->unmeasured);
    }
  while (self->n_measured < self->unmeasured->len && g_get_monotonic_time () < until)
    gtk_widget_measure (self->unmeasured->pdata[self->n_measured++],
                        GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  if (self->n_measured < self->unmeasured->len)
    return TRUE;

  g_clear_pointer (&self->unmeasured, g_ptr_array_unref);
  return FALSE;
}

static gboolean
make_next_cb (gpointer user_data)
{
  PhenoWindow *self = user_data;
  guint i = self->n_steps / 2;

  if (self->augment_page != NULL && pheno_augment_page_make_more (self->augment_page))
    return G_SOURCE_CONTINUE;
  if (self->n_steps % 2 == 0)
    make_page (self, i);
  else if (measure_some (self, i))
    return G_SOURCE_CONTINUE;
  if (++self->n_steps < 2 * G_N_ELEMENTS (pages))
    return G_SOURCE_CONTINUE;

  self->pages_source = 0;
  pheno_window_pages_made (self);
  return G_SOURCE_REMOVE;
}

gboolean
pheno_window_has_pages (PhenoWindow *self)
{
  return self->n_steps == 2 * G_N_ELEMENTS (pages);
}

void
pheno_window_make_pages (PhenoWindow *self)
{
  self->pages_source = g_idle_add (make_next_cb, self);
}
