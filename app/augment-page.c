/* augment-page.c - what the two views of a specimen go through, tuned by eye
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 *     operations ─► the session's recipe ─┐
 *     selection ─► chosen specimens ──────┼─► preview ─► pairs
 *     epoch, seed, size ──────────────────┘
 */
#include "app/augment-page-private.h"

#include "app/tab-leaves.h"

G_DEFINE_FINAL_TYPE (PhenoAugmentPage, pheno_augment_page, ADW_TYPE_BIN)

enum
{
  PROP_SESSION = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

/* ---- drawing ---- */

/* One operation in every view, on the whole photograph. */
static PhenoRecipe *
recipe_with_only (const PhenoRecipe *recipe, const char *name)
{
  PhenoRecipe *only = pheno_recipe_copy (recipe);
  const PhenoOperation *alone = pheno_operation_get ((guint) pheno_operation_find (name));
  gboolean based = alone->stage == PHENO_STAGE_BASE;

  for (guint i = 0; i < pheno_operation_count (); i++)
    {
      const PhenoOperation *operation = pheno_operation_get (i);
      gboolean base
          = !based && operation->stage == PHENO_STAGE_BASE && !operation->random;
      gboolean enabled = base || operation == alone;

      based = based || base;
      pheno_recipe_set (only, operation->name, "enabled", enabled ? "true" : "false",
                        NULL);
    }
  if (alone->random)
    pheno_recipe_set (only, name, "probability", "1", NULL);
  return only;
}

void
pheno_augment_page_draw (PhenoAugmentPage *self)
{
  const PhenoRecipe *recipe = pheno_session_get_recipe (self->session);
  const char *name = pheno_operation_list_get_only (self->operation_list);
  g_autoptr (PhenoRecipe) only = name != NULL ? recipe_with_only (recipe, name) : NULL;

  if (self->chosen == NULL || self->chosen->len == 0)
    return;
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      self->stale = TRUE;
      return;
    }
  pheno_preview_draw (self->preview, only != NULL ? only : recipe, self->chosen,
                      pheno_session_get_seed (self->session), self->epoch,
                      pheno_session_get_input_size (self->session));
}

static void
pair_activated_cb (PhenoViewPair *pair, PhenoAugmentPage *self)
{
  GtkWidget *child = gtk_widget_get_parent (GTK_WIDGET (pair));

  pheno_augment_page_show_large (
      self, (guint) gtk_flow_box_child_get_index (GTK_FLOW_BOX_CHILD (child)));
}

static void
add_pair (PhenoAugmentPage *self)
{
  GtkWidget *pair = pheno_view_pair_new ();

  g_signal_connect (pair, "activate", G_CALLBACK (pair_activated_cb), self);
  gtk_flow_box_append (self->pairs_box, pair);
  /* The pictures in it take the focus. */
  gtk_widget_set_focusable (gtk_widget_get_parent (pair), FALSE);
}

/* As many widgets as pairs; those that are there stay, so that nothing flickers. */
static void
fill_pairs_box (PhenoAugmentPage *self, GPtrArray *pairs)
{
  GtkFlowBoxChild *child;

  for (guint i = 0; i < pairs->len; i++)
    {
      child = gtk_flow_box_get_child_at_index (self->pairs_box, (int) i);
      if (child == NULL)
        {
          add_pair (self);
          child = gtk_flow_box_get_child_at_index (self->pairs_box, (int) i);
        }
      pheno_view_pair_show (PHENO_VIEW_PAIR (gtk_flow_box_child_get_child (child)),
                            pairs->pdata[i]);
    }
  while ((child = gtk_flow_box_get_child_at_index (self->pairs_box, (int) pairs->len))
         != NULL)
    gtk_flow_box_remove (self->pairs_box, GTK_WIDGET (child));
}

static gboolean
is_large (PhenoAugmentPage *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "large") == 0;
}

static void
drawn_cb (PhenoPreview *preview, PhenoAugmentPage *self)
{
  GPtrArray *pairs = pheno_preview_get_pairs (preview);

  if (self->chosen == NULL || self->chosen->len == 0)
    return;
  fill_pairs_box (self, pairs);
  if (is_large (self) && self->large < pairs->len)
    pheno_augment_page_show_large (self, self->large);
  else
    gtk_stack_set_visible_child_name (self->stack, "pairs");
}

void
pheno_augment_page_show_large (PhenoAugmentPage *self, guint index)
{
  GPtrArray *pairs = pheno_preview_get_pairs (self->preview);

  if (pairs == NULL || index >= pairs->len)
    return;
  self->large = index;
  pheno_view_pair_show (self->large_pair, pairs->pdata[index]);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "augment.previous-pair", index > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "augment.next-pair",
                                 index + 1 < pairs->len);
  if (!is_large (self))
    {
      gtk_stack_set_visible_child_name (self->stack, "large");
      gtk_widget_child_focus (GTK_WIDGET (self->large_pair), GTK_DIR_TAB_FORWARD);
    }
}

void
pheno_augment_page_show_pairs (PhenoAugmentPage *self)
{
  GtkFlowBoxChild *child
      = gtk_flow_box_get_child_at_index (self->pairs_box, (int) self->large);

  gtk_stack_set_visible_child_name (self->stack, "pairs");
  if (child != NULL)
    gtk_widget_child_focus (GTK_WIDGET (child), GTK_DIR_TAB_FORWARD);
}

static void
large_activated_cb (PhenoViewPair *pair, PhenoAugmentPage *self)
{
  pheno_augment_page_show_pairs (self);
}

/* ---- what stands below ---- */

void
pheno_augment_page_show_status (PhenoAugmentPage *self)
{
  int size = pheno_session_get_input_size (self->session);
  g_autofree char *pixels
      = g_strdup_printf (_ ("Views at %d px, as the network will see them."), size);
  g_autofree char *text = g_strconcat (
      pixels, " ",
      self->of_selection ? _ ("Of the selected specimens.")
                         : _ ("Of the first specimens; select others in the collection."),
      NULL);
  g_autofree char *epoch
      /* Translators: the number of the seed follows in an entry */
      = g_strdup_printf (_ ("Epoch %u of seed"), self->epoch + 1);

  gtk_label_set_label (self->status_label, text);
  gtk_label_set_label (self->epoch_label, epoch);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "augment.back", self->epoch > 0);
}

static void
pheno_augment_page_map (GtkWidget *widget)
{
  PhenoAugmentPage *self = PHENO_AUGMENT_PAGE (widget);

  GTK_WIDGET_CLASS (pheno_augment_page_parent_class)->map (widget);
  if (self->stale)
    pheno_augment_page_choose (self);
}

/* ---- epoch and seed ---- */

void
pheno_augment_page_set_epoch (PhenoAugmentPage *self, guint32 epoch)
{
  self->epoch = epoch;
  pheno_augment_page_show_status (self);
  pheno_augment_page_draw (self);
}

static void
set_seed_error (PhenoAugmentPage *self, const char *message)
{
  gtk_label_set_label (self->seed_error_label, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->seed_error_label), message != NULL);
  if (message != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->seed_entry), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->seed_entry), "error");
}

static void
seed_changed_cb (GtkEditable *editable, PhenoAugmentPage *self)
{
  guint64 seed;

  if (self->showing_seed)
    return;
  if (!g_ascii_string_to_unsigned (gtk_editable_get_text (editable), 10, 0, G_MAXUINT64,
                                   &seed, NULL))
    {
      set_seed_error (self, _ ("A seed is a whole number, 0 or more."));
      return;
    }
  set_seed_error (self, NULL);
  pheno_session_set_seed (self->session, seed, _ ("Seed changed"));
}

static void
show_seed (PhenoAugmentPage *self)
{
  guint64 seed = pheno_session_get_seed (self->session), shown;
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, seed);

  /* "007" is left as it was typed. */
  if (g_ascii_string_to_unsigned (gtk_editable_get_text (GTK_EDITABLE (self->seed_entry)),
                                  10, 0, G_MAXUINT64, &shown, NULL)
      && shown == seed)
    return;
  self->showing_seed = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->seed_entry), text);
  self->showing_seed = FALSE;
  set_seed_error (self, NULL);
}

/* ---- the recipe ---- */

/* One line for each operation that changes colours, with its parameters that do. */
static char *
colour_warning (const PhenoRecipe *recipe)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < pheno_operation_count (); i++)
    {
      const PhenoOperation *operation = pheno_operation_get (i);
      gboolean first = TRUE;

      if (!pheno_recipe_changes_colour (recipe, operation->name, NULL))
        continue;
      g_string_append_printf (lines, "\n• %s", _ (operation->title));
      for (guint k = 0; operation->parameters[k].name != NULL; k++)
        if (pheno_recipe_changes_colour (recipe, operation->name,
                                         operation->parameters[k].name))
          {
            g_string_append_printf (lines, first ? ": %s" : ", %s",
                                    _ (operation->parameters[k].title));
            first = FALSE;
          }
    }
  if (lines->len > 0)
    g_string_prepend (lines, _ ("This recipe makes colour unreliable:"));
  return g_string_free (lines, FALSE);
}

static void
show_warning (PhenoAugmentPage *self)
{
  g_autofree char *warning = colour_warning (pheno_session_get_recipe (self->session));

  /* The text stays while the strip slides away. */
  if (*warning != '\0')
    gtk_label_set_label (self->colour_label, warning);
  gtk_revealer_set_reveal_child (self->colour_revealer, *warning != '\0');
}

static void
recipe_changed_cb (PhenoSession *session, PhenoAugmentPage *self)
{
  show_seed (self);
  show_warning (self);
  pheno_augment_page_show_status (self);
  pheno_augment_page_draw (self);
}

static void
only_changed_cb (PhenoOperationList *list, GParamSpec *pspec, PhenoAugmentPage *self)
{
  const char *name = pheno_operation_list_get_only (list);

  if (name != NULL)
    {
      const PhenoOperation *operation
          = pheno_operation_get ((guint) pheno_operation_find (name));
      g_autofree char *text
          = g_strdup_printf (_ ("“%s” alone, in every view. Training uses all operations "
                                "that are switched on."),
                             _ (operation->title));

      gtk_label_set_label (self->only_label, text);
    }
  gtk_revealer_set_reveal_child (self->only_revealer, name != NULL);
  pheno_augment_page_draw (self);
}

gboolean
pheno_augment_page_make_more (PhenoAugmentPage *self)
{
  return pheno_operation_list_make_more (self->operation_list);
}

/* ---- the session ---- */

static void
study_changed_cb (PhenoSession *session, GParamSpec *pspec, PhenoAugmentPage *self)
{
  pheno_preview_clear (self->preview);
  pheno_operation_list_set_only (self->operation_list, NULL);
  self->epoch = 0;
  pheno_augment_page_choose_later (self);
}

static void
set_session (PhenoAugmentPage *self, PhenoSession *session)
{
  if (session == NULL || !g_set_object (&self->session, session))
    return;

  pheno_preset_button_set_session (self->preset_button, session);
  pheno_operation_list_set_session (self->operation_list, session);
  g_signal_connect_object (session, "recipe-changed", G_CALLBACK (recipe_changed_cb),
                           self, 0);
  g_signal_connect_object (session, "notify::study-path", G_CALLBACK (study_changed_cb),
                           self, 0);
  g_signal_connect_object (session, "edited",
                           G_CALLBACK (pheno_augment_page_choose_later), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (pheno_session_get_visible (session), "items-changed",
                           G_CALLBACK (pheno_augment_page_choose_later), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (pheno_session_get_selection (session), "selection-changed",
                           G_CALLBACK (pheno_augment_page_choose_later), self,
                           G_CONNECT_SWAPPED);
  recipe_changed_cb (session, self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SESSION]);
}

/* To what can be tuned. */
static gboolean
pheno_augment_page_grab_focus (GtkWidget *widget)
{
  PhenoAugmentPage *self = PHENO_AUGMENT_PAGE (widget);

  return pheno_tab_enters (GTK_WIDGET (self->operation_list))
         || pheno_tab_enters (adw_bin_get_child (ADW_BIN (self)));
}

static void
pheno_augment_page_get_property (GObject *object, guint id, GValue *value,
                                 GParamSpec *pspec)
{
  PhenoAugmentPage *self = PHENO_AUGMENT_PAGE (object);

  if (id == PROP_SESSION)
    g_value_set_object (value, self->session);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_augment_page_set_property (GObject *object, guint id, const GValue *value,
                                 GParamSpec *pspec)
{
  PhenoAugmentPage *self = PHENO_AUGMENT_PAGE (object);

  if (id == PROP_SESSION)
    set_session (self, g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_augment_page_dispose (GObject *object)
{
  PhenoAugmentPage *self = PHENO_AUGMENT_PAGE (object);

  g_clear_handle_id (&self->choose_source, g_source_remove);
  if (self->preview != NULL)
    g_signal_handlers_disconnect_by_data (self->preview, self);
  /* The bin would let go of a child of the template a second time. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_AUGMENT_PAGE);
  g_clear_object (&self->preview);
  g_clear_pointer (&self->chosen, g_ptr_array_unref);
  g_clear_object (&self->chooser);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (pheno_augment_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, flap);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, preset_button);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, operation_list);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, colour_revealer);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, only_revealer);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, colour_label);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, only_label);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, epoch_label);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, status_label);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, seed_error_label);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, seed_entry);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, stack);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, pairs_box);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, large_pair);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, empty_page);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, empty_button);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, status_box);
  gtk_widget_class_bind_template_child (class, PhenoAugmentPage, count_adjustment);
}

static void
pheno_augment_page_class_init (PhenoAugmentPageClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = pheno_augment_page_get_property;
  object_class->set_property = pheno_augment_page_set_property;
  object_class->dispose = pheno_augment_page_dispose;
  widget_class->map = pheno_augment_page_map;
  widget_class->grab_focus = pheno_augment_page_grab_focus;
  props[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, PHENO_TYPE_SESSION,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  g_type_ensure (PHENO_TYPE_PRESET_BUTTON);
  g_type_ensure (PHENO_TYPE_OPERATION_LIST);
  g_type_ensure (PHENO_TYPE_VIEW_PAIR);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/augment-page.ui");
  bind_children (widget_class);
  pheno_augment_page_install_actions (widget_class);
}

static void
pheno_augment_page_init (PhenoAugmentPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->stale = TRUE;
  self->preview = pheno_preview_new ();
  g_signal_connect (self->preview, "drawn", G_CALLBACK (drawn_cb), self);
  g_signal_connect (self->large_pair, "activate", G_CALLBACK (large_activated_cb), self);
  g_signal_connect (self->operation_list, "notify::only", G_CALLBACK (only_changed_cb),
                    self);
  g_signal_connect (self->seed_entry, "changed", G_CALLBACK (seed_changed_cb), self);
  g_signal_connect_swapped (self->count_adjustment, "value-changed",
                            G_CALLBACK (pheno_augment_page_choose_later), self);
  pheno_augment_page_add_shortcuts (self);
}
