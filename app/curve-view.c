/* curve-view.c - curves over the epochs of runs: what it holds, its cursor and its words
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/curve-view-private.h"

#include "engine/base/base.h"

G_DEFINE_FINAL_TYPE (PhenoCurveView, pheno_curve_view, GTK_TYPE_WIDGET)

enum
{
  PROP_TITLE = 1,
  PROP_PERCENT,
  PROP_EMPTY_TEXT,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static void
curve_free (gpointer data)
{
  PhenoPlotCurve *curve = data;

  g_free (curve->name);
  g_free (curve->epochs);
  g_free (curve->values);
  g_free (curve);
}

/* ---- words ---- */

char *
pheno_curve_view_format (const PhenoCurveView *self, double value)
{
  if (isnan (value))
    return g_strdup ("–");
  if (self->percent)
    return g_strdup_printf (_ ("%.1f %%"), 100 * value);
  if (value != 0 && fabs (value) < 0.01)
    return g_strdup_printf ("%.2e", value);
  return g_strdup_printf ("%.3f", value);
}

/* The value at @epoch, or NAN. */
double
pheno_plot_curve_at (const PhenoPlotCurve *curve, double epoch)
{
  for (guint i = 0; i < curve->n; i++)
    if (curve->epochs[i] == epoch)
      return curve->values[i];
  return NAN;
}

static void
append_curve_words (const PhenoCurveView *self, const PhenoPlotCurve *curve,
                    GString *text)
{
  double first = NAN, last = NAN, low = INFINITY, high = -INFINITY, last_epoch = 0;
  g_autofree char *from = NULL, *to = NULL, *lowest = NULL, *highest = NULL;

  for (guint i = 0; i < curve->n; i++)
    {
      if (isnan (curve->values[i]))
        continue;
      if (isnan (first))
        first = curve->values[i];
      last = curve->values[i];
      last_epoch = curve->epochs[i];
      low = MIN (low, last);
      high = MAX (high, last);
    }
  if (isnan (first))
    return;

  from = pheno_curve_view_format (self, first);
  to = pheno_curve_view_format (self, last);
  lowest = pheno_curve_view_format (self, low);
  highest = pheno_curve_view_format (self, high);
  g_string_append_printf (
      text,
      /* Translators: a curve in words: its name, values, and the number of an epoch. */
      _ ("%s: from %s to %s in epoch %.0f, lowest %s, highest %s. "), curve->name, from,
      to, last_epoch, lowest, highest);
}

char *
pheno_curve_view_cursor_words (const PhenoCurveView *self)
{
  GString *text;

  if (isnan (self->cursor))
    return NULL;

  text = g_string_new (NULL);
  g_string_append_printf (text, _ ("Epoch %.0f"), self->cursor);
  for (guint i = 0; i < self->curves->len; i++)
    {
      const PhenoPlotCurve *curve = self->curves->pdata[i];
      g_autofree char *value
          = pheno_curve_view_format (self, pheno_plot_curve_at (curve, self->cursor));

      g_string_append_printf (text, "\n%s: %s", curve->name, value);
    }
  return g_string_free (text, FALSE);
}

static void
tell_words (PhenoCurveView *self)
{
  g_autofree char *cursor = pheno_curve_view_cursor_words (self);
  GString *text = g_string_new (NULL);
  g_autofree char *words = NULL;

  if (cursor != NULL)
    g_string_append_printf (text, "%s. ", g_strdelimit (cursor, "\n", ','));
  for (guint i = 0; i < self->curves->len; i++)
    append_curve_words (self, self->curves->pdata[i], text);
  if (text->len == 0)
    g_string_append (text, self->empty_text != NULL ? self->empty_text : "");

  words = g_string_free (text, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->title != NULL ? self->title : "",
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

/* ---- what it holds ---- */

static gboolean
tell_cb (gpointer user_data)
{
  PhenoCurveView *self = user_data;

  self->tell_source = 0;
  tell_words (self);
  return G_SOURCE_REMOVE;
}

static void
changed (PhenoCurveView *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->tell_source == 0)
    self->tell_source = g_idle_add (tell_cb, self);
}

void
pheno_curve_view_clear (PhenoCurveView *self)
{
  g_ptr_array_set_size (self->curves, 0);
  self->level = NAN;
  changed (self);
}

void
pheno_curve_view_add (PhenoCurveView *self, const char *name, guint series,
                      const double *epochs, const double *values, guint n,
                      gboolean dashed)
{
  PhenoPlotCurve *curve = g_new0 (PhenoPlotCurve, 1);

  curve->name = g_strdup (name);
  curve->series = series;
  curve->dashed = dashed;
  curve->n = n;
  curve->epochs = g_memdup2 (epochs, n * sizeof *epochs);
  curve->values = g_memdup2 (values, n * sizeof *values);
  g_ptr_array_add (self->curves, curve);
  changed (self);
}

void
pheno_curve_view_set_level (PhenoCurveView *self, double level, const char *name)
{
  self->level = level;
  g_free (self->level_name);
  self->level_name = g_strdup (name);
  changed (self);
}

gboolean
pheno_curve_view_range (const PhenoCurveView *self, double *last_epoch)
{
  gboolean any = FALSE;

  *last_epoch = 1;
  for (guint i = 0; i < self->curves->len; i++)
    {
      const PhenoPlotCurve *curve = self->curves->pdata[i];

      /* Measured or not: the views beside each other have one axis. */
      for (guint k = 0; k < curve->n; k++)
        {
          any |= !isnan (curve->values[k]);
          *last_epoch = MAX (*last_epoch, curve->epochs[k]);
        }
    }
  return any;
}

/* ---- the cursor ---- */

static void
set_cursor (PhenoCurveView *self, double epoch)
{
  double last;

  if (!pheno_curve_view_range (self, &last))
    epoch = NAN;
  else if (!isnan (epoch))
    epoch = CLAMP (round (epoch), 1, last);
  if (epoch == self->cursor || (isnan (epoch) && isnan (self->cursor)))
    return;

  self->cursor = epoch;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  tell_words (self);
}

static void
motion_cb (GtkEventControllerMotion *controller, double x, double y, PhenoCurveView *self)
{
  set_cursor (self, pheno_curve_view_epoch_at (self, x));
}

static void
leave_cb (GtkEventControllerMotion *controller, PhenoCurveView *self)
{
  if (!gtk_widget_has_focus (GTK_WIDGET (self)))
    set_cursor (self, NAN);
}

static gboolean
key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        PhenoCurveView *self)
{
  gboolean right_to_left
      = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  double last, now;

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0
      || !pheno_curve_view_range (self, &last))
    return GDK_EVENT_PROPAGATE;

  now = isnan (self->cursor) ? last : self->cursor;
  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      set_cursor (self, isnan (self->cursor) ? last : now + (right_to_left ? 1 : -1));
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      set_cursor (self, isnan (self->cursor) ? 1 : now + (right_to_left ? -1 : 1));
      return GDK_EVENT_STOP;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      set_cursor (self, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      set_cursor (self, last);
      return GDK_EVENT_STOP;
    case GDK_KEY_Escape:
      if (isnan (self->cursor))
        return GDK_EVENT_PROPAGATE;
      set_cursor (self, NAN);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
focus_left_cb (GtkEventControllerFocus *controller, PhenoCurveView *self)
{
  set_cursor (self, NAN);
}

/* ---- the widget ---- */

static void
pheno_curve_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                          int *minimum, int *natural, int *minimum_baseline,
                          int *natural_baseline)
{
  gboolean across = orientation == GTK_ORIENTATION_HORIZONTAL;

  *minimum = across ? 240 : 180;
  *natural = across ? 360 : 210;
  *minimum_baseline = *natural_baseline = -1;
}

static void
pheno_curve_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (pheno_curve_view_parent_class)->css_changed (widget, change);
  gtk_widget_queue_draw (widget);
}

static void
pheno_curve_view_get_property (GObject *object, guint id, GValue *value,
                               GParamSpec *pspec)
{
  PhenoCurveView *self = PHENO_CURVE_VIEW (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_PERCENT:
      g_value_set_boolean (value, self->percent);
      break;
    case PROP_EMPTY_TEXT:
      g_value_set_string (value, self->empty_text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pheno_curve_view_set_property (GObject *object, guint id, const GValue *value,
                               GParamSpec *pspec)
{
  PhenoCurveView *self = PHENO_CURVE_VIEW (object);

  switch (id)
    {
    case PROP_TITLE:
      g_free (self->title);
      self->title = g_value_dup_string (value);
      break;
    case PROP_PERCENT:
      self->percent = g_value_get_boolean (value);
      break;
    case PROP_EMPTY_TEXT:
      g_free (self->empty_text);
      self->empty_text = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  changed (self);
}

static void
pheno_curve_view_finalize (GObject *object)
{
  PhenoCurveView *self = PHENO_CURVE_VIEW (object);

  g_clear_handle_id (&self->tell_source, g_source_remove);
  g_ptr_array_unref (self->curves);
  g_free (self->title);
  g_free (self->empty_text);
  g_free (self->level_name);

  G_OBJECT_CLASS (pheno_curve_view_parent_class)->finalize (object);
}

static void
pheno_curve_view_class_init (PhenoCurveViewClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pheno_curve_view_get_property;
  object_class->set_property = pheno_curve_view_set_property;
  object_class->finalize = pheno_curve_view_finalize;
  widget_class->measure = pheno_curve_view_measure;
  widget_class->snapshot = pheno_curve_view_snapshot;
  widget_class->css_changed = pheno_curve_view_css_changed;

  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PROP_PERCENT] = g_param_spec_boolean ("percent", NULL, NULL, FALSE, flags);
  props[PROP_EMPTY_TEXT] = g_param_spec_string ("empty-text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_css_name (widget_class, "curveview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
pheno_curve_view_init (PhenoCurveView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->curves = g_ptr_array_new_with_free_func (curve_free);
  self->level = self->cursor = NAN;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);

  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_cb), self);
  g_signal_connect (focus, "leave", G_CALLBACK (focus_left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
}
