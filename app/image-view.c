/* image-view.c - an image from fit to single pixels
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The point of the image that is in the middle of the widget, and the zoom, are the
 * state; all else follows:
 *
 *     widget = (image - centre) * zoom + size / 2
 */
#include "app/image-view.h"

#define MOST_ZOOM 64.0
/* One turn of a wheel. */
#define WHEEL_FACTOR 1.25
/* Of the widget's size, by an arrow key. */
#define KEY_STEP 0.125

struct _PhenoImageView
{
  GtkWidget parent_instance;

  PhenoImageLevels *levels;
  GdkTexture *preview;
  int width, height; /* of the image; 0: there is none */

  double zoom, centre_x, centre_y;
  gboolean fit, show_mask;

  double pointer_x, pointer_y; /* of the widget */
  gboolean has_pointer;
  double drag_x, drag_y; /* the centre when a drag began */
  char *readout;
  guint zoom_source;
};

G_DEFINE_FINAL_TYPE (PhenoImageView, pheno_image_view, GTK_TYPE_WIDGET)

enum
{
  PROP_ZOOM = 1,
  PROP_FIT,
  PROP_SHOW_MASK,
  PROP_READOUT,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

/* ---- geometry ---- */

static double
fit_zoom (PhenoImageView *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));

  if (self->width == 0 || width <= 0 || height <= 0)
    return 1;
  return MIN (MOST_ZOOM,
              MIN ((double) width / self->width, (double) height / self->height));
}

static double
to_image (double at, double centre, double zoom, int size)
{
  return (at - size / 2.0) / zoom + centre;
}

/* The middle of the widget never leaves the image. */
static void
keep_inside (PhenoImageView *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  double half_x = width / 2.0 / self->zoom, half_y = height / 2.0 / self->zoom;

  self->centre_x = 2 * half_x >= self->width
                       ? self->width / 2.0
                       : CLAMP (self->centre_x, half_x, self->width - half_x);
  self->centre_y = 2 * half_y >= self->height
                       ? self->height / 2.0
                       : CLAMP (self->centre_y, half_y, self->height - half_y);
}

static void
update_readout (PhenoImageView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double at_x = self->has_pointer ? self->pointer_x : gtk_widget_get_width (widget) / 2.0;
  double at_y
      = self->has_pointer ? self->pointer_y : gtk_widget_get_height (widget) / 2.0;
  double x = floor (
      to_image (at_x, self->centre_x, self->zoom, gtk_widget_get_width (widget)));
  double y = floor (
      to_image (at_y, self->centre_y, self->zoom, gtk_widget_get_height (widget)));
  char *readout = NULL;

  if (self->levels != NULL && (self->has_pointer || gtk_widget_has_focus (widget))
      && x >= 0 && y >= 0 && x < self->width && y < self->height)
    readout = pheno_image_describe_pixel (self->levels->image, (int) x, (int) y);
  if (g_strcmp0 (readout, self->readout) == 0)
    {
      g_free (readout);
      return;
    }
  g_free (self->readout);
  self->readout = readout;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  readout != NULL ? readout : "", -1);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READOUT]);
}

static void
changed (PhenoImageView *self)
{
  keep_inside (self);
  update_readout (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The point of the image at (@at_x, @at_y) of the widget stays where it is. */
static void
zoom_at (PhenoImageView *self, double zoom, double at_x, double at_y)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  double x = to_image (at_x, self->centre_x, self->zoom, width);
  double y = to_image (at_y, self->centre_y, self->zoom, height);

  if (self->width == 0)
    return;
  zoom = CLAMP (zoom, MIN (fit_zoom (self), 1), MOST_ZOOM);
  self->centre_x = x - (at_x - width / 2.0) / zoom;
  self->centre_y = y - (at_y - height / 2.0) / zoom;
  self->zoom = zoom;
  self->fit = FALSE;
  changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ZOOM]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FIT]);
}

void
pheno_image_view_set_zoom (PhenoImageView *self, double zoom)
{
  GtkWidget *widget = GTK_WIDGET (self);

  zoom_at (self, zoom, gtk_widget_get_width (widget) / 2.0,
           gtk_widget_get_height (widget) / 2.0);
}

void
pheno_image_view_zoom_by (PhenoImageView *self, double factor)
{
  pheno_image_view_set_zoom (self, self->zoom * factor);
}

void
pheno_image_view_fit (PhenoImageView *self)
{
  self->fit = TRUE;
  self->zoom = fit_zoom (self);
  changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ZOOM]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FIT]);
}

/* ---- what is shown ---- */

void
pheno_image_view_set_levels (PhenoImageView *self, PhenoImageLevels *levels,
                             gboolean keep_place)
{
  g_clear_pointer (&self->levels, pheno_image_levels_free);
  g_clear_object (&self->preview);
  self->levels = levels;
  self->width = levels != NULL ? levels->image->width : 0;
  self->height = levels != NULL ? levels->image->height : 0;
  if (!keep_place || self->fit)
    pheno_image_view_fit (self);
  else
    changed (self);
}

void
pheno_image_view_set_preview (PhenoImageView *self, GdkTexture *preview, int width,
                              int height)
{
  pheno_image_view_set_levels (self, NULL, FALSE);
  g_set_object (&self->preview, preview);
  self->width = width;
  self->height = height;
  pheno_image_view_fit (self);
}

const char *
pheno_image_view_get_readout (PhenoImageView *self)
{
  return self->readout;
}

/* The smallest level that has a pixel for each pixel of the screen. */
static guint
choose_level (PhenoImageView *self)
{
  guint level = 0;

  while (level + 1 < self->levels->surfaces->len && self->zoom * (2 << level) <= 1)
    level++;
  return level;
}

static void
paint_level (PhenoImageView *self, cairo_t *cr, cairo_surface_t *surface,
             const GdkRGBA *colour)
{
  cairo_pattern_t *pattern = cairo_pattern_create_for_surface (surface);

  cairo_save (cr);
  cairo_scale (cr, (double) self->width / cairo_image_surface_get_width (surface),
               (double) self->height / cairo_image_surface_get_height (surface));
  cairo_pattern_set_filter (pattern, self->zoom >= 1 ? CAIRO_FILTER_NEAREST
                                                     : CAIRO_FILTER_BILINEAR);
  if (colour != NULL)
    {
      gdk_cairo_set_source_rgba (cr, colour);
      cairo_mask (cr, pattern);
    }
  else
    {
      cairo_set_source (cr, pattern);
      cairo_paint (cr);
    }
  cairo_pattern_destroy (pattern);
  cairo_restore (cr);
}

/* Where the keyboard reads the pixel. */
static void
draw_cross (PhenoImageView *self, cairo_t *cr, int width, int height)
{
  for (int pass = 0; pass < 2; pass++)
    {
      cairo_set_source_rgba (cr, pass, pass, pass, 0.9);
      cairo_set_line_width (cr, pass == 0 ? 3 : 1);
      cairo_move_to (cr, width / 2.0 - 8, height / 2.0);
      cairo_line_to (cr, width / 2.0 + 8, height / 2.0);
      cairo_move_to (cr, width / 2.0, height / 2.0 - 8);
      cairo_line_to (cr, width / 2.0, height / 2.0 + 8);
      cairo_stroke (cr);
    }
}

static void
draw_levels (PhenoImageView *self, GtkSnapshot *snapshot, int width, int height)
{
  cairo_t *cr
      = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  guint level = choose_level (self);

  cairo_save (cr);
  cairo_translate (cr, width / 2.0, height / 2.0);
  cairo_scale (cr, self->zoom, self->zoom);
  cairo_translate (cr, -self->centre_x, -self->centre_y);
  cairo_rectangle (cr, 0, 0, self->width, self->height);
  cairo_clip (cr);
  paint_level (self, cr, self->levels->surfaces->pdata[level], NULL);
  if (self->show_mask && level < self->levels->masks->len)
    {
      GdkRGBA colour = { 0.2, 0.5, 0.9, 1 };

      gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                                      "accent_bg_color", &colour);
      colour.alpha = 0.6f;
      paint_level (self, cr, self->levels->masks->pdata[level], &colour);
    }
  cairo_restore (cr);
  if (gtk_widget_has_visible_focus (GTK_WIDGET (self)) && !self->has_pointer)
    draw_cross (self, cr, width, height);
  cairo_destroy (cr);
}

static void
pheno_image_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PhenoImageView *self = PHENO_IMAGE_VIEW (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  if (self->levels != NULL)
    draw_levels (self, snapshot, width, height);
  else if (self->preview != NULL)
    {
      graphene_rect_t bounds = GRAPHENE_RECT_INIT (
          (float) (width / 2.0 - self->centre_x * self->zoom),
          (float) (height / 2.0 - self->centre_y * self->zoom),
          (float) (self->width * self->zoom), (float) (self->height * self->zoom));

      gtk_snapshot_append_texture (snapshot, self->preview, &bounds);
    }
  gtk_snapshot_pop (snapshot);
  if (gtk_widget_has_visible_focus (widget))
    gtk_snapshot_render_focus (snapshot, gtk_widget_get_style_context (widget), 0, 0,
                               width, height);
}

static gboolean
zoom_changed_cb (gpointer user_data)
{
  PhenoImageView *self = user_data;

  self->zoom_source = 0;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ZOOM]);
  return G_SOURCE_REMOVE;
}

static void
pheno_image_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PhenoImageView *self = PHENO_IMAGE_VIEW (widget);

  if (self->fit && self->zoom != fit_zoom (self))
    {
      self->zoom = fit_zoom (self);
      /* Not now: what shows the zoom as text would change its size while all are given
       * theirs. */
      if (self->zoom_source == 0)
        self->zoom_source = g_idle_add (zoom_changed_cb, self);
    }
  keep_inside (self);
}

/* ---- pointer ---- */

static void
motion_cb (GtkEventControllerMotion *motion, double x, double y, PhenoImageView *self)
{
  self->pointer_x = x;
  self->pointer_y = y;
  self->has_pointer = TRUE;
  update_readout (self);
}

static void
leave_cb (GtkEventControllerMotion *motion, PhenoImageView *self)
{
  self->has_pointer = FALSE;
  update_readout (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
scroll_cb (GtkEventControllerScroll *scroll, double dx, double dy, PhenoImageView *self)
{
  zoom_at (self, self->zoom * pow (WHEEL_FACTOR, -dy), self->pointer_x, self->pointer_y);
  return TRUE;
}

static void
drag_begin_cb (GtkGestureDrag *drag, double x, double y, PhenoImageView *self)
{
  self->drag_x = self->centre_x;
  self->drag_y = self->centre_y;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "grabbing");
}

static void
drag_update_cb (GtkGestureDrag *drag, double dx, double dy, PhenoImageView *self)
{
  self->centre_x = self->drag_x - dx / self->zoom;
  self->centre_y = self->drag_y - dy / self->zoom;
  changed (self);
}

static void
drag_end_cb (GtkGestureDrag *drag, double dx, double dy, PhenoImageView *self)
{
  gtk_widget_set_cursor (GTK_WIDGET (self), NULL);
}

static void
pinch_cb (GtkGestureZoom *pinch, double scale, PhenoImageView *self)
{
  double x, y, *before = g_object_get_data (G_OBJECT (pinch), "before");

  if (gtk_gesture_get_bounding_box_center (GTK_GESTURE (pinch), &x, &y))
    zoom_at (self, self->zoom * scale / *before, x, y);
  *before = scale;
}

static void
pinch_begin_cb (GtkGesture *pinch, GdkEventSequence *sequence, PhenoImageView *self)
{
  double *before = g_object_get_data (G_OBJECT (pinch), "before");

  *before = 1;
}

static void
add_controllers (PhenoImageView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll
      = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  g_signal_connect (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_object_set_data_full (G_OBJECT (pinch), "before", g_new0 (double, 1), g_free);
  g_signal_connect (pinch, "begin", G_CALLBACK (pinch_begin_cb), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (pinch_cb), self);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
}

/* ---- keys ---- */

/* Not handled where the image is seen whole in that direction: then the key is the
 * page's.
 */
static gboolean
pan_cb (GtkWidget *widget, GVariant *parameter, gpointer user_data)
{
  PhenoImageView *self = PHENO_IMAGE_VIEW (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  int x, y;

  g_variant_get (parameter, "(ii)", &x, &y);
  if ((x != 0 && self->width * self->zoom <= width + 0.5)
      || (y != 0 && self->height * self->zoom <= height + 0.5))
    return FALSE;

  /* At the largest zooms one step is one pixel. */
  self->centre_x += x * MAX (1, floor (width * KEY_STEP / self->zoom));
  self->centre_y += y * MAX (1, floor (height * KEY_STEP / self->zoom));
  self->has_pointer = FALSE;
  changed (self);
  return TRUE;
}

static gboolean
zoom_key_cb (GtkWidget *widget, GVariant *parameter, gpointer user_data)
{
  double factor = g_variant_get_double (parameter);

  if (factor > 0)
    pheno_image_view_zoom_by (PHENO_IMAGE_VIEW (widget), factor);
  else if (factor < 0)
    pheno_image_view_set_zoom (PHENO_IMAGE_VIEW (widget), 1);
  else
    pheno_image_view_fit (PHENO_IMAGE_VIEW (widget));
  return TRUE;
}

static void
add_keys (GtkWidgetClass *class)
{
  static const struct
  {
    guint key;
    int x, y;
  } pans[] = { { GDK_KEY_Left, -1, 0 },    { GDK_KEY_Right, 1, 0 },
               { GDK_KEY_Up, 0, -1 },      { GDK_KEY_Down, 0, 1 },
               { GDK_KEY_KP_Left, -1, 0 }, { GDK_KEY_KP_Right, 1, 0 },
               { GDK_KEY_KP_Up, 0, -1 },   { GDK_KEY_KP_Down, 0, 1 } };
  static const struct
  {
    guint key;
    double factor; /* 0: fit; -1: a pixel is a pixel */
  } zooms[] = { { GDK_KEY_plus, 1.5 },
                { GDK_KEY_equal, 1.5 },
                { GDK_KEY_KP_Add, 1.5 },
                { GDK_KEY_minus, 1 / 1.5 },
                { GDK_KEY_KP_Subtract, 1 / 1.5 },
                { GDK_KEY_0, 0 },
                { GDK_KEY_KP_0, 0 },
                { GDK_KEY_1, -1 },
                { GDK_KEY_KP_1, -1 } };

  for (guint i = 0; i < G_N_ELEMENTS (pans); i++)
    gtk_widget_class_add_binding (class, pans[i].key, 0, pan_cb, "(ii)", pans[i].x,
                                  pans[i].y);
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    {
      gtk_widget_class_add_binding (class, zooms[i].key, 0, zoom_key_cb, "d",
                                    zooms[i].factor);
      gtk_widget_class_add_binding (class, zooms[i].key, GDK_CONTROL_MASK, zoom_key_cb,
                                    "d", zooms[i].factor);
    }
}

/* ---- the object ---- */

static void
pheno_image_view_get_property (GObject *object, guint id, GValue *value,
                               GParamSpec *pspec)
{
  PhenoImageView *self = PHENO_IMAGE_VIEW (object);

  switch (id)
    {
    case PROP_ZOOM:
      g_value_set_double (value, self->zoom);
      break;
    case PROP_FIT:
      g_value_set_boolean (value, self->fit);
      break;
    case PROP_SHOW_MASK:
      g_value_set_boolean (value, self->show_mask);
      break;
    case PROP_READOUT:
      g_value_set_string (value, self->readout);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pheno_image_view_set_property (GObject *object, guint id, const GValue *value,
                               GParamSpec *pspec)
{
  PhenoImageView *self = PHENO_IMAGE_VIEW (object);

  if (id == PROP_SHOW_MASK)
    {
      self->show_mask = g_value_get_boolean (value);
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pheno_image_view_dispose (GObject *object)
{
  g_clear_handle_id (&PHENO_IMAGE_VIEW (object)->zoom_source, g_source_remove);
  G_OBJECT_CLASS (pheno_image_view_parent_class)->dispose (object);
}

static void
pheno_image_view_finalize (GObject *object)
{
  PhenoImageView *self = PHENO_IMAGE_VIEW (object);

  g_clear_pointer (&self->levels, pheno_image_levels_free);
  g_clear_object (&self->preview);
  g_free (self->readout);
  G_OBJECT_CLASS (pheno_image_view_parent_class)->finalize (object);
}

static void
pheno_image_view_class_init (PhenoImageViewClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pheno_image_view_get_property;
  object_class->set_property = pheno_image_view_set_property;
  object_class->dispose = pheno_image_view_dispose;
  object_class->finalize = pheno_image_view_finalize;
  widget_class->snapshot = pheno_image_view_snapshot;
  widget_class->size_allocate = pheno_image_view_size_allocate;
  props[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, 0, MOST_ZOOM, 1, flags);
  props[PROP_FIT] = g_param_spec_boolean ("fit", NULL, NULL, TRUE, flags);
  props[PROP_SHOW_MASK] = g_param_spec_boolean (
      "show-mask", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_READOUT] = g_param_spec_string ("readout", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_css_name (widget_class, "imageview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  add_keys (widget_class);
}

static void
pheno_image_view_init (PhenoImageView *self)
{
  self->zoom = 1;
  self->fit = TRUE;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  add_controllers (self);
  g_signal_connect_swapped (self, "notify::has-focus", G_CALLBACK (update_readout), self);
}
