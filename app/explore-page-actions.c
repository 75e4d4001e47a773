/* explore-page-actions.c - what the page does: tools, zoom, selection, files
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/explore-page-private.h"

static const char *const tool_names[] = { "pointer", "lasso", "rectangle" };

#define ZOOM_STEP 1.5

static void
open_action (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  pheno_explore_page_open (page);
}

static void
embed_action (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  pheno_explore_page_embed (page, g_variant_get_string (parameter, NULL));
}

static void
fit_action (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  pheno_map_view_fit (((PhenoExplorePage *) page)->map_view);
}

static void
zoom_in_action (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  pheno_map_view_zoom (((PhenoExplorePage *) page)->map_view, ZOOM_STEP);
}

static void
zoom_out_action (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  pheno_map_view_zoom (((PhenoExplorePage *) page)->map_view, 1 / ZOOM_STEP);
}

static void
select_none_action (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  pheno_map_model_select (((PhenoExplorePage *) page)->model, NULL, 0, PHENO_SELECT_ONLY);
}

static void
select_all_action (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  PhenoMapModel *model = ((PhenoExplorePage *) page)->model;

  pheno_map_model_select (model, NULL, 0, PHENO_SELECT_ONLY);
  pheno_map_model_invert_selection (model);
}

static void
invert_action (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  pheno_map_model_invert_selection (((PhenoExplorePage *) page)->model);
}

static void
clear_filter_action (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  pheno_session_clear_filter (((PhenoExplorePage *) page)->session);
}

static void
tool_action (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  PhenoExplorePage *self = user_data;

  for (int tool = 0; tool < (int) G_N_ELEMENTS (tool_names); tool++)
    if (g_str_equal (tool_names[tool], g_variant_get_string (state, NULL)))
      g_object_set (self->map_view, "tool", tool, NULL);
}

static void
tool_changed_cb (PhenoMapView *view, GParamSpec *pspec, PhenoExplorePage *self)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "tool");
  int tool;

  g_object_get (view, "tool", &tool, NULL);
  g_simple_action_set_state (G_SIMPLE_ACTION (action),
                             g_variant_new_string (tool_names[tool]));
}

static void
export_figure_action (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  pheno_explore_page_export_figure (page);
}

static void
export_places_action (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  pheno_explore_page_export_numbers (page, TRUE);
}

static void
export_embeddings_action (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  pheno_explore_page_export_numbers (page, FALSE);
}

static void
copy_figure_action (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  pheno_explore_page_copy_figure (page);
}

static void
copy_numbers_action (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  pheno_explore_page_copy_numbers (page);
}

void
pheno_explore_page_toggle_sidebar (PhenoExplorePage *self)
{
  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

static const GActionEntry entries[] = {
  { .name = "open", .activate = open_action },
  { .name = "embed", .activate = embed_action, .parameter_type = "s" },
  { .name = "fit", .activate = fit_action },
  { .name = "zoom-in", .activate = zoom_in_action },
  { .name = "zoom-out", .activate = zoom_out_action },
  { .name = "select-all", .activate = select_all_action },
  { .name = "select-none", .activate = select_none_action },
  { .name = "invert", .activate = invert_action },
  { .name = "clear-filter", .activate = clear_filter_action },
  { .name = "export-figure", .activate = export_figure_action },
  { .name = "export-places", .activate = export_places_action },
  { .name = "export-embeddings", .activate = export_embeddings_action },
  { .name = "copy-figure", .activate = copy_figure_action },
  { .name = "copy-numbers", .activate = copy_numbers_action },
  { .name = "tool",
    .parameter_type = "s",
    .state = "'pointer'",
    .change_state = tool_action },
};

static void
add_property_action (PhenoExplorePage *self, const char *name, gpointer object,
                     const char *property)
{
  GPropertyAction *action = g_property_action_new (name, object, property);

  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (action));
  g_object_unref (action);
}

static void
add_shortcut (GtkEventController *controller, guint key, GdkModifierType modifiers,
              const char *action)
{
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_keyval_trigger_new (key, modifiers),
                        gtk_named_action_new (action)));
}

/* Copying belongs to the map alone, as entries have a Ctrl+C of their own. */
static void
add_shortcuts (PhenoExplorePage *self)
{
  GtkEventController *of_map = gtk_shortcut_controller_new ();
  GtkEventController *of_page = gtk_shortcut_controller_new ();

  add_shortcut (of_map, GDK_KEY_c, GDK_CONTROL_MASK, "explore.copy-figure");
  add_shortcut (of_map, GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                "explore.copy-numbers");
  gtk_widget_add_controller (GTK_WIDGET (self->map_view), of_map);

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (of_page),
                                     GTK_SHORTCUT_SCOPE_MANAGED);
  add_shortcut (of_page, GDK_KEY_e, GDK_CONTROL_MASK, "explore.export-figure");
  gtk_widget_add_controller (GTK_WIDGET (self), of_page);
}

void
pheno_explore_page_add_actions (PhenoExplorePage *self)
{
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries,
                                   G_N_ELEMENTS (entries), self);
  add_property_action (self, "pictures", self->map_view, "pictures");
  add_property_action (self, "faint", self->map_view, "faint");
  g_signal_connect (self->map_view, "notify::tool", G_CALLBACK (tool_changed_cb), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "explore",
                                  G_ACTION_GROUP (self->actions));
  add_shortcuts (self);
}
