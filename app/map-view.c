/* map-view.c - the map of look-alikes: what is in sight, and what is said about it
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A unit of the map has the same length along both axes, so that distances mean the same
 * in all directions. Points are drawn in map-view-draw.c, pictures are placed in
 * map-view-pictures.c, pointer and keyboard stand in map-view-input.c.
 */
#include "app/map-view-private.h"

#include <math.h>

/* Around the plot, for the words of the axes. */
#define MARGIN 14.0
#define LABEL_MARGIN 30.0

#define FIT_SHARE 0.92 /* of the plot that a fitted map fills */
#define MOST_ZOOM 2000.0
#define HOVER_DISTANCE 14 /* pixels from a point to the card about it */

G_DEFINE_FINAL_TYPE (PhenoMapView, pheno_map_view, GTK_TYPE_WIDGET)

enum
{
  PROP_TOOL = 1,
  PROP_PICTURES,
  PROP_FAINT,
  PROP_DRAWING,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

/* ---- what is in sight ---- */

void
pheno_map_view_plot (PhenoMapView *self, graphene_rect_t *plot)
{
  float width = (float) gtk_widget_get_width (GTK_WIDGET (self));
  float height = (float) gtk_widget_get_height (GTK_WIDGET (self));

  graphene_rect_init (plot, LABEL_MARGIN, MARGIN, MAX (width - LABEL_MARGIN - MARGIN, 1),
                      MAX (height - LABEL_MARGIN - MARGIN, 1));
}

void
pheno_map_view_to_screen (PhenoMapView *self, double x, double y, double screen[2])
{
  graphene_rect_t plot;

  pheno_map_view_plot (self, &plot);
  screen[0] = plot.origin.x + plot.size.width / 2 + (x - self->centre[0]) * self->scale;
  screen[1] = plot.origin.y + plot.size.height / 2 - (y - self->centre[1]) * self->scale;
}

void
pheno_map_view_to_map (PhenoMapView *self, double x, double y, double map[2])
{
  graphene_rect_t plot;

  pheno_map_view_plot (self, &plot);
  map[0] = self->centre[0] + (x - plot.origin.x - plot.size.width / 2) / self->scale;
  map[1] = self->centre[1] - (y - plot.origin.y - plot.size.height / 2) / self->scale;
}

gboolean
pheno_map_view_row_place (PhenoMapView *self, int row, double screen[2])
{
  const float *points
      = self->model != NULL ? pheno_map_model_get_points (self->model) : NULL;

  if (points == NULL || row < 0 || !isfinite (points[2 * row])
      || !isfinite (points[2 * row + 1]))
    return FALSE;
  pheno_map_view_to_screen (self, points[2 * row], points[2 * row + 1], screen);
  return TRUE;
}

int
pheno_map_view_row_at (PhenoMapView *self, double x, double y)
{
  const PhenoMapIndex *index
      = self->model != NULL ? pheno_map_model_get_index (self->model) : NULL;
  double reach = MAX (pheno_map_view_point_radius (self) + 4, 10);
  double at[2];

  if (index == NULL || self->scale <= 0)
    return -1;
  /* Pictures lie above points. */
  for (guint i = 0; i < self->picture_places->len; i++)
    {
      const PhenoMapPicture *picture
          = &g_array_index (self->picture_places, PhenoMapPicture, i);

      if (fabs (picture->x - x) <= self->picture_side / 2
          && fabs (picture->y - y) <= self->picture_side / 2)
        return picture->row;
    }
  pheno_map_view_to_map (self, x, y, at);
  return pheno_map_index_nearest (index, pheno_map_model_get_shown (self->model), at[0],
                                  at[1], reach / self->scale);
}

double
pheno_map_view_point_radius (PhenoMapView *self)
{
  gsize n = self->model == NULL ? 0
            : self->faint       ? pheno_map_model_get_n_rows (self->model)
                                : pheno_map_model_get_n_shown (self->model);

  return n <= 600 ? 5 : n <= 3000 ? 4 : n <= 15000 ? 3 : n <= 50000 ? 2.5 : 2;
}

static gboolean
is_in_plot (PhenoMapView *self, int row)
{
  graphene_rect_t plot;
  double at[2];

  pheno_map_view_plot (self, &plot);
  return pheno_map_view_row_place (self, row, at)
         && graphene_rect_contains_point (
             &plot, &GRAPHENE_POINT_INIT ((float) at[0], (float) at[1]));
}

void
pheno_map_view_changed (PhenoMapView *self)
{
  g_clear_object (&self->raster);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  /* The card stays with its point, and goes with it. */
  if (self->hover_shown >= 0)
    pheno_map_view_show_hover (
        self, is_in_plot (self, self->hover_shown) ? self->hover_shown : -1);
}

static gboolean
fitted_scale (PhenoMapView *self, double *scale, double centre[2])
{
  const PhenoMapIndex *index
      = self->model != NULL ? pheno_map_model_get_index (self->model) : NULL;
  double low[2], high[2];
  graphene_rect_t plot;

  if (index == NULL || !pheno_map_index_bounds (index, low, high))
    return FALSE;
  pheno_map_view_plot (self, &plot);
  *scale = MIN (plot.size.width / MAX (high[0] - low[0], 1e-9),
                plot.size.height / MAX (high[1] - low[1], 1e-9))
           * FIT_SHARE;
  for (int axis = 0; axis < 2; axis++)
    centre[axis] = (low[axis] + high[axis]) / 2;
  return TRUE;
}

void
pheno_map_view_fit (PhenoMapView *self)
{
  if (fitted_scale (self, &self->scale, self->centre))
    self->fitted = TRUE;
  else
    self->scale = 0;
  pheno_map_view_changed (self);
}

void
pheno_map_view_zoom_at (PhenoMapView *self, double factor, const double at[2])
{
  double fit, centre[2], before[2], after[2];

  if (self->scale <= 0 || !fitted_scale (self, &fit, centre))
    return;
  pheno_map_view_to_map (self, at[0], at[1], before);
  self->scale = CLAMP (self->scale * factor, fit / 4, fit * MOST_ZOOM);
  pheno_map_view_to_map (self, at[0], at[1], after);
  for (int axis = 0; axis < 2; axis++)
    self->centre[axis] += before[axis] - after[axis];
  self->fitted = FALSE;
  pheno_map_view_changed (self);
}

void
pheno_map_view_zoom (PhenoMapView *self, double factor)
{
  graphene_rect_t plot;
  graphene_point_t middle;
  double at[2];

  pheno_map_view_plot (self, &plot);
  graphene_rect_get_center (&plot, &middle);
  at[0] = middle.x;
  at[1] = middle.y;
  pheno_map_view_zoom_at (self, factor, at);
}

void
pheno_map_view_move (PhenoMapView *self, double dx, double dy)
{
  if (self->scale <= 0)
    return;
  self->centre[0] -= dx / self->scale;
  self->centre[1] += dy / self->scale;
  self->fitted = FALSE;
  pheno_map_view_changed (self);
}

void
pheno_map_view_show_row (PhenoMapView *self, int row)
{
  graphene_rect_t plot;
  double at[2];

  if (!pheno_map_view_row_place (self, row, at))
    return;
  pheno_map_view_plot (self, &plot);
  graphene_rect_inset (&plot, 20, 20);
  if (!graphene_rect_contains_point (&plot,
                                     &GRAPHENE_POINT_INIT ((float) at[0], (float) at[1])))
    {
      const float *point = pheno_map_model_get_points (self->model) + 2 * (gsize) row;

      self->centre[0] = point[0];
      self->centre[1] = point[1];
      self->fitted = FALSE;
      pheno_map_view_changed (self);
    }
  self->focus_row = row;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  pheno_map_view_describe (self);
}

gboolean
pheno_map_view_get_limits (PhenoMapView *self, double low[2], double high[2])
{
  graphene_rect_t plot;
  double upper_left[2], lower_right[2];

  if (self->scale <= 0)
    return FALSE;
  pheno_map_view_plot (self, &plot);
  pheno_map_view_to_map (self, plot.origin.x, plot.origin.y, upper_left);
  pheno_map_view_to_map (self, plot.origin.x + plot.size.width,
                         plot.origin.y + plot.size.height, lower_right);
  low[0] = upper_left[0];
  high[0] = lower_right[0];
  low[1] = lower_right[1];
  high[1] = upper_left[1];
  return TRUE;
}

/* ---- in words ---- */

static void
append_place (PhenoMapView *self, GString *words)
{
  const char *name, *species;

  if (self->focus_row < 0)
    return;
  name = pheno_map_model_get_name (self->model, (gsize) self->focus_row);
  species = pheno_map_model_get_value (self->model, (gsize) self->focus_row, "species");
  g_string_append_c (words, ' ');
  if (*species != '\0')
    /* Translators: where the keyboard stands on the map: file name, species */
    g_string_append_printf (words, _ ("At %s, species %s."), name, species);
  else
    g_string_append_printf (words, _ ("At %s."), name);
  if (pheno_map_model_get_selected (self->model)[self->focus_row])
    {
      g_string_append_c (words, ' ');
      g_string_append (words, _ ("It is selected."));
    }
}

void
pheno_map_view_describe (PhenoMapView *self)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *label = NULL;
  const char *column;
  gsize shown, selected;
  guint groups;

  if (self->model == NULL || pheno_map_model_get_embedding (self->model) == NULL)
    return;
  shown = pheno_map_model_get_n_shown (self->model);
  selected = pheno_map_model_get_n_selected (self->model);
  groups = pheno_map_model_get_n_groups (self->model);
  column = pheno_map_model_get_colour_by (self->model);

  label = g_strdup_printf (
      ngettext ("Map of %zu specimen", "Map of %zu specimens", shown), shown);
  if (column != NULL && !g_str_equal (column, PHENO_MAP_BY_SELECTION))
    g_string_append_printf (
        words,
        /* Translators: 12 groups by the column “species” */
        ngettext ("%u group by “%s”; ", "%u groups by “%s”; ", groups), groups, column);
  g_string_append_printf (words, ngettext ("%zu selected.", "%zu selected.", selected),
                          selected);
  append_place (self, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words->str,
                                  -1);
}

void
pheno_map_view_set_drawing (PhenoMapView *self, const char *words)
{
  if (g_strcmp0 (self->drawing, words) == 0)
    return;
  g_free (self->drawing);
  self->drawing = g_strdup (words);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DRAWING]);
}

/* ---- the card beside a point ---- */

static void
hover_loaded_cb (GObject *thumbnails, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PhenoMapView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture
      = pheno_thumbnails_load_finish (PHENO_THUMBNAILS (thumbnails), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || self->hover_picture == NULL)
    return;
  gtk_picture_set_paintable (self->hover_picture, GDK_PAINTABLE (texture));
  if (error != NULL)
    {
      gtk_label_set_label (self->hover_note, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->hover_note), TRUE);
    }
}

static void
fill_hover (PhenoMapView *self, int row)
{
  PhenoSpecimen *specimen = pheno_map_model_get_specimen (self->model, (gsize) row);
  const char *species = pheno_map_model_get_value (self->model, (gsize) row, "species");

  gtk_label_set_label (self->hover_name,
                       pheno_map_model_get_name (self->model, (gsize) row));
  gtk_label_set_label (self->hover_group, *species != '\0' ? species : _ ("No species"));
  gtk_picture_set_paintable (self->hover_picture, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->hover_picture), specimen != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->hover_note), specimen == NULL);
  if (specimen == NULL)
    {
      gtk_label_set_label (self->hover_note, _ ("Not an image of this collection"));
      return;
    }

  self->hover_loading = g_cancellable_new ();
  pheno_thumbnails_load_async (pheno_thumbnails_get_default (), specimen,
                               self->hover_loading, hover_loaded_cb, g_object_ref (self));
}

void
pheno_map_view_show_hover (PhenoMapView *self, int row)
{
  double at[2];

  g_clear_handle_id (&self->hover_source, g_source_remove);
  if (row < 0 || !pheno_map_view_row_place (self, row, at))
    {
      self->hover_shown = -1;
      gtk_widget_set_visible (self->hover_card, FALSE);
      return;
    }

  if (row != self->hover_shown)
    {
      if (self->hover_loading != NULL)
        g_cancellable_cancel (self->hover_loading);
      g_clear_object (&self->hover_loading);
      self->hover_shown = row;
      fill_hover (self, row);
    }
  gtk_widget_set_visible (self->hover_card, TRUE);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
pheno_map_view_set_focus_row (PhenoMapView *self, int row)
{
  self->focus_row = row;
  if (row >= 0)
    pheno_map_view_show_row (self, row);
  pheno_map_view_show_hover (self, row);
  pheno_map_view_describe (self);
}

/* ---- the model ---- */

static void
rows_changed_cb (PhenoMapModel *model, PhenoMapView *self)
{
  pheno_map_view_stop_input (self);
  pheno_map_view_forget_pictures (self);
  g_clear_pointer (&self->pictured, g_free);
  self->focus_row = self->hover_row = -1;
  pheno_map_view_show_hover (self, -1);
  self->scale = 0;
  pheno_map_view_changed (self);
  pheno_map_view_describe (self);
}

static void
map_changed_cb (PhenoMapModel *model, PhenoMapView *self)
{
  pheno_map_view_stop_input (self);
  pheno_map_view_show_hover (self, -1);
  pheno_map_view_fit (self);
}

static void
groups_changed_cb (PhenoMapModel *model, PhenoMapView *self)
{
  pheno_map_view_changed (self);
  pheno_map_view_describe (self);
}

static void
query_changed_cb (PhenoMapModel *model, GParamSpec *pspec, PhenoMapView *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pheno_map_view_set_model (PhenoMapView *self, PhenoMapModel *model)
{
  g_return_if_fail (self->model == NULL);

  self->model = g_object_ref (model);
  g_signal_connect_object (model, "rows-changed", G_CALLBACK (rows_changed_cb), self, 0);
  g_signal_connect_object (model, "map-changed", G_CALLBACK (map_changed_cb), self, 0);
  g_signal_connect_object (model, "groups-changed", G_CALLBACK (groups_changed_cb), self,
                           0);
  g_signal_connect_object (model, "shown-changed", G_CALLBACK (groups_changed_cb), self,
                           0);
  g_signal_connect_object (model, "selection-changed", G_CALLBACK (groups_changed_cb),
                           self, 0);
  g_signal_connect_object (model, "notify::query", G_CALLBACK (query_changed_cb), self,
                           0);
  rows_changed_cb (model, self);
}

/* ---- the widget ---- */

/* Above the point, or below it, or beside it, where there is room; always inside the map,
 * and not on the point. */
static void
place_hover (PhenoMapView *self)
{
  GtkRequisition size;
  double at[2];
  int x, y, above, below, distance = HOVER_DISTANCE;

  if (!pheno_map_view_row_place (self, self->hover_shown, at))
    return;
  gtk_widget_get_preferred_size (self->hover_card, NULL, &size);
  if (self->pictured != NULL && self->pictured[self->hover_shown])
    distance = MAX (distance, (int) self->picture_side / 2 + 6);
  x = (int) at[0] - size.width / 2;
  above = (int) at[1] - size.height - distance;
  below = (int) at[1] + distance;
  if (above >= 0)
    y = above;
  else if (below + size.height <= self->height)
    y = below;
  else
    {
      y = (int) at[1] - size.height / 2;
      x = (int) at[0] + distance;
      if (x + size.width > self->width)
        x = (int) at[0] - distance - size.width;
    }
  x = CLAMP (x, 0, MAX (self->width - size.width, 0));
  y = CLAMP (y, 0, MAX (self->height - size.height, 0));
  gtk_widget_size_allocate (self->hover_card,
                            &(GtkAllocation){ x, y, size.width, size.height }, -1);
}

static void
pheno_map_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PhenoMapView *self = PHENO_MAP_VIEW (widget);

  if (width != self->width || height != self->height)
    {
      self->width = width;
      self->height = height;
      if (self->fitted || self->scale <= 0)
        pheno_map_view_fit (self);
      pheno_map_view_changed (self);
    }
  if (gtk_widget_should_layout (self->hover_card))
    place_hover (self);
}

static void
pheno_map_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                        int *minimum, int *natural, int *minimum_baseline,
                        int *natural_baseline)
{
  *minimum = 180;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 640 : 480;
}

static void
pheno_map_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (pheno_map_view_parent_class)->css_changed (widget, change);
  pheno_map_view_changed (PHENO_MAP_VIEW (widget));
}

static void
pheno_map_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PhenoMapView *self = PHENO_MAP_VIEW (object);

  switch (id)
    {
    case PROP_TOOL:
      g_value_set_int (value, self->tool);
      break;
    case PROP_PICTURES:
      g_value_set_boolean (value, self->pictures);
      break;
    case PROP_FAINT:
      g_value_set_boolean (value, self->faint);
      break;
    case PROP_DRAWING:
      g_value_set_string (value, self->drawing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
set_tool (PhenoMapView *self, PhenoMapTool tool)
{
  self->tool = tool;
  pheno_map_view_stop_input (self);
  gtk_widget_set_cursor_from_name (
      GTK_WIDGET (self), tool == PHENO_MAP_TOOL_POINTER ? "default" : "crosshair");
}

static void
pheno_map_view_set_property (GObject *object, guint id, const GValue *value,
                             GParamSpec *pspec)
{
  PhenoMapView *self = PHENO_MAP_VIEW (object);

  switch (id)
    {
    case PROP_TOOL:
      set_tool (self, g_value_get_int (value));
      break;
    case PROP_PICTURES:
      self->pictures = g_value_get_boolean (value);
      pheno_map_view_changed (self);
      break;
    case PROP_FAINT:
      self->faint = g_value_get_boolean (value);
      pheno_map_view_changed (self);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  g_object_notify_by_pspec (object, pspec);
}

static void
pheno_map_view_dispose (GObject *object)
{
  PhenoMapView *self = PHENO_MAP_VIEW (object);

  pheno_map_view_stop_input (self);
  pheno_map_view_forget_pictures (self);
  g_clear_handle_id (&self->hover_source, g_source_remove);
  if (self->hover_loading != NULL)
    g_cancellable_cancel (self->hover_loading);
  g_clear_object (&self->hover_loading);
  gtk_widget_dispose_template (GTK_WIDGET (self), PHENO_TYPE_MAP_VIEW);
  g_clear_object (&self->raster);
  g_clear_object (&self->model);

  G_OBJECT_CLASS (pheno_map_view_parent_class)->dispose (object);
}

static void
pheno_map_view_finalize (GObject *object)
{
  PhenoMapView *self = PHENO_MAP_VIEW (object);

  g_free (self->drawing);
  g_free (self->pictured);
  g_array_unref (self->picture_places);
  g_array_unref (self->outline);
  g_hash_table_unref (self->textures);
  g_hash_table_unref (self->loading);
  G_OBJECT_CLASS (pheno_map_view_parent_class)->finalize (object);
}

static void
pheno_map_view_class_init (PhenoMapViewClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  const GParamFlags flags
      = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pheno_map_view_get_property;
  object_class->set_property = pheno_map_view_set_property;
  object_class->dispose = pheno_map_view_dispose;
  object_class->finalize = pheno_map_view_finalize;
  widget_class->measure = pheno_map_view_measure;
  widget_class->size_allocate = pheno_map_view_size_allocate;
  widget_class->snapshot = pheno_map_view_snapshot;
  widget_class->css_changed = pheno_map_view_css_changed;

  props[PROP_TOOL] = g_param_spec_int ("tool", NULL, NULL, PHENO_MAP_TOOL_POINTER,
                                       PHENO_MAP_TOOL_RECTANGLE, 0, flags);
  props[PROP_PICTURES] = g_param_spec_boolean ("pictures", NULL, NULL, TRUE, flags);
  props[PROP_FAINT] = g_param_spec_boolean ("faint", NULL, NULL, TRUE, flags);
  props[PROP_DRAWING] = g_param_spec_string ("drawing", NULL, NULL, NULL,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "map");
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/phenoscape/Phenoscape/map-view.ui");
  gtk_widget_class_bind_template_child (widget_class, PhenoMapView, hover_card);
  gtk_widget_class_bind_template_child (widget_class, PhenoMapView, hover_picture);
  gtk_widget_class_bind_template_child (widget_class, PhenoMapView, hover_name);
  gtk_widget_class_bind_template_child (widget_class, PhenoMapView, hover_group);
  gtk_widget_class_bind_template_child (widget_class, PhenoMapView, hover_note);
}

static void
pheno_map_view_init (PhenoMapView *self)
{
  self->pictures = self->faint = TRUE;
  self->hover_row = self->focus_row = self->hover_shown = -1;
  self->picture_places = g_array_new (FALSE, FALSE, sizeof (PhenoMapPicture));
  self->outline = g_array_new (FALSE, FALSE, 2 * sizeof (double));
  self->textures = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->loading = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  pheno_map_view_add_controllers (self);
}
