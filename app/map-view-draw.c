/* map-view-draw.c - how the map looks
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * Points and pictures are laid out when something has changed, and then only put on the
 * screen again: hovering, the lasso and the focus are drawn above them.
 */
#include "app/map-view-private.h"

#include <adwaita.h>
#include <math.h>

#define QUERY_RING 11.0
#define FOCUS_RING 8.0

static void
foreground (PhenoMapView *self, GdkRGBA *colour)
{
  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), colour);
}

static void
accent (PhenoMapView *self, GdkRGBA *colour)
{
  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                                       "accent_color", colour))
    foreground (self, colour);
}

static gboolean
is_dark (void)
{
  return adw_style_manager_get_dark (adw_style_manager_get_default ());
}

/* ---- points ---- */

static void
make_raster (PhenoMapView *self, const graphene_rect_t *plot)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  double origin[2];
  PhenoMapRaster raster = {
    .points = pheno_map_model_get_points (self->model),
    .n = pheno_map_model_get_n_rows (self->model),
    .scale = self->scale * scale,
    .group = pheno_map_model_get_groups (self->model),
    .n_groups = pheno_map_model_get_n_groups (self->model),
    .shown = pheno_map_model_get_shown (self->model),
    .selected = pheno_map_model_get_selected (self->model),
    .any_selected = pheno_map_model_get_n_selected (self->model) > 0,
    .faint = self->faint,
    .dark = is_dark (),
    .radius = pheno_map_view_point_radius (self) * scale,
  };

  pheno_map_view_lay_out_pictures (self);
  raster.pictured = self->pictured;
  pheno_map_view_to_screen (self, 0, 0, origin);
  raster.left = (origin[0] - plot->origin.x) * scale;
  raster.top = (origin[1] - plot->origin.y) * scale;
  foreground (self, &raster.ring);
  self->raster = pheno_map_raster_draw (&raster, (int) ceil (plot->size.width) * scale,
                                        (int) ceil (plot->size.height) * scale);
}

/* ---- pictures ---- */

static void
draw_frame (PhenoMapView *self, GtkSnapshot *snapshot, const graphene_rect_t *box,
            int row)
{
  gboolean selected = pheno_map_model_get_selected (self->model)[row];
  float width = selected ? 4 : 2;
  GdkRGBA colour;
  GskRoundedRect outline;

  pheno_map_colour (pheno_map_model_group_of (self->model, (gsize) row),
                    pheno_map_model_get_n_groups (self->model), is_dark (), &colour);
  if (!selected && pheno_map_model_get_n_selected (self->model) > 0)
    colour.alpha = 0.5f;
  gsk_rounded_rect_init_from_rect (&outline, box, 4);
  gtk_snapshot_append_border (snapshot, &outline,
                              (float[4]){ width, width, width, width },
                              (GdkRGBA[4]){ colour, colour, colour, colour });
}

static void
draw_query_frame (PhenoMapView *self, GtkSnapshot *snapshot, const graphene_rect_t *box)
{
  graphene_rect_t around;
  GskRoundedRect outline;
  GdkRGBA colour;

  foreground (self, &colour);
  graphene_rect_inset_r (box, -5, -5, &around);
  gsk_rounded_rect_init_from_rect (&outline, &around, 7);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){ 2, 2, 2, 2 },
                              (GdkRGBA[4]){ colour, colour, colour, colour });
}

static void
draw_picture (PhenoMapView *self, GtkSnapshot *snapshot, const PhenoMapPicture *picture)
{
  GdkTexture *texture
      = g_hash_table_lookup (self->textures, GINT_TO_POINTER (picture->row));
  float side = (float) self->picture_side, width = side, height = side;
  graphene_rect_t box;

  if (texture != NULL)
    {
      float shape = (float) gdk_texture_get_width (texture)
                    / (float) gdk_texture_get_height (texture);

      width = shape >= 1 ? side : side * shape;
      height = shape >= 1 ? side / shape : side;
    }
  graphene_rect_init (&box, roundf (picture->x - width / 2),
                      roundf (picture->y - height / 2), roundf (width), roundf (height));
  if (texture != NULL)
    gtk_snapshot_append_texture (snapshot, texture, &box);
  draw_frame (self, snapshot, &box, picture->row);
  if (picture->row == pheno_map_model_get_query (self->model))
    draw_query_frame (self, snapshot, &box);
}

/* ---- above the points ---- */

static void
draw_ring (GtkSnapshot *snapshot, const double at[2], float radius, float width,
           const GdkRGBA *colour)
{
  graphene_rect_t box;
  GskRoundedRect ring;

  graphene_rect_init (&box, (float) at[0] - radius, (float) at[1] - radius, 2 * radius,
                      2 * radius);
  gsk_rounded_rect_init_from_rect (&ring, &box, radius);
  gtk_snapshot_append_border (snapshot, &ring, (float[4]){ width, width, width, width },
                              (GdkRGBA[4]){ *colour, *colour, *colour, *colour });
}

static void
draw_marks (PhenoMapView *self, GtkSnapshot *snapshot)
{
  double at[2];
  GdkRGBA colour;
  int query;

  foreground (self, &colour);
  query = pheno_map_model_get_query (self->model);
  if (pheno_map_view_row_place (self, query, at) && !self->pictured[query])
    {
      draw_ring (snapshot, at, QUERY_RING, 2, &colour);
      draw_ring (snapshot, at, QUERY_RING + 4, 1, &colour);
    }
  if (self->hover_row >= 0 && pheno_map_view_row_place (self, self->hover_row, at))
    draw_ring (snapshot, at, FOCUS_RING, 2, &colour);
  accent (self, &colour);
  if (gtk_widget_has_visible_focus (GTK_WIDGET (self))
      && pheno_map_view_row_place (self, self->focus_row, at))
    draw_ring (snapshot, at, FOCUS_RING, 3, &colour);
}

static void
draw_outline (PhenoMapView *self, GtkSnapshot *snapshot)
{
  graphene_rect_t plot;
  GdkRGBA colour;
  cairo_t *cairo;
  const double dashes[] = { 5, 3 };

  if (self->outline->len < 2)
    return;
  pheno_map_view_plot (self, &plot);
  accent (self, &colour);
  cairo = gtk_snapshot_append_cairo (snapshot, &plot);
  for (guint i = 0; i < self->outline->len; i++)
    {
      const double *corner = (const double *) self->outline->data + 2 * i;
      double at[2];

      pheno_map_view_to_screen (self, corner[0], corner[1], at);
      cairo_line_to (cairo, at[0], at[1]);
    }
  cairo_close_path (cairo);
  gdk_cairo_set_source_rgba (cairo,
                             &(GdkRGBA){ colour.red, colour.green, colour.blue, 0.12f });
  cairo_fill_preserve (cairo);
  gdk_cairo_set_source_rgba (cairo, &colour);
  cairo_set_line_width (cairo, 1.5);
  cairo_set_dash (cairo, dashes, 2, 0);
  cairo_stroke (cairo);
  cairo_destroy (cairo);
}

/* ---- axes ---- */

static void
draw_label (PhenoMapView *self, GtkSnapshot *snapshot, const char *text, double x,
            double y, double width, gboolean upwards)
{
  g_autoptr (PangoLayout) layout
      = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  GdkRGBA colour;

  foreground (self, &colour);
  colour.alpha *= 0.7f;
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  if (upwards)
    gtk_snapshot_rotate (snapshot, -90);
  gtk_snapshot_append_layout (snapshot, layout, &colour);
  gtk_snapshot_restore (snapshot);
}

static void
draw_axes (PhenoMapView *self, GtkSnapshot *snapshot, const graphene_rect_t *plot)
{
  guint x, y;
  g_autofree char *x_label = NULL, *y_label = NULL;
  double left = plot->origin.x, bottom = plot->origin.y + plot->size.height;
  graphene_rect_t line;
  GdkRGBA colour;

  pheno_map_model_get_axes (self->model, &x, &y);
  x_label = pheno_map_model_axis_label (self->model, x, FALSE);
  y_label = pheno_map_model_axis_label (self->model, y, FALSE);
  draw_label (self, snapshot, x_label, left, bottom + 5, plot->size.width, FALSE);
  draw_label (self, snapshot, y_label, 5, bottom, plot->size.height, TRUE);

  foreground (self, &colour);
  colour.alpha *= 0.25f;
  graphene_rect_init (&line, (float) left, (float) bottom, plot->size.width, 1);
  gtk_snapshot_append_color (snapshot, &colour, &line);
  graphene_rect_init (&line, (float) left - 1, plot->origin.y, 1, plot->size.height + 1);
  gtk_snapshot_append_color (snapshot, &colour, &line);
}

void
pheno_map_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  PhenoMapView *self = PHENO_MAP_VIEW (widget);
  graphene_rect_t plot, box;

  if (self->model == NULL || pheno_map_model_get_points (self->model) == NULL
      || self->scale <= 0)
    return;

  pheno_map_view_plot (self, &plot);
  if (self->raster == NULL)
    make_raster (self, &plot);
  draw_axes (self, snapshot, &plot);

  gtk_snapshot_push_clip (snapshot, &plot);
  graphene_rect_init (&box, plot.origin.x, plot.origin.y, ceilf (plot.size.width),
                      ceilf (plot.size.height));
  gtk_snapshot_append_texture (snapshot, self->raster, &box);
  for (guint i = 0; i < self->picture_places->len; i++)
    draw_picture (self, snapshot,
                  &g_array_index (self->picture_places, PhenoMapPicture, i));
  draw_marks (self, snapshot);
  draw_outline (self, snapshot);
  gtk_snapshot_pop (snapshot);
  gtk_widget_snapshot_child (widget, self->hover_card, snapshot);
}
