/* map-view-pictures.c - points that become pictures when the map is near enough
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A picture is placed where no other one lies already; those that find no room stay
 * points. The query and the selection choose first, then the rows in a fixed order, so
 * that pictures do not flicker while the map moves.
 */
#include "app/map-view-private.h"

#include <math.h>

/* Pixels from point to point, on average, from which on pictures are shown. */
#define NEAR_ENOUGH 44.0
#define GAP 4.0

/* Sides of pictures: the largest is taken with which so many points find room. Where
 * points lie in heaps smaller pictures say more. */
static const double sides[] = { 128, 96, 72, 56, 44 };
#define ENOUGH 0.6

typedef struct
{
  PhenoMapView *view;
  int row;
} Load;

static void
loaded_cb (GObject *thumbnails, GAsyncResult *result, gpointer user_data)
{
  Load *load = user_data;
  PhenoMapView *self = load->view;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture
      = pheno_thumbnails_load_finish (PHENO_THUMBNAILS (thumbnails), result, &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_hash_table_remove (self->loading, GINT_TO_POINTER (load->row));
      if (texture != NULL)
        {
          g_hash_table_insert (self->textures, GINT_TO_POINTER (load->row),
                               g_object_ref (texture));
          gtk_widget_queue_draw (GTK_WIDGET (self));
        }
    }
  g_object_unref (self);
  g_free (load);
}

static void
want_texture (PhenoMapView *self, int row)
{
  PhenoThumbnails *thumbnails = pheno_thumbnails_get_default ();
  PhenoSpecimen *specimen = pheno_map_model_get_specimen (self->model, (gsize) row);
  GdkTexture *texture;
  GCancellable *cancellable;
  Load *load;

  if (g_hash_table_contains (self->textures, GINT_TO_POINTER (row))
      || g_hash_table_contains (self->loading, GINT_TO_POINTER (row)))
    return;
  texture = pheno_thumbnails_peek (thumbnails, specimen);
  if (texture != NULL)
    {
      g_hash_table_insert (self->textures, GINT_TO_POINTER (row), texture);
      return;
    }

  cancellable = g_cancellable_new ();
  g_hash_table_insert (self->loading, GINT_TO_POINTER (row), cancellable);
  load = g_new (Load, 1);
  load->view = g_object_ref (self);
  load->row = row;
  pheno_thumbnails_load_async (thumbnails, specimen, cancellable, loaded_cb, load);
}

/* What has left the sight is not waited for any more. */
static void
drop_others (PhenoMapView *self)
{
  GHashTableIter iter;
  gpointer row, value;

  g_hash_table_iter_init (&iter, self->loading);
  while (g_hash_table_iter_next (&iter, &row, &value))
    if (!self->pictured[GPOINTER_TO_INT (row)])
      {
        g_cancellable_cancel (value);
        g_hash_table_iter_remove (&iter);
      }
  g_hash_table_iter_init (&iter, self->textures);
  while (g_hash_table_iter_next (&iter, &row, &value))
    if (!self->pictured[GPOINTER_TO_INT (row)])
      g_hash_table_iter_remove (&iter);
}

void
pheno_map_view_forget_pictures (PhenoMapView *self)
{
  GHashTableIter iter;
  gpointer row, cancellable;

  g_hash_table_iter_init (&iter, self->loading);
  while (g_hash_table_iter_next (&iter, &row, &cancellable))
    g_cancellable_cancel (cancellable);
  g_hash_table_remove_all (self->loading);
  g_hash_table_remove_all (self->textures);
  g_array_set_size (self->picture_places, 0);
}

/* ---- places ---- */

/* A grid as wide as a picture: one that overlaps stands in a neighbouring cell. */
typedef struct
{
  double side;
  int columns, rows;
  int *first; /* index of a picture in each cell + 1; a cell has room for one middle */
} Room;

static gboolean
take_place (PhenoMapView *self, Room *room, int row, double x, double y)
{
  int column = (int) (x / room->side) + 1, line = (int) (y / room->side) + 1;
  PhenoMapPicture picture = { row, (float) x, (float) y };

  if (column < 1 || line < 1 || column >= room->columns - 1 || line >= room->rows - 1)
    return FALSE;
  for (int r = line - 1; r <= line + 1; r++)
    for (int c = column - 1; c <= column + 1; c++)
      {
        int there = room->first[r * room->columns + c];
        const PhenoMapPicture *other;

        if (there == 0)
          continue;
        other = &g_array_index (self->picture_places, PhenoMapPicture, there - 1);
        if (fabs (other->x - x) < room->side && fabs (other->y - y) < room->side)
          return FALSE;
      }
  g_array_append_val (self->picture_places, picture);
  room->first[line * room->columns + column] = (int) self->picture_places->len;
  self->pictured[row] = TRUE;
  return TRUE;
}

static void
place_row (PhenoMapView *self, Room *room, int row)
{
  double at[2];

  if (!self->pictured[row] && pheno_map_model_get_shown (self->model)[row]
      && pheno_map_model_get_specimen (self->model, (gsize) row) != NULL
      && pheno_map_view_row_place (self, row, at))
    take_place (self, room, row, at[0], at[1]);
}

static void
place_all (PhenoMapView *self, GArray *rows)
{
  const guint8 *selected = pheno_map_model_get_selected (self->model);
  Room room = { .side = self->picture_side + GAP };
  int query = pheno_map_model_get_query (self->model);

  room.columns = (int) (gtk_widget_get_width (GTK_WIDGET (self)) / room.side) + 4;
  room.rows = (int) (gtk_widget_get_height (GTK_WIDGET (self)) / room.side) + 4;
  room.first = g_new0 (int, (gsize) room.columns *room.rows);

  if (query >= 0)
    place_row (self, &room, query);
  for (int pass = 0; pass < 2; pass++)
    for (guint i = 0; i < rows->len; i++)
      {
        int row = g_array_index (rows, int, i);

        if ((selected[row] != 0) == (pass == 0))
          place_row (self, &room, row);
      }
  g_free (room.first);
}

static void
forget_places (PhenoMapView *self)
{
  for (guint i = 0; i < self->picture_places->len; i++)
    self->pictured[g_array_index (self->picture_places, PhenoMapPicture, i).row] = FALSE;
  g_array_set_size (self->picture_places, 0);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

void
pheno_map_view_lay_out_pictures (PhenoMapView *self)
{
  const PhenoMapIndex *index = pheno_map_model_get_index (self->model);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (int));
  double low[2], high[2], spacing;
  graphene_rect_t plot;

  g_array_set_size (self->picture_places, 0);
  g_free (self->pictured);
  self->pictured = g_new0 (guint8, pheno_map_model_get_n_rows (self->model) + 1);
  if (self->pictures && pheno_map_view_get_limits (self, low, high))
    {
      pheno_map_view_plot (self, &plot);
      pheno_map_index_in_box (index, pheno_map_model_get_shown (self->model), low, high,
                              rows);
      spacing = sqrt (plot.size.width * plot.size.height / MAX (rows->len, 1));
      g_array_sort (rows, compare_rows);
      for (guint i = 0; spacing >= NEAR_ENOUGH && i < G_N_ELEMENTS (sides); i++)
        {
          forget_places (self);
          self->picture_side = sides[i];
          place_all (self, rows);
          if (self->picture_places->len >= ENOUGH * rows->len)
            break;
        }
    }
  for (guint i = 0; i < self->picture_places->len; i++)
    want_texture (self, g_array_index (self->picture_places, PhenoMapPicture, i).row);
  drop_others (self);
}
