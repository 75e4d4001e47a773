/* specimen-view.c - one specimen in large, with all that is known about it
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The whole image is read on a thread, one at a time: who steps on fast waits for the one
 * that is being read and then gets the one that is wanted, and the memory never holds
 * more than two.
 */
#include "app/specimen-view.h"

#include "app/image-view.h"
#include "app/item-name.h"
#include "app/main-task.h"
#include "app/specimen-facts.h"
#include "app/thumbnails.h"

/* Until then an image is there, or the small picture of it is enough. */
#define SPINNER_DELAY_MS 300

struct _PhenoSpecimenView
{
  AdwBin parent_instance;

  /* template children */
  PhenoImageView *image_view;
  GtkStack *image_stack; /* image, failed */
  AdwStatusPage *failed_page;
  GtkLabel *name_label, *species_label, *position_label, *readout_label;
  GtkButton *zoom_button;
  GtkToggleButton *mask_button, *exclude_button;
  GtkSpinner *spinner;
  PhenoSpecimenFacts *facts;

  /* owned */
  PhenoSession *session;
  PhenoSpecimen *specimen;
  GSignalGroup *specimen_signals;
  GCancellable *reading; /* of what is being read; NULL: nothing is */
  gboolean wanted;       /* something else is to be read when that has ended */
  guint spinner_source;
  guint position;
};

G_DEFINE_FINAL_TYPE (PhenoSpecimenView, pheno_specimen_view, ADW_TYPE_BIN)

enum
{
  PROP_SPECIMEN = 1,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum
{
  CLOSED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- reading ---- */

static void
read_in_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  PhenoImage *image;
  PhenoImageLevels *levels = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  image = pheno_reader_read (path, 0, &error);
  if (image != NULL)
    levels = pheno_image_levels_new (image, cancellable, &error);
  if (levels != NULL)
    g_task_return_pointer (task, levels, (GDestroyNotify) pheno_image_levels_free);
  else
    g_task_return_error (task, error);
}

static gboolean
show_spinner_cb (gpointer user_data)
{
  PhenoSpecimenView *self = user_data;

  self->spinner_source = 0;
  gtk_spinner_start (self->spinner);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), TRUE);
  return G_SOURCE_REMOVE;
}

static void
hide_spinner (PhenoSpecimenView *self)
{
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  gtk_spinner_stop (self->spinner);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), FALSE);
}

static void start_reading (PhenoSpecimenView *self);

static void
show_levels (PhenoSpecimenView *self, PhenoImageLevels *levels)
{
  gboolean has_mask = levels->masks->len > 0;

  gtk_widget_set_sensitive (GTK_WIDGET (self->mask_button), has_mask);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->mask_button),
                               has_mask ? _ ("Colour what the mask leaves out (M)")
                                        : _ ("This image has no mask"));
  pheno_image_view_set_levels (self->image_view, levels, FALSE);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoSpecimenView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PhenoImageLevels) levels
      = g_task_propagate_pointer (G_TASK (result), &error);

  g_clear_object (&self->reading);
  if (self->wanted)
    {
      start_reading (self);
      return;
    }
  hide_spinner (self);
  if (self->specimen == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (levels != NULL)
    show_levels (self, g_steal_pointer (&levels));
  else
    {
      adw_status_page_set_description (self->failed_page, error->message);
      gtk_stack_set_visible_child_name (self->image_stack, "failed");
    }
}

static void
start_reading (PhenoSpecimenView *self)
{
  g_autoptr (GTask) task = NULL;

  self->wanted = FALSE;
  if (self->specimen == NULL)
    return;

  self->reading = g_cancellable_new ();
  /* Not as its source: the thread may be the last to let go of that. */
  task = g_task_new (NULL, self->reading, read_cb, g_object_ref (self));
  g_task_set_task_data (task, g_strdup (pheno_specimen_get_path (self->specimen)),
                        g_free);
  pheno_task_run (task, read_in_thread);
}

static void
read_specimen (PhenoSpecimenView *self)
{
  if (self->spinner_source == 0 && !gtk_widget_get_visible (GTK_WIDGET (self->spinner)))
    self->spinner_source = g_timeout_add (SPINNER_DELAY_MS, show_spinner_cb, self);
  if (self->reading == NULL)
    {
      start_reading (self);
      return;
    }
  self->wanted = TRUE;
  g_cancellable_cancel (self->reading);
}

/* ---- what is shown ---- */

static void
show_words (PhenoSpecimenView *self)
{
  const char *species = pheno_specimen_get_species (self->specimen);
  guint n = g_list_model_get_n_items (pheno_session_get_visible (self->session));
  g_autofree char *position = NULL, *name = NULL;

  gtk_label_set_label (self->name_label, pheno_specimen_get_name (self->specimen));
  gtk_label_set_label (self->species_label, species != NULL ? species : "");
  gtk_toggle_button_set_active (self->exclude_button,
                                pheno_specimen_get_excluded (self->specimen));
  /* Translators: the number of the specimen that is shown, and how many there are. */
  position = self->position != GTK_INVALID_LIST_POSITION
                 ? g_strdup_printf (_ ("%u of %u"), self->position + 1, n)
                 : g_strdup (_ ("not in the filter"));
  gtk_label_set_label (self->position_label, position);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "specimen.previous",
                                 self->position > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "specimen.next",
                                 self->position == GTK_INVALID_LIST_POSITION
                                     || self->position + 1 < n);
  pheno_specimen_facts_show (self->facts, self->session, self->specimen);
  name = pheno_accessible_name (pheno_specimen_get_name (self->specimen));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->image_view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static guint
find_position (PhenoSpecimenView *self)
{
  GListModel *visible = pheno_session_get_visible (self->session);
  guint n = g_list_model_get_n_items (visible);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PhenoSpecimen) specimen = g_list_model_get_item (visible, i);

      if (specimen == self->specimen)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

static void
show_preview (PhenoSpecimenView *self)
{
  g_autoptr (GdkTexture) preview
      = pheno_thumbnails_peek (pheno_thumbnails_get_default (), self->specimen);
  int width, height;

  pheno_specimen_get_size (self->specimen, &width, &height, NULL);
  gtk_stack_set_visible_child_name (self->image_stack, "image");
  pheno_image_view_set_preview (self->image_view, preview, width, height);
}

void
pheno_specimen_view_set_specimen (PhenoSpecimenView *self, PhenoSpecimen *specimen)
{
  if (!g_set_object (&self->specimen, specimen))
    return;

  g_signal_group_set_target (self->specimen_signals, specimen);
  if (specimen != NULL)
    {
      self->position = find_position (self);
      show_preview (self);
      show_words (self);
      read_specimen (self);
    }
  else
    {
      /* The memory of a large photograph is given back at once. */
      g_cancellable_cancel (self->reading);
      self->wanted = FALSE;
      hide_spinner (self);
      pheno_image_view_set_levels (self->image_view, NULL, FALSE);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SPECIMEN]);
}

PhenoSpecimen *
pheno_specimen_view_get_specimen (PhenoSpecimenView *self)
{
  return self->specimen;
}

guint
pheno_specimen_view_get_position (PhenoSpecimenView *self)
{
  return self->position;
}

static void
visible_changed_cb (GListModel *visible, guint position, guint removed, guint added,
                    PhenoSpecimenView *self)
{
  if (self->specimen == NULL)
    return;
  self->position = find_position (self);
  show_words (self);
}

void
pheno_specimen_view_set_session (PhenoSpecimenView *self, PhenoSession *session)
{
  g_set_object (&self->session, session);
  g_signal_connect_object (pheno_session_get_visible (session), "items-changed",
                           G_CALLBACK (visible_changed_cb), self, 0);
}

/* ---- actions ---- */

static void
step (PhenoSpecimenView *self, int by)
{
  GListModel *visible;
  g_autoptr (PhenoSpecimen) specimen = NULL;
  guint position;

  if (self->specimen == NULL)
    return;
  visible = pheno_session_get_visible (self->session);
  position = self->position == GTK_INVALID_LIST_POSITION ? 0 : self->position + by;
  specimen = g_list_model_get_item (visible, position);
  if (specimen != NULL)
    pheno_specimen_view_set_specimen (self, specimen);
}

static void
previous_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (PHENO_SPECIMEN_VIEW (widget), -1);
}

static void
next_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  step (PHENO_SPECIMEN_VIEW (widget), 1);
}

static void
close_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[CLOSED], 0);
}

static void
zoom_in_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pheno_image_view_zoom_by (PHENO_SPECIMEN_VIEW (widget)->image_view, 1.5);
}

static void
zoom_out_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pheno_image_view_zoom_by (PHENO_SPECIMEN_VIEW (widget)->image_view, 1 / 1.5);
}

static void
fit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pheno_image_view_fit (PHENO_SPECIMEN_VIEW (widget)->image_view);
}

static void
one_to_one_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pheno_image_view_set_zoom (PHENO_SPECIMEN_VIEW (widget)->image_view, 1);
}

static void
mask_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkToggleButton *button = PHENO_SPECIMEN_VIEW (widget)->mask_button;

  if (gtk_widget_get_sensitive (GTK_WIDGET (button)))
    gtk_toggle_button_set_active (button, !gtk_toggle_button_get_active (button));
}

static void
exclude_toggled_cb (GtkToggleButton *button, PhenoSpecimenView *self)
{
  gboolean excluded = gtk_toggle_button_get_active (button);
  g_autoptr (GPtrArray) specimens = NULL;

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  excluded ? _ ("Excluded") : _ ("Exclude"), -1);
  if (self->specimen == NULL || pheno_specimen_get_excluded (self->specimen) == excluded)
    return;
  specimens = g_ptr_array_new ();
  g_ptr_array_add (specimens, self->specimen);
  pheno_session_exclude (self->session, specimens, excluded);
}

static void
zoom_changed_cb (PhenoImageView *view, GParamSpec *pspec, PhenoSpecimenView *self)
{
  double zoom;
  g_autofree char *text = NULL;

  g_object_get (view, "zoom", &zoom, NULL);
  /* Translators: the size of the picture on the screen, in per cent. */
  text = g_strdup_printf (_ ("%.0f %%"), zoom * 100);
  gtk_button_set_label (self->zoom_button, text);
}

static void
readout_changed_cb (PhenoImageView *view, GParamSpec *pspec, PhenoSpecimenView *self)
{
  const char *readout = pheno_image_view_get_readout (view);

  gtk_label_set_label (self->readout_label,
                       readout != NULL
                           ? readout
                           : _ ("Point at the image to read its pixels. Wheel, + and − "
                                "zoom, dragging and the arrow keys move, 0 shows all."));
}

static gboolean
pheno_specimen_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (PHENO_SPECIMEN_VIEW (widget)->image_view));
}

static void
pheno_specimen_view_get_property (GObject *object, guint id, GValue *value,
                                  GParamSpec *pspec)
{
  if (id == PROP_SPECIMEN)
    g_value_set_object (value, PHENO_SPECIMEN_VIEW (object)->specimen);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_specimen_view_dispose (GObject *object)
{
  PhenoSpecimenView *self = PHENO_SPECIMEN_VIEW (object);

  g_cancellable_cancel (self->reading);
  self->wanted = FALSE;
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_SPECIMEN_VIEW);
  g_clear_object (&self->specimen_signals);
  g_clear_object (&self->specimen);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (pheno_specimen_view_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *class)
{
  static const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc activate;
    guint keys[3];
  } actions[] = {
    { "specimen.previous", previous_action, { GDK_KEY_Page_Up, GDK_KEY_Left } },
    { "specimen.next", next_action, { GDK_KEY_Page_Down, GDK_KEY_Right } },
    { "specimen.close", close_action, { GDK_KEY_Escape, GDK_KEY_BackSpace } },
    { "specimen.zoom-in", zoom_in_action, { 0 } },
    { "specimen.zoom-out", zoom_out_action, { 0 } },
    { "specimen.fit", fit_action, { 0 } },
    { "specimen.one-to-one", one_to_one_action, { 0 } },
    { "specimen.mask", mask_action, { GDK_KEY_m } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gtk_widget_class_install_action (class, actions[i].name, NULL, actions[i].activate);
      for (guint k = 0; actions[i].keys[k] != 0; k++)
        gtk_widget_class_add_binding_action (class, actions[i].keys[k], 0,
                                             actions[i].name, NULL);
    }
}

static void
bind_children (GtkWidgetClass *class)
{
  gtk_widget_class_bind_template_child (class, PhenoSpecimenView, image_view);
  gtk_widget_class_bind_template_child (class, PhenoSpecimenView, image_stack);
  gtk_widget_class_bind_template_child (class, PhenoSpecimenView, failed_page);
  gtk_widget_class_bind_template_child (class, PhenoSpecimenView, name_label);
  gtk_widget_class_bind_template_child (class, PhenoSpecimenView, species_label);
  gtk_widget_class_bind_template_child (class, PhenoSpecimenView, position_label);
  gtk_widget_class_bind_template_child (class, PhenoSpecimenView, readout_label);
  gtk_widget_class_bind_template_child (class, PhenoSpecimenView, zoom_button);
  gtk_widget_class_bind_template_child (class, PhenoSpecimenView, mask_button);
  gtk_widget_class_bind_template_child (class, PhenoSpecimenView, exclude_button);
  gtk_widget_class_bind_template_child (class, PhenoSpecimenView, spinner);
  gtk_widget_class_bind_template_child (class, PhenoSpecimenView, facts);
  gtk_widget_class_bind_template_callback (class, zoom_changed_cb);
  gtk_widget_class_bind_template_callback (class, readout_changed_cb);
  gtk_widget_class_bind_template_callback (class, exclude_toggled_cb);
}

static void
pheno_specimen_view_class_init (PhenoSpecimenViewClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->get_property = pheno_specimen_view_get_property;
  object_class->dispose = pheno_specimen_view_dispose;
  widget_class->grab_focus = pheno_specimen_view_grab_focus;
  props[PROP_SPECIMEN] = g_param_spec_object ("specimen", NULL, NULL, PHENO_TYPE_SPECIMEN,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PHENO_TYPE_IMAGE_VIEW);
  g_type_ensure (PHENO_TYPE_SPECIMEN_FACTS);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/specimen-view.ui");
  bind_children (widget_class);
  install_actions (widget_class);
}

static void
pheno_specimen_view_init (PhenoSpecimenView *self)
{
  self->position = GTK_INVALID_LIST_POSITION;
  self->specimen_signals = g_signal_group_new (PHENO_TYPE_SPECIMEN);
  g_signal_group_connect_swapped (self->specimen_signals, "notify::excluded",
                                  G_CALLBACK (show_words), self);
  g_signal_group_connect_swapped (self->specimen_signals, "value-changed",
                                  G_CALLBACK (show_words), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  readout_changed_cb (self->image_view, NULL, self);
}
