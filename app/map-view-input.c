/* map-view-input.c - pointer and keyboard on the map
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * The lasso is kept in units of the map, so that it stays where it is when the map moves
 * under it.
 */
#include "app/map-view-private.h"

#include <math.h>

#define HOVER_DELAY_MS 150
#define CLICK_REACH 5.0 /* pixels: less is a click, more a drag */
#define LASSO_STEP 3.0  /* pixels between its corners */
#define ZOOM_STEP 1.25  /* of a key or a notch of the wheel */
#define COUNT_DELAY_MS                                                                   \
  30 /* while a lasso is drawn; so many rows take as long to count                       \
      */
#define COUNT_MANY_DELAY_MS 150
#define MANY_ROWS 20000
#define KEY_PAN 60.0 /* pixels */

/* ---- hovering ---- */

static gboolean
hover_cb (gpointer user_data)
{
  PhenoMapView *self = user_data;

  self->hover_source = 0;
  pheno_map_view_show_hover (self, self->hover_row);
  return G_SOURCE_REMOVE;
}

static void
set_hover_row (PhenoMapView *self, int row)
{
  if (row == self->hover_row)
    return;
  self->hover_row = row;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_clear_handle_id (&self->hover_source, g_source_remove);
  if (row >= 0)
    self->hover_source = g_timeout_add (HOVER_DELAY_MS, hover_cb, self);
  else
    pheno_map_view_show_hover (self, -1);
}

static void
motion_cb (GtkEventControllerMotion *controller, double x, double y, PhenoMapView *self)
{
  /* Drawing anew under a pointer that rests is no motion: the keyboard's card stays.
   */
  if (self->pointer_inside && x == self->pointer[0] && y == self->pointer[1])
    return;
  self->pointer[0] = x;
  self->pointer[1] = y;
  self->pointer_inside = TRUE;
  set_hover_row (self, self->outline->len > 0 || self->panning
                           ? -1
                           : pheno_map_view_row_at (self, x, y));
}

static void
leave_cb (GtkEventControllerMotion *controller, PhenoMapView *self)
{
  self->pointer_inside = FALSE;
  set_hover_row (self, -1);
}

/* ---- lasso and rectangle ---- */

static PhenoSelectMode
mode_of (GdkModifierType state)
{
  return state & GDK_SHIFT_MASK     ? PHENO_SELECT_ADD
         : state & GDK_CONTROL_MASK ? PHENO_SELECT_REMOVE
                                    : PHENO_SELECT_ONLY;
}

static GArray *
rows_inside (PhenoMapView *self)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (int));
  const PhenoMapIndex *index = pheno_map_model_get_index (self->model);

  if (index != NULL && self->outline->len > 2)
    pheno_map_index_in_polygon (index, pheno_map_model_get_shown (self->model),
                                (const double *) self->outline->data, self->outline->len,
                                rows);
  return rows;
}

static gboolean
count_cb (gpointer user_data)
{
  PhenoMapView *self = user_data;
  g_autoptr (GArray) rows = rows_inside (self);
  g_autofree char *words = g_strdup_printf (
      ngettext ("%u specimen inside. Shift adds, Ctrl takes away, Escape leaves off.",
                "%u specimens inside. Shift adds, Ctrl takes away, Escape leaves off.",
                rows->len),
      rows->len);

  self->count_source = 0;
  pheno_map_view_set_drawing (self, words);
  return G_SOURCE_REMOVE;
}

static void
outline_changed (PhenoMapView *self)
{
  gsize n = pheno_map_model_get_n_rows (self->model);

  if (self->count_source == 0)
    self->count_source = g_timeout_add (
        n > MANY_ROWS ? COUNT_MANY_DELAY_MS : COUNT_DELAY_MS, count_cb, self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
draw_rectangle (PhenoMapView *self, double x, double y)
{
  double a[2], b[2];

  pheno_map_view_to_map (self, self->drag_start[0], self->drag_start[1], a);
  pheno_map_view_to_map (self, x, y, b);
  g_array_set_size (self->outline, 0);
  g_array_append_vals (
      self->outline,
      (double[4][2]){ { a[0], a[1] }, { b[0], a[1] }, { b[0], b[1] }, { a[0], b[1] } },
      4);
  outline_changed (self);
}

static void
draw_lasso (PhenoMapView *self, double x, double y)
{
  double corner[2], last[2];

  if (self->outline->len > 0)
    {
      const double *end
          = (const double *) self->outline->data + 2 * (self->outline->len - 1);

      pheno_map_view_to_screen (self, end[0], end[1], last);
      if (hypot (last[0] - x, last[1] - y) < LASSO_STEP)
        return;
    }
  pheno_map_view_to_map (self, x, y, corner);
  g_array_append_vals (self->outline, corner, 1);
  outline_changed (self);
}

void
pheno_map_view_stop_input (PhenoMapView *self)
{
  g_clear_handle_id (&self->count_source, g_source_remove);
  g_array_set_size (self->outline, 0);
  self->panning = self->tool_used = FALSE;
  pheno_map_view_set_drawing (self, NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* ---- clicks and drags ---- */

static void
click_row (PhenoMapView *self, int row, GdkModifierType state)
{
  const guint8 *selected = pheno_map_model_get_selected (self->model);

  if (row < 0)
    {
      if (!(state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK)))
        pheno_map_model_select (self->model, NULL, 0, PHENO_SELECT_ONLY);
      return;
    }

  self->focus_row = row;
  if (state & GDK_CONTROL_MASK)
    pheno_map_model_select (self->model, &row, 1,
                            selected[row] ? PHENO_SELECT_REMOVE : PHENO_SELECT_ADD);
  else
    pheno_map_model_select (self->model, &row, 1,
                            state & GDK_SHIFT_MASK ? PHENO_SELECT_ADD
                                                   : PHENO_SELECT_ONLY);
  pheno_map_model_set_query (self->model, row);
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, PhenoMapView *self)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));

  if (self->scale <= 0 || button == GDK_BUTTON_SECONDARY)
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_widget_grab_focus (GTK_WIDGET (self));
  pheno_map_view_stop_input (self);
  self->drag_start[0] = x;
  self->drag_start[1] = y;
  self->drag_centre[0] = self->centre[0];
  self->drag_centre[1] = self->centre[1];
  self->panning = button == GDK_BUTTON_MIDDLE || self->space_held
                  || self->tool == PHENO_MAP_TOOL_POINTER;
  self->tool_used = self->given_up = FALSE;
}

static void
drag_update_cb (GtkGestureDrag *gesture, double dx, double dy, PhenoMapView *self)
{
  double x = self->drag_start[0] + dx, y = self->drag_start[1] + dy;

  if (self->given_up || (!self->tool_used && hypot (dx, dy) < CLICK_REACH))
    return;
  if (!self->tool_used)
    {
      self->tool_used = TRUE;
      set_hover_row (self, -1);
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    }

  if (self->panning)
    {
      self->centre[0] = self->drag_centre[0] - dx / self->scale;
      self->centre[1] = self->drag_centre[1] + dy / self->scale;
      self->fitted = FALSE;
      pheno_map_view_changed (self);
    }
  else if (self->tool == PHENO_MAP_TOOL_LASSO)
    {
      if (self->outline->len == 0)
        draw_lasso (self, self->drag_start[0], self->drag_start[1]);
      draw_lasso (self, x, y);
    }
  else
    draw_rectangle (self, x, y);
}

static void
drag_end_cb (GtkGestureDrag *gesture, double dx, double dy, PhenoMapView *self)
{
  GdkModifierType state
      = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));

  if (self->given_up)
    return;
  if (!self->tool_used && button == GDK_BUTTON_PRIMARY && !self->space_held)
    click_row (self,
               pheno_map_view_row_at (self, self->drag_start[0], self->drag_start[1]),
               state);
  else if (self->tool_used && self->outline->len > 2)
    {
      g_autoptr (GArray) rows = rows_inside (self);

      pheno_map_model_select (self->model, (const int *) rows->data, rows->len,
                              mode_of (state));
    }
  pheno_map_view_stop_input (self);
}

static void
drag_cancel_cb (GtkGesture *gesture, GdkEventSequence *sequence, PhenoMapView *self)
{
  pheno_map_view_stop_input (self);
}

/* ---- zoom ---- */

static gboolean
scroll_cb (GtkEventControllerScroll *controller, double dx, double dy, PhenoMapView *self)
{
  graphene_rect_t plot;
  double at[2] = { self->pointer[0], self->pointer[1] };

  if (!self->pointer_inside)
    {
      pheno_map_view_plot (self, &plot);
      at[0] = plot.origin.x + plot.size.width / 2;
      at[1] = plot.origin.y + plot.size.height / 2;
    }
  pheno_map_view_show_hover (self, -1);
  pheno_map_view_zoom_at (self, pow (ZOOM_STEP, -dy), at);
  return TRUE;
}

static void
pinch_begin_cb (GtkGesture *gesture, GdkEventSequence *sequence, PhenoMapView *self)
{
  pheno_map_view_stop_input (self);
  self->pinch_scale = 1;
}

static void
pinch_cb (GtkGestureZoom *gesture, double scale, PhenoMapView *self)
{
  double at[2];

  if (!gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &at[0], &at[1]))
    return;
  pheno_map_view_zoom_at (self, scale / self->pinch_scale, at);
  self->pinch_scale = scale;
}

/* ---- keyboard ---- */

static int
row_in_the_middle (PhenoMapView *self)
{
  const PhenoMapIndex *index = pheno_map_model_get_index (self->model);

  return index != NULL
             ? pheno_map_index_nearest (index, pheno_map_model_get_shown (self->model),
                                        self->centre[0], self->centre[1], INFINITY)
             : -1;
}

static void
walk (PhenoMapView *self, PhenoTowards direction)
{
  const PhenoMapIndex *index = pheno_map_model_get_index (self->model);
  const guint8 *shown = pheno_map_model_get_shown (self->model);
  int row = -1;

  if (index == NULL)
    return;
  if (self->focus_row < 0 || !shown[self->focus_row])
    row = row_in_the_middle (self);
  else
    row = pheno_map_index_towards (index, shown, self->focus_row, direction);
  if (row >= 0)
    pheno_map_view_set_focus_row (self, row);
  else
    gtk_widget_error_bell (GTK_WIDGET (self));
}

static gboolean
arrow (PhenoMapView *self, PhenoTowards direction, GdkModifierType state)
{
  static const double way[4][2] = { { 1, 0 }, { -1, 0 }, { 0, 1 }, { 0, -1 } };

  if (state & GDK_CONTROL_MASK)
    {
      pheno_map_view_show_hover (self, -1);
      pheno_map_view_move (self, KEY_PAN * way[direction][0],
                           KEY_PAN * way[direction][1]);
    }
  else
    walk (self, direction);
  return TRUE;
}

static gboolean
escape (PhenoMapView *self)
{
  if (self->outline->len > 0)
    {
      pheno_map_view_stop_input (self);
      self->given_up = TRUE;
      return TRUE;
    }
  pheno_map_view_show_hover (self, -1);
  if (pheno_map_model_get_n_selected (self->model) == 0)
    return FALSE;
  pheno_map_model_select (self->model, NULL, 0, PHENO_SELECT_ONLY);
  return TRUE;
}

static void
select_all (PhenoMapView *self)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (int));
  const guint8 *shown = pheno_map_model_get_shown (self->model);

  for (int row = 0; row < (int) pheno_map_model_get_n_rows (self->model); row++)
    if (shown[row])
      g_array_append_val (rows, row);
  pheno_map_model_select (self->model, (const int *) rows->data, rows->len,
                          PHENO_SELECT_ONLY);
}

static gboolean
key_with_map (PhenoMapView *self, guint key, GdkModifierType state)
{
  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      return arrow (self, PHENO_TOWARDS_LEFT, state);
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return arrow (self, PHENO_TOWARDS_RIGHT, state);
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      return arrow (self, PHENO_TOWARDS_UP, state);
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      return arrow (self, PHENO_TOWARDS_DOWN, state);
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      if (self->focus_row >= 0)
        click_row (self, self->focus_row, state);
      return TRUE;
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      pheno_map_view_zoom (self, ZOOM_STEP);
      return TRUE;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      pheno_map_view_zoom (self, 1 / ZOOM_STEP);
      return TRUE;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
    case GDK_KEY_Home:
      pheno_map_view_fit (self);
      return TRUE;
    case GDK_KEY_Escape:
      return escape (self);
    case GDK_KEY_space:
      self->space_held = TRUE;
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller, guint key, guint code,
                GdkModifierType state, PhenoMapView *self)
{
  gboolean plain = !(state & (GDK_CONTROL_MASK | GDK_ALT_MASK));

  if (self->model == NULL || pheno_map_model_get_index (self->model) == NULL
      || state & GDK_ALT_MASK)
    return FALSE;
  if (key == GDK_KEY_a && state & GDK_CONTROL_MASK)
    {
      select_all (self);
      return TRUE;
    }
  if (key == GDK_KEY_i && state & GDK_CONTROL_MASK)
    {
      pheno_map_model_invert_selection (self->model);
      return TRUE;
    }
  if (plain && gdk_keyval_to_lower (key) == GDK_KEY_t)
    g_object_set (self, "pictures", !self->pictures, NULL);
  else if (plain && gdk_keyval_to_lower (key) == GDK_KEY_l)
    g_object_set (self, "tool", PHENO_MAP_TOOL_LASSO, NULL);
  else if (plain && gdk_keyval_to_lower (key) == GDK_KEY_r)
    g_object_set (self, "tool", PHENO_MAP_TOOL_RECTANGLE, NULL);
  else if (plain && gdk_keyval_to_lower (key) == GDK_KEY_v)
    g_object_set (self, "tool", PHENO_MAP_TOOL_POINTER, NULL);
  else
    return key_with_map (self, key, state);
  return TRUE;
}

static void
key_released_cb (GtkEventControllerKey *controller, guint key, guint code,
                 GdkModifierType state, PhenoMapView *self)
{
  if (key == GDK_KEY_space)
    self->space_held = FALSE;
}

static void
focus_cb (GtkEventControllerFocus *controller, PhenoMapView *self)
{
  if (self->model == NULL || !gtk_widget_has_visible_focus (GTK_WIDGET (self)))
    return;
  if (self->focus_row < 0)
    self->focus_row = row_in_the_middle (self);
  pheno_map_view_describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
unfocus_cb (GtkEventControllerFocus *controller, PhenoMapView *self)
{
  self->space_held = FALSE;
  if (self->hover_row < 0)
    pheno_map_view_show_hover (self, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pheno_map_view_add_controllers (PhenoMapView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll
      = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect (key, "key-released", G_CALLBACK (key_released_cb), self);
  g_signal_connect (focus, "enter", G_CALLBACK (focus_cb), self);
  g_signal_connect (focus, "leave", G_CALLBACK (unfocus_cb), self);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_signal_connect (drag, "cancel", G_CALLBACK (drag_cancel_cb), self);
  g_signal_connect (pinch, "begin", G_CALLBACK (pinch_begin_cb), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (pinch_cb), self);

  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
}
