/* augment-page-specimens.c - whose views are shown
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/augment-page-private.h"

static void
add_usable (GPtrArray *chosen, PhenoSpecimen *specimen, guint most)
{
  if (chosen->len < most && !pheno_specimen_get_excluded (specimen))
    g_ptr_array_add (chosen, pheno_pair_new (specimen, 0));
}

/* The selected ones, or else the first of those that the filter lets through. */
static GPtrArray *
choose (PhenoAugmentPage *self)
{
  GPtrArray *chosen = g_ptr_array_new_with_free_func ((GDestroyNotify) pheno_pair_free);
  g_autoptr (GPtrArray) selected = pheno_session_selected (self->session);
  GListModel *visible = pheno_session_get_visible (self->session);
  guint most = (guint) gtk_adjustment_get_value (self->count_adjustment);
  guint n = g_list_model_get_n_items (visible);

  for (guint i = 0; i < selected->len && chosen->len < most; i++)
    add_usable (chosen, selected->pdata[i], most);
  self->of_selection = chosen->len > 0;
  for (guint i = 0; i < n && chosen->len < most && !self->of_selection; i++)
    {
      g_autoptr (PhenoSpecimen) specimen = g_list_model_get_item (visible, i);

      add_usable (chosen, specimen, most);
    }
  return chosen;
}

/* A specimen's number among the usable ones of its kind, in the order of the collection:
 * the number on which its views depend in training. */
static void
number_chosen (PhenoAugmentPage *self, GPtrArray *chosen)
{
  GListModel *specimens = pheno_session_get_specimens (self->session);
  g_autoptr (GHashTable) pairs = g_hash_table_new (NULL, NULL);
  guint n = g_list_model_get_n_items (specimens);
  guint32 numbers[PHENO_MODALITY_HYPERSPECTRAL + 1] = { 0 };

  for (guint i = 0; i < chosen->len; i++)
    g_hash_table_insert (pairs, ((PhenoPair *) chosen->pdata[i])->specimen,
                         chosen->pdata[i]);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoSpecimen) specimen = g_list_model_get_item (specimens, i);
      PhenoPair *pair = g_hash_table_lookup (pairs, specimen);
      PhenoModality modality = pheno_specimen_get_modality (specimen);

      if (pair != NULL)
        pair->number = numbers[modality];
      if (!pheno_specimen_get_excluded (specimen))
        numbers[modality]++;
    }
}

/* Name and target change together, or GTK warns of the moment in between. */
static void
set_action (GtkActionable *actionable, const char *detailed)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  if (!g_action_parse_detailed_name (detailed, &name, &target, NULL))
    g_assert_not_reached (); /* it stands in this file */
  gtk_actionable_set_action_name (actionable, NULL);
  gtk_actionable_set_action_target_value (actionable, target);
  gtk_actionable_set_action_name (actionable, name);
}

static void
show_empty (PhenoAugmentPage *self)
{
  guint n = g_list_model_get_n_items (pheno_session_get_specimens (self->session));
  guint n_visible = g_list_model_get_n_items (pheno_session_get_visible (self->session));
  const char *title, *text, *button, *action;

  if (pheno_session_get_missing_root (self->session) != NULL)
    {
      title = _ ("The Images Are Not Where They Were");
      text = _ ("Say in the collection where their folder is now; then their views are "
                "shown here.");
      button = _ ("_Go to the Collection");
      action = "win.page::collection";
    }
  else if (n == 0)
    {
      title = _ ("No Images Yet");
      text = _ ("The views of your specimens are shown here once the study has images.");
      button = _ ("_Look for New Files");
      action = "win.rescan";
    }
  else if (n_visible == 0)
    {
      title = _ ("The Filter Lets No Image Through");
      text = _ ("The views of the specimens that it lets through are shown here.");
      button = _ ("_Clear the Filter");
      action = "augment.clear-filter";
    }
  else
    {
      title = _ ("All Images Are Excluded");
      text = _ ("Training draws views of images that are not excluded. Include some of "
                "them again in the collection.");
      button = _ ("_Go to the Collection");
      action = "win.page::collection";
    }
  adw_status_page_set_title (self->empty_page, title);
  adw_status_page_set_description (self->empty_page, text);
  gtk_button_set_label (self->empty_button, button);
  set_action (GTK_ACTIONABLE (self->empty_button), action);
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

void
pheno_augment_page_choose (PhenoAugmentPage *self)
{
  gboolean some;

  g_clear_handle_id (&self->choose_source, g_source_remove);
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      self->stale = TRUE;
      return;
    }

  self->stale = FALSE;
  g_clear_pointer (&self->chosen, g_ptr_array_unref);
  self->chosen = choose (self);
  number_chosen (self, self->chosen);
  some = self->chosen->len > 0;
  gtk_widget_set_visible (self->status_box, some);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "augment.re-roll", some);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "augment.copy", some);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "augment.save", some);
  pheno_augment_page_show_status (self);
  if (some)
    pheno_augment_page_draw (self);
  else
    show_empty (self);
}

static gboolean
choose_cb (gpointer user_data)
{
  PhenoAugmentPage *self = user_data;

  self->choose_source = 0;
  pheno_augment_page_choose (self);
  return G_SOURCE_REMOVE;
}

void
pheno_augment_page_choose_later (PhenoAugmentPage *self)
{
  if (self->choose_source == 0)
    self->choose_source = g_idle_add (choose_cb, self);
}
