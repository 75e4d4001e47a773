/* map-view-private.h - what the files of the map share
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#pragma once

#include "app/map-view.h"
#include "app/map-raster.h"
#include "app/thumbnails.h"

/* A point that shows its picture: its middle, in pixels of the widget. */
typedef struct
{
  int row;
  float x, y;
} PhenoMapPicture;

struct _PhenoMapView
{
  GtkWidget parent_instance;

  /* template children */
  GtkWidget *hover_card;
  GtkPicture *hover_picture;
  GtkLabel *hover_name, *hover_group, *hover_note;

  /* owned */
  PhenoMapModel *model;
  PhenoMapTool tool;
  gboolean pictures, faint;
  int width, height; /* as allocated */
  char *drawing;

  /* what is in sight */
  double centre[2]; /* units of the map */
  double scale;     /* pixels of a unit; 0: to be fitted */
  gboolean fitted;  /* nobody has zoomed or moved it: it stays fitted */

  /* drawn once, until something changes */
  GdkTexture *raster;
  GArray *picture_places; /* PhenoMapPicture */
  double picture_side;
  guint8 *pictured;     /* N flags */
  GHashTable *textures; /* row to GdkTexture */
  GHashTable *loading;  /* row to GCancellable */
  guint layout_number;

  /* pointer and keyboard */
  double pointer[2];
  gboolean pointer_inside, space_held;
  int hover_row, focus_row;
  guint hover_source;
  GCancellable *hover_loading;
  int hover_shown; /* the row on the card */

  gboolean panning, tool_used;
  gboolean given_up; /* by Escape: the rest of this drag does nothing */
  double drag_start[2], drag_centre[2], pinch_scale;
  GArray *outline; /* (n, 2) double, units of the map: the lasso */
  guint count_source;
};

/* Where points are drawn. */
void pheno_map_view_plot (PhenoMapView *self, graphene_rect_t *plot);
void pheno_map_view_to_screen (PhenoMapView *self, double x, double y, double screen[2]);
void pheno_map_view_to_map (PhenoMapView *self, double x, double y, double map[2]);
gboolean pheno_map_view_row_place (PhenoMapView *self, int row, double screen[2]);
int pheno_map_view_row_at (PhenoMapView *self, double x, double y);
double pheno_map_view_point_radius (PhenoMapView *self);

/* @at: pixels of the widget */
void pheno_map_view_zoom_at (PhenoMapView *self, double factor, const double at[2]);
void pheno_map_view_move (PhenoMapView *self, double dx, double dy);
void pheno_map_view_changed (PhenoMapView *self); /* draw it anew */
void pheno_map_view_set_drawing (PhenoMapView *self, const char *words);

void pheno_map_view_lay_out_pictures (PhenoMapView *self);
void pheno_map_view_forget_pictures (PhenoMapView *self);
void pheno_map_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot);
void pheno_map_view_add_controllers (PhenoMapView *self);
void pheno_map_view_stop_input (PhenoMapView *self);

/* -1: hides it. */
void pheno_map_view_show_hover (PhenoMapView *self, int row);
void pheno_map_view_set_focus_row (PhenoMapView *self, int row);
void pheno_map_view_describe (PhenoMapView *self);
